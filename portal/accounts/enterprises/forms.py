"""Forms of enterprises: what the agent says of the firm, one person of its list, and an official's decision."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts import citizen_number, phones
from portal.accounts.enterprises import credit_code
from portal.accounts.enterprises.models import NAME_MAX, STATEMENT_MAX, Enterprise
from portal.accounts.enterprises.registering import MATERIALS, QUOTA_MAX, Told, places, unmet_of_materials
from portal.common import clock
from portal.common.admin import NoteForm
from portal.common.forms import CheckboxRows, PortalForm, RadioRows
from portal.common.unmet import Refused

_WIDE, _NARROW = "govuk-input--width-20", "govuk-input--width-4"


class EnterpriseForm(PortalForm):
    """Everything a registration says."""

    names = {"materials": _("材料"), "wanted": _("名额"), "place": _("出入境机关"), "kind": _("单位类型")}

    credit_code = forms.CharField(
        label=_("统一社会信用代码"),
        help_text=_("营业执照或登记证上的 18 位代码"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": _WIDE}),
    )
    name = forms.CharField(
        label=_("单位全称"), max_length=NAME_MAX, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    kind = forms.ChoiceField(label=_("单位是哪一类？"), choices=Enterprise.KINDS, widget=RadioRows)
    place = forms.ChoiceField(
        label=_("单位所在地的出入境机关"), help_text=_("备案由单位所在地的机关审核；人员在全国任何地方都可以申请签注。")
    )
    contact_name = forms.CharField(label=_("单位联系人"), max_length=60, widget=forms.TextInput(attrs={"class": _WIDE}))
    contact_phone = forms.CharField(
        label=_("联系人手机号"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "class": _WIDE}),
    )
    wanted = forms.IntegerField(
        label=_("需要几个人的名额？"),
        help_text=_("名额由机关按单位规模和纳税情况核定。"),
        min_value=1,
        max_value=QUOTA_MAX,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": _NARROW}),
    )
    materials = forms.MultipleChoiceField(
        label=_("手头有哪些材料？"),
        help_text=_("现在不用上传，审核时可能请您出示。材料虚假的，取消备案，三年内不能再备案。"),
        choices=tuple(MATERIALS.items()),
        widget=CheckboxRows,
    )
    project = forms.CharField(
        label=_("参加的重大项目"),
        help_text=_("参加“一带一路”等重大项目的，写项目名称和证明文件；核定后，单位人员急需时可以走绿色通道。"),
        max_length=STATEMENT_MAX,
        required=False,
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, row: Enterprise | None = None, **kwargs: Any) -> None:
        """Offer the authorities; of a returned registration show what was said, without the code, which stays."""
        if row:
            names = ("name", "kind", "contact_name", "contact_phone", "wanted", "materials", "project")
            kwargs["initial"] = {**{name: getattr(row, name) for name in names}, "place": row.authority}
        super().__init__(*args, **kwargs)
        self.row = row
        field: Any = self.fields["place"]
        field.choices = [("", _("请选择")), *places()]
        if row:
            del self.fields["credit_code"], self.fields["place"]

    def clean_credit_code(self) -> str:
        """Return the 18 characters."""
        return self._read("credit_code", credit_code.read)

    def clean_contact_phone(self) -> str:
        """Return the 11 digits."""
        return self._read("contact_phone", phones.read)

    def clean_materials(self) -> list[str]:
        """Return the papers at hand, if those are among them that every firm needs."""
        stated: list[str] = self.cleaned_data["materials"]
        self.refuse(unmet_of_materials(stated))
        return stated

    def _read(self, name: str, read: Callable[[str], str]) -> str:
        try:
            return read(self.cleaned_data[name])
        except Refused as refused:
            self.refuse(replace(reason, field=name) for reason in refused.unmet)
            return ""

    def told(self) -> Told:
        """Return what was said."""
        kept = {"credit_code": self.row.credit_code, "place": self.row.authority} if self.row else {}
        said = {**kept, **self.cleaned_data}
        return Told(**{**said, "materials": tuple(said["materials"])})


class MemberForm(PortalForm):
    """Somebody to be put on the list."""

    name = forms.CharField(label=_("姓名"), max_length=100, widget=forms.TextInput(attrs={"class": _WIDE}))
    citizen_number = forms.CharField(
        label=_("公民身份号码"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": _WIDE}),
    )

    def clean_citizen_number(self) -> str:
        """Return the 18 characters."""
        try:
            return citizen_number.read(self.cleaned_data["citizen_number"], as_of=clock.today()).number
        except Refused as refused:
            self.refuse(refused.unmet)
            return ""


class GrantForm(NoteForm):
    """An official registers or prolongs: how many people, and whether the firm counts as one of a major project."""

    quota = forms.IntegerField(label=_("核定名额"), min_value=1, max_value=QUOTA_MAX)
    is_major_project = forms.BooleanField(label=_("确认为重大项目企业"), required=False)
