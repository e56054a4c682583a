"""The forms of a case taken in at a counter: who stands there, then the whole application form on one page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from unicodedata import normalize

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from documents import catalog
from portal.appointments.forms import ReadingForm, name_field, number_field, phone_field
from portal.common import clock
from portal.common.forms import CheckboxRows, PortalForm, RadioRows
from portal.common.phrases import pair, titled
from portal.common.unmet import Text, Unmet

COURIER, PICKUP = "courier", "pickup"
_TAKEN = ("first", "lapsed", "replace", "reissue")
_STATED = ("lost", "stolen", "damaged")
_MEGABYTE = 1024 * 1024
# What is typed and wrong is kept up to this length: enough to see what is wrong.
_MOST_KEPT = 1000
# Which field of the page an unmet rule of the form is about, where the names differ.
_FIELDS = {
    "documents.kinds": "kind_PASSPORT",
    "photo.file": "portrait",
    "signature.file": "signature",
    "declaration.agreed": "agreed",
    "declaration.loss_sworn": "loss_sworn",
    "identity": "personal_identity",
}


def _line(label: Any, *, required: bool = True, hint: Any = "", **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    return forms.CharField(label=label, help_text=hint, required=required, max_length=200, widget=widget)


def _account(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=500, widget=forms.Textarea, help_text=hint)


def _picture(label: Any) -> forms.FileField:
    return forms.FileField(label=label, required=False, widget=forms.FileInput(attrs={"accept": "image/*"}))


class IdentityForm(ReadingForm):
    """The card on the counter, and the officer's word that it is this person's."""

    name = name_field()
    citizen_number = number_field(required=True)
    checked = forms.BooleanField(label=_("我已核对：身份证是本人的，本人在场"))


@dataclass(frozen=True)
class Section:
    """A part of the page: its heading and its fields."""

    title: Text
    fields: tuple[BoundField, ...]

    @property
    def holds_pictures(self) -> bool:
        """Tell whether the pictures are here."""
        return any(field.name == "portrait" for field in self.fields)


class ApplicationForm(PortalForm):
    """The application form as an officer fills it in for a person present; the filing service judges it."""

    names = {"portrait": _("照片"), "signature": _("签名照片")}
    name_surname = _line(_("拼音姓"), required=False, autocapitalize="characters")
    name_given = _line(_("拼音名"), autocapitalize="characters")
    personal_address = _line(_("现住址"))
    personal_employer = _line(_("工作单位或学校"))
    personal_identity = forms.ChoiceField(
        label=_("本人身份"),
        choices=(
            ("other", _("都不是")),
            ("state_employee", _("登记备案的国家工作人员")),
            ("military", _("现役军人、武警")),
        ),
        widget=RadioRows(),
    )
    personal_identity_changed = forms.BooleanField(label=_("身份信息变过：改了姓名、出生日期或者号码"), required=False)
    contact_phone = phone_field(_("申请人手机号"))
    contact_emergency_name = _line(_("紧急联系人姓名"))
    contact_emergency_phone = phone_field(_("紧急联系人手机号"))
    delivery_method = forms.ChoiceField(
        label=_("取证方式"),
        choices=((PICKUP, _("到这里的窗口领取")), (COURIER, _("快递到家，邮费到付"))),
        widget=RadioRows(),
    )
    delivery_recipient = _line(_("收件人"), required=False, hint=_("选快递的才填；不填就寄给申请人。"))
    delivery_phone = _line(
        _("收件人手机号"), required=False, hint=_("选快递的才填；不填就用申请人的手机号。"), inputmode="tel"
    )
    delivery_address = _line(_("收件地址"), required=False, hint=_("选快递的才填；不填就寄到现住址。"))
    urgency_reason = forms.ChoiceField(
        label=_("加急"),
        required=False,
        choices=(("", _("不用加急")), *((code, row.name) for code, row in catalog.URGENCIES.items())),
        widget=forms.Select,
    )
    urgency_statement = _account(_("加急的情况"), _("加急的才写：哪天要用、去哪里、有什么证明，10 到 500 个字。"))
    portrait = _picture(_("照片"))
    signature = _picture(_("签名照片"))
    human = forms.BooleanField(label=_("没有通过检查的照片，请审核人员看"), required=False)
    seen = forms.MultipleChoiceField(
        label=_("看过原件的材料"),
        help_text=_("前面几种是规则要的。您的姓名会记在每一种旁边。"),
        required=False,
        widget=CheckboxRows(),
    )
    agreed = forms.BooleanField(label=_("申请人看过表上的内容和声明，当面签名"), required=False)
    loss_sworn = forms.BooleanField(
        label=_("申请人确认遗失或被盗，知道旧证件马上作废"), required=False, help_text=_("没有报遗失、被盗的不用勾。")
    )

    def __init__(self, *args: Any, needed: Sequence[str], **kwargs: Any) -> None:
        """Offer what can be asked for, and every paper, those the rules ask for first."""
        super().__init__(*args, **kwargs)
        asked: dict[str, forms.Field] = {}
        for code in catalog.FORM_KINDS:
            asked |= {f"kind_{code}": _request_field(code), f"statement_{code}": _statement_field(code)}
        asked |= {f"trip_{code}": _trip_field(code) for code in catalog.DESTINATIONS}
        self.fields = {**asked, **self.fields}
        seen: Any = self.fields["seen"]
        ordered = [*needed, *(code for code in catalog.MATERIALS if code not in needed)]
        seen.choices = [(code, catalog.MATERIALS[code].name) for code in ordered]

    def clean_portrait(self) -> bytes:
        """Return the bytes, empty where none was sent."""
        return self._bytes("portrait")

    def clean_signature(self) -> bytes:
        """Return the bytes, empty where none was sent."""
        return self._bytes("signature")

    def _bytes(self, name: str) -> bytes:
        sent: Any = self.cleaned_data.get(name)
        if not sent:
            return b""
        if (sent.size or 0) > settings.UPLOAD_MAX_BYTES:
            figures = {"size": f"{sent.size / _MEGABYTE:.1f}", "most": settings.UPLOAD_MAX_BYTES // _MEGABYTE}
            text = _("文件有 %(size)s MB，最多 %(most)s MB。请用手机原图，或者把照片改小一些再传。")
            raise ValidationError(text, code="too_large", params=figures)
        # The page may be read a second time, for another form than it began with.
        sent.seek(0)
        data: bytes = sent.read()
        return data

    def sections(self) -> Iterator[Section]:
        """Give the page in parts."""
        asked = [name for name in self.fields if name.startswith(("kind_", "statement_", "trip_", "urgency_"))]
        personal = [name for name in self.fields if name.startswith(("name_", "personal_"))]
        for title, names in (
            (_("办什么"), asked),
            (_("申请人"), personal),
            (_("联系和取证"), [n for n in self.fields if n.startswith(("contact_", "delivery_"))]),
            (_("照片和签名"), ["portrait", "signature", "human"]),
            (_("材料和声明"), ["seen", "agreed", "loss_sworn"]),
        ):
            yield Section(title, tuple(self[name] for name in names))

    def parts(self, kept: Mapping[str, Any], *, recipient: str) -> dict[str, dict[str, Any]]:
        """Return what the page says, right or wrong, laid over what the form has kept: the rules judge it.

        What the page does not show stays as it was; a parcel goes to the applicant (`recipient`) unless it says else.
        """
        told = {name: self._said(name) for name in self.fields if name not in ("portrait", "signature", "seen")}
        page = {key: self._part(key, kept, told) for key in ("personal", "name", "contact", "delivery")}
        reasons = {code: told[f"kind_{code}"] for code in catalog.FORM_KINDS if told[f"kind_{code}"]}
        trips = {code: told[f"trip_{code}"] for code in catalog.DESTINATIONS if told[f"trip_{code}"]}
        page["personal"]["identity_changed"] = (
            told["personal_identity_changed"] or "identity_changed" in reasons.values()
        )
        page["name"] |= {name: page["name"][name].upper() for name in ("surname", "given")} | {"confirmed": True}
        page["contact"] |= {name: _digits(page["contact"][name]) for name in ("phone", "emergency_phone")}
        delivery, before = page["delivery"], kept.get("delivery", {})
        delivery["phone"] = _digits(delivery["phone"])
        if delivery["method"] == COURIER:
            own = {"recipient": recipient, "phone": page["contact"]["phone"], "address": page["personal"]["address"]}
            delivery |= {name: delivery[name] or value for name, value in own.items()}
        if delivery["address"] != before.get("address"):
            delivery["postcode"] = ""
        return {
            **page,
            "requests": {
                code: {"reason": reason, "statement": told[f"statement_{code}"] if reason in _STATED else ""}
                for code, reason in reasons.items()
            },
            "endorsements": {
                code: dict(zip(("letter", "option"), trip.split(":"), strict=True)) for code, trip in trips.items()
            },
            "urgency": self._part("urgency", kept, told) if told["urgency_reason"] else {},
        }

    def _part(self, key: str, kept: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
        """Return a part of the form with what the page says of it."""
        own = {name.removeprefix(f"{key}_"): said for name, said in told.items() if name.startswith(f"{key}_")}
        return {**kept.get(key, {}), **own}

    def _said(self, name: str) -> Any:
        """Return what a field says; of a line of text also what is wrong with it, up to a length."""
        if name in self.cleaned_data or isinstance(self.fields[name], forms.ChoiceField):
            return self.cleaned_data.get(name, "")
        return str(self[name].data or "")[:_MOST_KEPT]

    def declared(self) -> dict[str, bool]:
        """Return what the person declared before the officer."""
        return {name: bool(self.cleaned_data.get(name)) for name in ("agreed", "loss_sworn")}

    def refuse(self, reasons: Any) -> None:
        """Put each reason to the field of this page that it is about."""
        super().refuse([_here(one) for one in reasons])


def _digits(typed: str) -> str:
    return "".join(sign for sign in normalize("NFKC", typed) if sign not in " -").removeprefix("+86")


def _here(reason: Unmet) -> Unmet:
    field = _FIELDS.get(reason.field, "")
    if not field:
        page, _dot, name = reason.field.partition(".")
        field = {
            "reason": f"{'statement' if name.endswith('.statement') else 'kind'}_{name.partition('.')[0]}",
            "endorse": f"trip_{name.partition('.')[0]}",
            "materials": "seen",
        }.get(page, f"{page}_{name}")
        if page in catalog.FORM_KINDS:
            field = f"trip_{name}" if name else f"kind_{page}"
    return replace(reason, field=field)


def initial_of(answers: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page begins with: the form as it stands, else what was told to the checker."""
    asked = {f"kind_{kind}": one.get("reason", "") for kind, one in answers.get("requests", {}).items()}
    trips = answers.get("endorsements", {})
    asked |= {f"trip_{code}": f"{one.get('letter', '')}:{one.get('option', '')}" for code, one in trips.items()}
    if not asked:
        asked = dict(_wanted(one) for one in told.get("wants", ()))
    asked |= {f"statement_{kind}": one.get("statement", "") for kind, one in answers.get("requests", {}).items()}
    flat = {
        f"{page}_{name}": value
        for page in ("name", "personal", "contact", "delivery", "urgency")
        for name, value in answers.get(page, {}).items()
    }
    return {"personal_identity": "other", "delivery_method": PICKUP, **flat, **asked}


