"""Forms of window cases: phone and code, booking, a visit at home, the counter."""

from typing import Any
from unicodedata import normalize

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from documents import catalog
from portal.accounts.divisions import cities, name_of
from portal.accounts.models import Authority
from portal.accounts.services import read_citizen_number, read_phone
from portal.appointments.catalog import HOME_REASONS, MATTERS
from portal.appointments.models import WindowCase
from portal.common import clock
from portal.common.acting import NATION
from portal.common.forms import CheckboxRows, PortalForm, RadioRows, SplitDateField
from portal.common.unmet import Refused, Unmet

NAME_LENGTH = 60
CODE_DIGITS = 6
NO_HOUSEHOLD = "none"


def phone_field(label: Any) -> forms.CharField:
    """Return a field for a phone number."""
    return forms.CharField(
        label=label,
        max_length=30,
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "class": "govuk-input--width-20"}
        ),
    )


def name_field() -> forms.CharField:
    """Return a field for the name of whoever comes."""
    return forms.CharField(
        label=_("来办事的人的姓名"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "govuk-input--width-20"}),
    )


def number_field(*, required: bool) -> forms.CharField:
    """Return a field for a citizen number."""
    return forms.CharField(
        label=_("公民身份号码"),
        required=required,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "govuk-input--width-20"}),
    )


class ReadingForm(PortalForm):
    """A form whose phone and citizen number, where it has them, are read as people type them."""

    def clean_phone(self) -> str:
        """Return the 11 digits."""
        try:
            return read_phone(self.cleaned_data["phone"])
        except Refused as refused:
            self.refuse(refused.unmet)
            return ""

    def clean_citizen_number(self) -> str:
        """Return the 18 characters, or nothing where nothing was typed."""
        typed = self.cleaned_data["citizen_number"]
        if not typed:
            return ""
        try:
            return read_citizen_number(typed, as_of=clock.today()).number
        except Refused as refused:
            self.refuse(refused.unmet)
            return ""


class PhoneForm(ReadingForm):
    """The number to which a code is sent."""

    phone = phone_field(_("手机号"))


class CodeForm(PortalForm):
    """The code from the text message."""

    code = forms.CharField(
        label=_("短信验证码"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "govuk-input--width-10"}
        ),
    )

    def clean_code(self) -> str:
        """Return the six digits, typed with blanks or full width or not."""
        code = "".join(normalize("NFKC", self.cleaned_data["code"]).split())
        if not (code.isascii() and code.isdigit() and len(code) == CODE_DIGITS):
            raise ValidationError(_("短信验证码是 6 位数字，请对照短信填写"), code="code.shape")
        return code


class BookForm(ReadingForm):
    """What to book for, and for whom where that is not known yet."""

    matter = forms.ChoiceField(label=_("要办什么？"), choices=tuple(MATTERS.items()), widget=RadioRows())
    name = name_field()
    citizen_number = number_field(required=False)
    bring = forms.BooleanField(
        label=_("把我已经回答、已经填好的内容带到窗口"),
        help_text=_("窗口工作人员打开就能用，不用您再说一遍。"),
        required=False,
    )

    def __init__(self, *args: Any, is_known: bool, told: bool, **kwargs: Any) -> None:
        """Leave out what is known of the holder, and the tick where there is nothing to bring."""
        super().__init__(*args, **kwargs)
        self.fields["citizen_number"].help_text = _("可以不填。填了，到窗口出示身份证就行；不填，出示预约二维码。")
        if is_known:
            del self.fields["name"], self.fields["citizen_number"]
        if not told:
            del self.fields["bring"]


class SheetForm(ReadingForm):
    """The phone to which the link of a sheet is sent."""

    phone = phone_field(_("发到手机"))


class VisitForm(ReadingForm):
    """A request for a visit at home."""

    reason = forms.ChoiceField(label=_("为什么去不了窗口？"), choices=tuple(HOME_REASONS.items()), widget=RadioRows())
    name = name_field()
    phone = phone_field(_("联系电话"))
    authority = forms.ChoiceField(label=_("在哪个城市？"), widget=forms.Select)
    address = forms.CharField(
        label=_("上门地址"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "street-address"})
    )
    details = forms.CharField(
        label=_("情况说明"),
        required=False,
        max_length=300,
        widget=forms.Textarea,
        help_text=_("例如什么时候方便，有没有人陪同。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the cities that have an authority."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["authority"]
        codes = Authority.objects.exclude(code=NATION).order_by("code").values_list("code", flat=True)
        field.choices = [("", _("请选择")), *((code, name_of(code) or code) for code in codes)]


class CheckInForm(ReadingForm):
    """The number of the identity card laid on the counter."""

    citizen_number = number_field(required=True)


class WalkInForm(ReadingForm):
    """Somebody who came without a booking; residents of Hong Kong, Macao and Taiwan may have no citizen number."""

    name = name_field()
    citizen_number = number_field(required=False)
    matter = forms.ChoiceField(label=_("事项"), choices=tuple(MATTERS.items()), widget=RadioRows())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say who may leave the number out."""
        super().__init__(*args, **kwargs)
        self.fields["citizen_number"].help_text = _("没有内地号码的港澳台居民不用填。")


class IntakeForm(ReadingForm):
    """A case taken in: whose, where their household is if they have one, which papers they brought."""

    name = name_field()
    citizen_number = number_field(required=False)
    hukou_code = forms.ChoiceField(label=_("户籍所在市"), widget=forms.Select)
    materials = forms.MultipleChoiceField(label=_("收到的材料"), required=False, widget=CheckboxRows())

    def __init__(self, *args: Any, case: WindowCase, needed: list[str], **kwargs: Any) -> None:
        """Offer every city and every paper, those the rules ask for first."""
        facts = case.told.get("facts", {})
        kwargs.setdefault(
            "initial",
            {
                "name": case.name,
                "citizen_number": case.citizen_number,
                "hukou_code": facts.get("hukou_code", ""),
            },
        )
        super().__init__(*args, **kwargs)
        hukou: Any = self.fields["hukou_code"]
        hukou.choices = [
            ("", _("请选择")),
            (NO_HOUSEHOLD, _("内地没有户籍（港澳台居民）")),
            *((city.code, name_of(city.code) or city.name) for city in cities()),
        ]
        ordered = [*needed, *(code for code in catalog.MATERIALS if code not in needed)]
        materials: Any = self.fields["materials"]
        materials.choices = [(code, catalog.MATERIALS[code].name) for code in ordered]

    def clean(self) -> dict[str, Any]:
        """Ask whoever has a household for their citizen number; nobody without one is given a city."""
        cleaned: dict[str, Any] = super().clean() or {}
        hukou = cleaned.get("hukou_code")
        if hukou == NO_HOUSEHOLD:
            cleaned["hukou_code"] = ""
        elif hukou and not cleaned.get("citizen_number") and "citizen_number" not in self.errors:
            text = _("有内地户籍的要填公民身份号码，18 位。")
            self.refuse([Unmet("number.missing", text, remedy=_("请照身份证填。"), field="citizen_number")])
        return cleaned


class AcceptVisitForm(PortalForm):
    """The day of a visit at home."""

    visit_on = SplitDateField(label=_("上门日期"))
    version = forms.IntegerField(widget=forms.HiddenInput)
