"""What a form must say before it is filed: one check a page, used by the pages and again at filing."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.romanisation import check_romanised
from documents import catalog
from portal.common.unmet import Unmet

Answers = Mapping[str, Any]

PHONE = re.compile(r"1[3-9]\d{9}")
POSTCODE = re.compile(r"\d{6}")
COURIER, PICKUP = "courier", "pickup"
STATEMENT_MIN, STATEMENT_MAX = 10, 500
ADDRESS_MIN, ADDRESS_MAX = 8, 120
TEXT_MAX = 60
STATED_REASONS = ("lost", "stolen", "damaged")


def _missing(field: str, text: object) -> Unmet:
    return Unmet("missing", str(text), remedy=_("请填上。"), field=field)


def _length(  # noqa: PLR0913 - the parts of one rule
    page: str, data: Answers, field: str, label: object, *, least: int, most: int
) -> list[Unmet]:
    value = str(data.get(field, "")).strip()
    if not value and least:
        return [_missing(f"{page}.{field}", _("还没有填%(label)s。") % {"label": label})]
    if len(value) < least or len(value) > most:
        text = _("%(label)s要有 %(least)d 到 %(most)d 个字，现在是 %(count)d 个。") % {
            "label": label,
            "least": least,
            "most": most,
            "count": len(value),
        }
        return [Unmet("length", text, remedy=_("请改短或补全。"), field=f"{page}.{field}")]
    return []


def _phone(page: str, data: Answers, field: str, label: object) -> list[Unmet]:
    typed = str(data.get(field, ""))
    if PHONE.fullmatch(typed):
        return []
    if not typed:
        return [_missing(f"{page}.{field}", _("还没有填%(label)s。") % {"label": label})]
    text = _("%(label)s要有 11 位数字，以 13 到 19 开头，现在有 %(count)d 位。") % {"label": label, "count": len(typed)}
    return [Unmet("phone", text, remedy=_("请检查有没有少写或多写数字。"), field=f"{page}.{field}")]


def nothing_asked(answers: Answers) -> list[Unmet]:
    """A form asks for a document or an endorsement."""
    if answers.get("requests") or answers.get("endorsements"):
        return []
    return [_missing("documents.kinds", _("还没有选要办的证件或签注。"))]


def requests_unmet(data: Answers) -> list[Unmet]:
    """Each kind has a known reason; a report of loss or damage says what happened."""
    unmet = []
    for kind, request in data.items():
        if kind not in catalog.FORM_KINDS:
            unmet.append(Unmet("kind", _("没有这种证件。"), remedy=_("请重新选择。"), field="documents.kinds"))
            continue
        reason = request.get("reason", "")
        if reason not in catalog.REASONS:
            unmet.append(_missing(f"reason.{kind}.reason", _("还没有选换发补发的原因。")))
        elif reason in STATED_REASONS:
            unmet += _length(
                f"reason.{kind}", request, "statement", _("情况说明"), least=STATEMENT_MIN, most=STATEMENT_MAX
            )
    return unmet


def endorsements_unmet(data: Answers) -> list[Unmet]:
    """Each endorsement has a known type and an option."""
    return [reason for destination, request in data.items() for reason in endorsement_unmet(destination, request)]


def endorsement_unmet(destination: str, request: Answers, *, only: str = "") -> list[Unmet]:
    """What one endorsement lacks; `only` looks at its letter or its option alone."""
    unmet = []
    if destination not in catalog.DESTINATIONS:
        return [Unmet("destination", _("没有这个前往地的签注。"), remedy=_("请重新选择。"), field="documents.kinds")]
    if only in ("", "letter") and request.get("letter") not in catalog.TYPES:
        unmet.append(_missing(f"endorse.{destination}.letter", _("还没有选签注种类。")))
    if only in ("", "option"):
        try:
            catalog.option(str(request.get("option", "")))
        except catalog.NotInCatalogue:
            unmet.append(_missing(f"endorse.{destination}.option", _("还没有选签注的次数和期限。")))
    return unmet


def personal_unmet(data: Answers) -> list[Unmet]:
    """Address, work and identity class; what the register answers is not asked."""
    unmet = _length("personal", data, "address", _("现住址"), least=ADDRESS_MIN, most=ADDRESS_MAX)
    unmet += _length("personal", data, "employer", _("工作单位或学校"), least=2, most=TEXT_MAX)
    if data.get("identity") not in ("other", "state_employee", "military"):
        unmet.append(_missing("personal.identity", _("还没有选本人身份。")))
    if data.get("identity_changed") not in (True, False):
        unmet.append(_missing("personal.identity_changed", _("还没有说明身份信息有没有变更。")))
    return unmet


def name_unmet(data: Answers, *, name: str) -> list[Unmet]:
    """The romanised name, confirmed by the applicant; letters that fit the machine readable zone."""
    unmet = [
        Unmet(reason.code, reason.text, reason.source, reason.remedy, f"name.{reason.field or 'given'}")
        for reason in check_romanised(str(data.get("surname", "")), str(data.get("given", "")), name)
    ]
    if data.get("confirmed") is not True:
        unmet.append(_missing("name.confirmed", _("还没有确认拼音姓名。")))
    return unmet


def contact_unmet(data: Answers) -> list[Unmet]:
    """The applicant's phone, and somebody else to call."""
    unmet = _phone("contact", data, "phone", _("您的手机号"))
    unmet += _length("contact", data, "emergency_name", _("紧急联系人姓名"), least=1, most=TEXT_MAX)
    emergency = _phone("contact", data, "emergency_phone", _("紧急联系人手机号"))
    unmet += emergency
    if not emergency and data.get("emergency_phone") == data.get("phone"):
        text = _("紧急联系人的手机号和您的一样。")
        unmet.append(Unmet("same", text, remedy=_("请填另一个人的号码。"), field="contact.emergency_phone"))
    if data.get("guardian_phone"):
        unmet += _phone("contact", data, "guardian_phone", _("另一位监护人的手机号"))
    return unmet