def _wanted(want: Mapping[str, Any]) -> tuple[str, str]:
    if want.get("destination"):
        return f"trip_{want['destination']}", f"{want.get('letter', '')}:{want.get('option', '')}"
    return f"kind_{want['kind']}", want.get("reason") or want.get("category", "")


def _request_field(code: str) -> forms.ChoiceField:
    reasons = [row for row in catalog.REASONS.values() if code in row.kinds and row.category in _TAKEN]
    kind: Any = catalog.kind(code)
    labelled = [
        (row.code, row.label if row.category == row.code else pair(catalog.category(row.category).label, row.label))
        for row in reasons
    ]
    return forms.ChoiceField(label=kind.name, required=False, choices=[("", _("不办")), *labelled], widget=forms.Select)


def _statement_field(code: str) -> forms.CharField:
    label = titled(catalog.kind(code).name, _("遗失、被盗或损毁的经过"))
    return _account(label, _("大概时间、地点和经过，10 到 500 个字。其他原因不用写。"))


def _trip_field(destination: str) -> forms.ChoiceField:
    rows = catalog.endorsements_for(catalog.permit_for(destination), destination, on=clock.today())
    options = {
        f"{row.letter}:{option}": pair(catalog.type_name(destination, row.letter), catalog.option(option).label)
        for row in rows
        for option in row.options.get(destination, ())
    }
    label = translated("%(place)s签注") % {"place": catalog.DESTINATIONS[destination]}
    return forms.ChoiceField(
        label=label, required=False, choices=[("", _("不办")), *options.items()], widget=forms.Select
    )
