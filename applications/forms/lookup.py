"""The form of the public look-up: a reference, typed or pasted, and the second secret."""

import re
from unicodedata import normalize

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.tracking import reference_in
from portal.common.forms import PortalForm

_TAIL = re.compile(r"[0-9]{3}[0-9X]")
# A whole link with a long host name in front of the reference.
_LONGEST = 300


class LookupForm(PortalForm):
    """What somebody must know to see how a form stands."""

    names = {"reference": gettext_lazy("查询码"), "tail": gettext_lazy("身份证号后四位")}
    reference = forms.CharField(
        label=gettext_lazy("查询码或进度链接"),
        help_text=gettext_lazy("在提交后的页面和短信里，可以把整条链接粘贴进来。"),
        max_length=_LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
    tail = forms.CharField(
        label=gettext_lazy("申请人身份证号后四位"),
        help_text=gettext_lazy("最后一位是 X 的，照样写 X。"),
        max_length=8,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "govuk-input--width-4"}),
    )

    def clean_reference(self) -> str:
        """Return the reference alone."""
        reference = reference_in(self.cleaned_data["reference"])
        if not reference:
            raise ValidationError(_("查询码是 32 位字母、数字和横线，请整段复制过来"), code="invalid")
        return reference

    def clean_tail(self) -> str:
        """Return four signs, digits and perhaps an X at the end."""
        tail = normalize("NFKC", self.cleaned_data["tail"]).strip().upper()
        if not _TAIL.fullmatch(tail):
            raise ValidationError(_("身份证号后四位是 4 个数字，最后一位可以是 X，请核对"), code="invalid")
        return tail