def delivery_unmet(data: Answers) -> list[Unmet]:
    """Courier with a full address, or pick-up."""
    method = data.get("method")
    if method == PICKUP:
        return []
    if method != COURIER:
        return [_missing("delivery.method", _("还没有选怎么取证件。"))]
    unmet = _length("delivery", data, "recipient", _("收件人姓名"), least=1, most=TEXT_MAX)
    unmet += _phone("delivery", data, "phone", _("收件人手机号"))
    unmet += _length("delivery", data, "address", _("收件地址"), least=ADDRESS_MIN, most=ADDRESS_MAX)
    if data.get("postcode") and not POSTCODE.fullmatch(str(data["postcode"])):
        text = _("邮政编码是 6 位数字。")
        unmet.append(Unmet("postcode", text, remedy=_("不知道可以不填。"), field="delivery.postcode"))
    return unmet


def urgency_unmet(data: Answers) -> list[Unmet]:
    """Nothing, or a reason of the green channel with what happened and when it is needed."""
    if not data:
        return []
    unmet = []
    if data.get("reason") not in catalog.URGENCIES:
        unmet.append(_missing("urgency.reason", _("还没有选加急的原因。")))
    return unmet + _length("urgency", data, "statement", _("情况说明"), least=STATEMENT_MIN, most=STATEMENT_MAX)


def is_handed_over(answers: Answers) -> bool:
    """Tell whether a document is made for the form: endorsements alone are written on the card their holder has."""
    return bool(answers.get("requests")) or not answers.get("endorsements")


_CHECKS: Mapping[str, Callable[[Answers], list[Unmet]]] = {
    "requests": requests_unmet,
    "endorsements": endorsements_unmet,
    "personal": personal_unmet,
    "contact": contact_unmet,
    "delivery": delivery_unmet,
    "urgency": urgency_unmet,
}


def unmet_of(answers: Answers, *, name: str) -> list[Unmet]:
    """Return everything that is missing or wrong on any page; `name` is the person's name in characters."""
    unmet = nothing_asked(answers)
    for page, check in _CHECKS.items():
        if page != "delivery" or is_handed_over(answers):
            unmet += check(answers.get(page, {}))
    return unmet + name_unmet(answers.get("name", {}), name=name)
