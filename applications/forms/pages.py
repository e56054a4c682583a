"""The pages of the form: each fills one part of the answers and is judged by the rules that judge it at filing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from unicodedata import normalize

from django import forms
from django.utils.translation import gettext_lazy as _

from applications import answers, consents
from applications.eligibility import Channel, Facts
from applications.models import Submission
from applications.pages import Page
from documents import catalog
from documents.models import IssuedDocument, IssuedEndorsement
from documents.services import Scope
from portal.accounts.models import Authority, Person, User
from portal.accounts.services import is_child
from portal.common.forms import CheckboxRows, PortalForm, RadioRows
from portal.common.masking import mask_document_number
from portal.common.phrases import listed
from portal.common.templatetags.portal import full_day
from portal.common.unmet import Text, Unmet

YES, NO = "yes", "no"
# What is typed and put by is kept up to this length: enough to see what is wrong, and no dump.
_MOST_KEPT = 1000


@dataclass(frozen=True)
class Basis:
    """What a page stands on: the form, whose it is, the documents they hold and what may be asked for online.

    `ending` are the endorsements that end when the permit they are on is replaced.
    """

    submission: Submission
    page: Page
    user: User
    held: Sequence[IssuedDocument] = ()
    scope: Scope | None = None
    offered: Sequence[str] = ()
    facts: Facts | None = None
    ending: Sequence[IssuedEndorsement] = ()

    @property
    def person(self) -> Person:
        """Whose form it is."""
        return self.submission.beneficiary

    @property
    def kept(self) -> Mapping[str, Any]:
        """What this page said when it was saved last."""
        found = self.submission.answers.get(self.page.key, {})
        return found if isinstance(found, dict) else {}


class PageForm(PortalForm):
    """One page. `part` turns values into the part of the answers it keeps; `unmet` judges that part."""

    template: ClassVar[str] = "applications/page.html"
    lead: Text = ""

    def __init__(self, data: Mapping[str, Any] | None, *, basis: Basis) -> None:
        """Fill the page with what was saved."""
        self.basis = basis
        super().__init__(data)
        self.prepare()
        for name, value in self.start().items():
            self.fields[name].initial = value

    def prepare(self) -> None:
        """Add what depends on the person."""

    def start(self) -> Mapping[str, Any]:
        """Return the values to begin with."""
        return {name: value for name, value in self.basis.kept.items() if name in self.fields}

    def part(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the part of the answers that these values make."""
        return {name: str(values.get(name) or "").strip() for name in self.fields}

    def parts(self, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Return every part of the answers that the page keeps, by its key."""
        return {self.basis.page.key: self.part(values)}

    def unmet(self, part: Mapping[str, Any]) -> list[Unmet]:  # noqa: ARG002 - pages judge by it
        """Return what the part lacks."""
        return []

    def full_clean(self) -> None:
        """Leave "required" to the rules: they say it with the remedy, and know when a field is not needed."""
        needed = [field for field in self.fields.values() if field.required]
        for field in needed:
            field.required = False
        super().full_clean()
        for field in needed:
            field.required = True

    def clean(self) -> dict[str, Any]:
        """Judge the page as filing will judge it."""
        cleaned = super().clean() or self.cleaned_data
        for reason in self.unmet(self.part(cleaned)):
            name = reason.field.rpartition(".")[2]
            if name not in self.errors:
                self.refuse([Unmet(reason.code, reason.text, reason.source, reason.remedy, name)])
        return cleaned

    def typed(self) -> dict[str, dict[str, Any]]:
        """Return the parts as they were typed, right or wrong, for somebody who goes on later."""
        values: dict[str, Any] = {}
        for name, field in self.fields.items():
            raw = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            values[name] = raw[:_MOST_KEPT] if isinstance(raw, str | list) else raw
        return self.parts(values)


def digits(text: str) -> str:
    """Return a typed number without blanks and dashes, in plain digits; a leading +86 falls away."""
    plain = "".join(sign for sign in normalize("NFKC", text) if sign not in " -\u200b\u00a0")
    return plain.removeprefix("+86")


def _line(label: Any, *, hint: Any = "", required: bool = True, width: str = "", **attrs: str) -> forms.CharField:
    if width:
        attrs["class"] = width
    return forms.CharField(label=label, help_text=hint, required=required, widget=forms.TextInput(attrs=attrs))


def _phone(label: Any, hint: Any = "", autocomplete: str = "off") -> forms.CharField:
    return _line(
        label, hint=hint, type="tel", inputmode="tel", autocomplete=autocomplete, width="govuk-input--width-20"
    )


class DocumentsForm(PageForm):
    """Which documents and endorsements."""

    template = "applications/documents.html"
    label_is_heading = "kinds"
    names = {"kinds": _("证件")}
    kinds = forms.MultipleChoiceField(
        label=_("您要办什么？"), help_text=_("可以选几种，一张表一起办，共同的信息只填一次。")
    )

    def prepare(self) -> None:
        """Offer the documents that can be renewed, each with its number and last day, and endorsements on permits."""
        # Those that count come first; one reported lost is named when there is no other.
        hints: dict[str, Text] = {document.kind: held_line(document) for document in reversed(self.basis.held)}
        places = [code for code in self.basis.offered if code in catalog.DESTINATIONS]
        hints |= {
            code: _("写在%(permit)s上；通行证快到期的，上面一起选。")
            % {"permit": catalog.kind(catalog.permit_for(code)).name}
            for code in places
        }
        field = self.fields["kinds"]
        field.widget = CheckboxRows(hints=hints)
        kinds = [(code, catalog.kind(code).name) for code in self.basis.offered if code not in places]
        trips = [(code, _("%(place)s签注") % {"place": catalog.DESTINATIONS[code]}) for code in places]
        field.choices = kinds + trips  # type: ignore[attr-defined]

    @property
    def ending(self) -> str:
        """The endorsements that end with a permit which can be replaced here; empty where there are none."""
        return listed(trip_line(one) for one in self.basis.ending if one.permit.kind in self.basis.offered)

    def start(self) -> Mapping[str, Any]:
        """Return what was asked for so far."""
        return {"kinds": [*self.basis.kept, *self.basis.submission.answers.get("endorsements", {})]}

    def part(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the requests; reasons given before stay."""
        wanted = [kind for kind in values.get("kinds") or [] if kind in self.basis.offered]
        kinds = [kind for kind in wanted if kind not in catalog.DESTINATIONS]
        return {kind: self.basis.kept.get(kind, {"reason": "", "statement": ""}) for kind in kinds}

    def parts(self, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Return the requests and the endorsements; what was said of them before stays."""
        kept = self.basis.submission.answers.get("endorsements", {})
        wanted = [code for code in values.get("kinds") or [] if code in self.basis.offered]
        trips = {code: kept.get(code, {"letter": "", "option": ""}) for code in wanted if code in catalog.DESTINATIONS}
        return {"requests": self.part(values), "endorsements": trips}

    def clean(self) -> dict[str, Any]:
        """At least one."""
        cleaned = super().clean()
        if "kinds" not in self.errors:
            nothing = answers.nothing_asked(self.parts(cleaned))
            self.refuse([Unmet(one.code, one.text, one.source, one.remedy, "kinds") for one in nothing])
        return cleaned


class ReasonForm(PageForm):
    """Why one document is needed, and what happened to a lost, stolen or damaged one."""

    label_is_heading = "reason"
    names = {"reason": _("原因"), "statement": _("情况说明")}
    reason = forms.ChoiceField(help_text=_("选最主要的一种。"))
    statement = forms.CharField(
        label=_("情况说明"),
        help_text=_("遗失、被盗或损坏的，请写明大概时间、地点和经过，10 到 500 个字。其他原因不用写。"),
        widget=forms.Textarea,
    )

    def prepare(self) -> None:
        """Offer the reasons for this kind."""
        kind = self.basis.page.kind
        rows = self.basis.scope.reasons.get(kind, ()) if self.basis.scope else ()
        field = self.fields["reason"]
        field.label = _("您为什么要换%(kind)s？") % {"kind": catalog.kind(kind).short_name}
        field.widget = RadioRows(hints={row.code: row.hint for row in rows})
        field.choices = [(row.code, row.name) for row in rows]  # type: ignore[attr-defined]

    def start(self) -> Mapping[str, Any]:
        """Return what was said of this document."""
        return dict(self.basis.kept.get(self.basis.page.kind, {}))

    def part(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return all requests with this one said anew."""
        return {**self.basis.kept, self.basis.page.kind: super().part(values)}

    def unmet(self, part: Mapping[str, Any]) -> list[Unmet]:
        """What this request lacks."""
        kind = self.basis.page.kind
        return answers.requests_unmet({kind: part[kind]})


class PersonalForm(PageForm):
    """What the register does not know, or may not know yet."""

    template = "applications/personal.html"
    names = {"identity": _("本人身份"), "identity_changed": _("身份信息有没有变更")}
    address = _line(
        _("现住址"), hint=_("写到门牌号，例如“湖北省武汉市样例区示范路 1 号”。"), autocomplete="street-address"
    )
    employer = _line(
        _("工作单位或学校"),
        hint=_("写全称。退休、待业的就写“退休”“待业”。"),
        autocomplete="organization",
    )
    identity = forms.ChoiceField(
        label=_("您是下面哪一种人员？"),
        choices=[
            ("other", _("都不是")),
            ("state_employee", _("登记备案的国家工作人员")),
            ("military", _("现役军人、武警")),
        ],
        widget=RadioRows(),
    )
    identity_changed = forms.ChoiceField(
        label=_("办旧证件以后，姓名、性别、出生日期或身份证号变过吗？"),
        choices=[(NO, _("没有变")), (YES, _("变过"))],
        widget=RadioRows(),
    )

    def start(self) -> Mapping[str, Any]:
        """Return what was said."""
        changed = self.basis.kept.get("identity_changed")
        said = "" if changed is None else YES if changed else NO
        return {**super().start(), "identity_changed": said}

    def part(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the part; a change is true, false, or not said."""
        changed = {YES: True, NO: False}.get(str(values.get("identity_changed")))
        return {**super().part(values), "identity_changed": changed}

    def unmet(self, part: Mapping[str, Any]) -> list[Unmet]:
        """What is missing."""
        return answers.personal_unmet(part)


class ContactForm(PageForm):
    """The applicant's phone, and somebody else to call."""

    lead = _("审核结果、缴费和取证的通知发到您的手机。")
    names = {
        "phone": _("您的手机号"),
        "emergency_phone": _("紧急联系人手机号"),
        "guardian_phone": _("另一位监护人的手机号"),
    }
    phone = _phone(_("您的手机号"), autocomplete="tel")
    emergency_name = _line(_("紧急联系人姓名"), hint=_("找不到您时，我们打给这个人。"))
    emergency_phone = _phone(_("紧急联系人手机号"), hint=_("要和您自己的不一样。"))
    guardian_phone = _phone(
        _("另一位监护人的手机号"),
        hint=_("提交后发短信请他（她）用自己的账户同意。登记的监护人只有您一位的，不用填。"),
    )

    def prepare(self) -> None:
        """Ask for another guardian's phone on a child's form alone; filing knows whether there is another guardian."""
        if not is_child(self.basis.person):
            del self.fields["guardian_phone"]

    def start(self) -> Mapping[str, Any]:
        """Begin with the applicant's own phone, where they have an account."""
        return {"phone": (self.basis.person.user or self.basis.user).phone, **super().start()}

    def part(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the part with plain digits."""
        made = super().part(values)
        return {name: digits(said) if name.endswith("phone") else said for name, said in made.items()}

    def unmet(self, part: Mapping[str, Any]) -> list[Unmet]:
        """What is missing or no phone number."""
        return answers.contact_unmet(part) + consents.unmet_of_own_phone(part, self.basis.user)


class DeliveryForm(PageForm):
    """How the documents reach the applicant."""

    label_is_heading = "method"
    names = {"method": _("取证方式"), "phone": _("收件人手机号")}
    method = forms.ChoiceField(
        label=_("新证件怎么给您？"),
        choices=[(answers.COURIER, _("快递到家")), (answers.PICKUP, _("到窗口自取"))],
        widget=RadioRows(
            hints={
                answers.COURIER: _("邮费到付，收件时付给快递员"),
                answers.PICKUP: _("户口所在地的出入境窗口，不收邮费，下面不用填"),
            },
            icons={answers.COURIER: "truck", answers.PICKUP: "landmark"},
        ),
    )
    recipient = _line(_("收件人姓名"), autocomplete="name", width="govuk-input--width-20")
    phone = _phone(_("收件人手机号"), autocomplete="tel")
    address = _line(_("收件地址"), hint=_("省、市、区、街道和门牌号都写上。"), autocomplete="street-address")
    postcode = _line(
        _("邮政编码"), required=False, inputmode="numeric", autocomplete="postal-code", width="govuk-input--width-10"
    )

    def prepare(self) -> None:
        """Say how endorsements are given, which nobody is asked about, and where documents are picked up."""
        field: Any = self.fields["method"]
        field.help_text = way_of_endorsements(self.basis.submission.answers)
        if self.basis.submission.channel == Channel.WINDOW:
            # What came in at a counter is picked up there, wherever the household is.
            office = Authority.objects.get(pk=self.basis.submission.authority)
            text = _("%(office)s的窗口，不收邮费，下面不用填") % {"office": office.name}
            field.widget.hints = {**field.widget.hints, answers.PICKUP: text}

    def start(self) -> Mapping[str, Any]:
        """Begin with the applicant's own name, phone and address."""
        told = self.basis.submission.answers
        own = {
            "recipient": self.basis.person.name,
            "phone": told.get("contact", {}).get("phone", ""),
            "address": told.get("personal", {}).get("address", ""),
        }
        return super().start() or own

    def part(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the part with plain digits."""
        made = super().part(values)
        return {**made, "phone": digits(made["phone"]), "postcode": digits(made["postcode"])}

    def unmet(self, part: Mapping[str, Any]) -> list[Unmet]:
        """What is missing."""
        return answers.delivery_unmet(part)


def way_of_endorsements(told: Mapping[str, Any]) -> str:
    """Return how the endorsements a form asks for reach their holder; empty where it asks for none."""
    with_card: list[str] = []
    alone: list[str] = []
    for code in told.get("endorsements", {}):
        if code in catalog.DESTINATIONS:
            group = with_card if catalog.permit_for(code) in told.get("requests", {}) else alone
            group.append(str(_("%(place)s签注") % {"place": catalog.DESTINATIONS[code]}))
    lines = []
    if with_card:
        lines.append(_("%(names)s写在新通行证上，和它一起给您。") % {"names": listed(with_card)})
    if alone:
        text = _("%(names)s写在您手里的通行证上，不用寄：签发后带通行证到出入境窗口或自助签注设备写入。")
        lines.append(text % {"names": listed(alone)})
    return "".join(str(line) for line in lines)


def trip_line(endorsement: IssuedEndorsement) -> str:
    """Return what an endorsement is for and its last day."""
    told = {"label": endorsement.label, "day": full_day(endorsement.expires_on)}
    return str(_("%(label)s（有效期至%(day)s）") % told)


def held_line(document: IssuedDocument) -> str:
    """Return number (masked) and last day of a document, for a row or a summary."""
    number = mask_document_number(document.number)
    return str(_("%(number)s，有效期至%(day)s") % {"number": number, "day": full_day(document.expires_on)})
