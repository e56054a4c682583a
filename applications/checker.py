"""The eligibility checker: its questions in order, the facts that follow from answers, and the rules' answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from applications import eligibility
from applications.cities import OTHER, short_name
from applications.eligibility import Facts, Held, Want
from documents import catalog
from documents.services import Scope, current_revision, fees, scope
from portal.accounts.divisions import city_of
from portal.common import clock
from portal.common.phrases import titled
from portal.common.unmet import Unmet

Told = Mapping[str, Any]

YES, NO, UNSURE = "yes", "no", "unsure"
VALID, EXPIRED, NEVER = "valid", "expired", "never"
NO_REASON = "none"
OTHER_IDENTITY, STATE_EMPLOYEE, MILITARY = "other", "state_employee", "military"
HELD, REASON = "held-", "reason-"
_ADULT_YEARS, _DAYS_LEFT_SOON, _DAYS_LEFT_LONG = 30, 90, 1000
# Which question an unmet rule is about; those of a single document are found by its kind.
_QUESTION = {"E1": "city", "E2": "age", "E5": "fingerprints", "E7": "mainland", "X1": "identity", "X2": "identity"}


@dataclass(frozen=True)
class Line:
    """One line of the result: met, unmet or open, why, what remains, and the question that led to it."""

    state: str
    title: str
    text: str = ""
    source: str = ""
    slug: str = ""


@dataclass(frozen=True)
class Offer:
    """A document that can be asked for online: its category and its price in fen."""

    kind: catalog.Kind
    category: catalog.Category
    price: int
    years: int


@dataclass(frozen=True)
class Verdict:
    """What the rules answer: documents that can be had online, those that cannot, and every line of the ground."""

    offers: tuple[Offer, ...]
    barred: tuple[catalog.Kind, ...]
    lines: tuple[Line, ...]
    revision: date

    @property
    def total(self) -> int:
        """What the offered documents cost together, in fen."""
        return sum(offer.price for offer in self.offers)


def slug_of(kind: str) -> str:
    """Return a kind's code as it stands in an address."""
    return kind.lower().replace("_", "-")


def kind_of(slug: str) -> str | None:
    """Return the code of the kind whose address this is, or None."""
    return next((code for code in catalog.FORM_KINDS if slug_of(code) == slug), None)


def questions(told: Told) -> list[str]:
    """Return the questions that apply, in order; which they are depends on what was told before."""
    asked = ["city", "age", "kinds"]
    for kind in _kinds(told):
        asked.append(HELD + slug_of(kind))
        if told.get(HELD + slug_of(kind)) in (None, VALID):
            asked.append(REASON + slug_of(kind))
    return [*asked, "fingerprints", "mainland", "identity", "changed"]


def first_open(told: Told) -> str | None:
    """Return the first question without an answer, or None when all are answered."""
    return next((slug for slug in questions(told) if slug not in told), None)


def neighbour(told: Told, slug: str, step: int) -> str | None:
    """Return the question before (-1) or after (1) another, or None at either end."""
    asked = questions(told)
    place = asked.index(slug) + step
    return asked[place] if 0 <= place < len(asked) else None


def _kinds(told: Told) -> list[str]:
    return [code for code in catalog.FORM_KINDS if code in told.get("kinds", [])]


def requests_told(told: Told) -> dict[str, dict[str, str]]:
    """Return the requests a new form starts with, so that nothing is asked twice."""
    found = {}
    for kind in _kinds(told):
        reason = told.get(REASON + slug_of(kind), "")
        if told.get(HELD + slug_of(kind)) == VALID and reason in catalog.REASONS:
            found[kind] = {"reason": reason, "statement": ""}
    return found


def facts_told(told: Told, on: date) -> Facts:
    """Return the facts as somebody tells them; what was not asked counts as nothing in the way."""
    years = _ADULT_YEARS if told.get("age") == YES else 0
    identity = told.get("identity")
    return Facts(
        on=on,
        born=date(on.year - years, 1, 1) if years else on,
        hukou_code="" if told.get("city") in (None, OTHER) else str(told["city"]),
        state_employee=identity == STATE_EMPLOYEE,
        military=identity == MILITARY,
        fingerprints=told.get("fingerprints") != NO,
        exit_barred=False,
        in_mainland=told.get("mainland") == YES,
        holds=tuple(_held(told, kind, on) for kind in _kinds(told) if told.get(HELD + slug_of(kind)) != NEVER),
    )


def _held(told: Told, kind: str, on: date) -> Held:
    if told.get(HELD + slug_of(kind)) == EXPIRED:
        return Held(kind, on - timedelta(days=1))
    soon = told.get(REASON + slug_of(kind)) == "expiring"
    return Held(kind, on + timedelta(days=_DAYS_LEFT_SOON if soon else _DAYS_LEFT_LONG))


def wants_told(told: Told) -> list[Want]:
    """Return the requests as somebody tells them."""
    changed = told.get("changed") == YES
    # A document that is gone or expired fails by itself, whatever the reason would have been.
    return [
        Want(kind, str(told.get(REASON + slug_of(kind), "damaged")), identity_changed=changed) for kind in _kinds(told)
    ]


def judge(told: Told) -> Verdict:
    """Run the rules over complete answers; three queries."""
    today = clock.today()
    revision = current_revision(today)
    opened = scope(revision)
    facts, wants = facts_told(told, today), wants_told(told)
    unmet = eligibility.unmet(facts, wants, opened)
    of_person = eligibility.unmet_of_person(facts, opened)
    free = [want for want in wants if not of_person and not eligibility.unmet_of_want(facts, want, opened)]
    categories = {want.kind: catalog.category(catalog.reason(want.reason).category) for want in free}
    items = {kind: catalog.tariff_item(kind, category.code) for kind, category in categories.items()}
    prices = fees(set(items.values()), accepted_on=today) if items else {}
    offers = tuple(
        Offer(catalog.kind(kind), categories[kind], prices[item], _years(kind, facts)) for kind, item in items.items()
    )
    barred = tuple(catalog.kind(want.kind) for want in wants if want.kind not in items)
    return Verdict(offers, barred, tuple(_lines(told, unmet, opened)), revision.effective_from)


def _years(kind: str, facts: Facts) -> int:
    return catalog.validity_row(kind, born=facts.born, on=facts.on).years


def _question_of(reason: Unmet) -> str:
    if reason.code == "X5":
        return "changed"
    if reason.field in catalog.FORM_KINDS:
        part = REASON if reason.code in ("E3", "E6") else HELD
        return part + slug_of(reason.field)
    return _QUESTION.get(reason.code, "kinds")


def _lines(told: Told, unmet: Sequence[Unmet], opened: Scope) -> list[Line]:
    wrong: dict[str, Unmet] = {}
    for reason in unmet:
        wrong.setdefault(_question_of(reason), reason)
    lines = []
    for slug in questions(told):
        if slug in wrong:
            reason = wrong[slug]
            title = _titled(slug, reason)
            lines.append(Line("unmet", title, str(reason.remedy), _("依据：%s") % reason.source, slug))
        elif line := _met(told, slug, opened):
            lines.append(replace(line, slug=slug))
    return sorted(lines, key=lambda line: ("unmet", "met", "open").index(line.state))


def _titled(slug: str, reason: Unmet) -> str:
    """Say which document a reason is about, where it is about one."""
    kind = kind_of(slug.removeprefix(HELD).removeprefix(REASON))
    if kind is None:
        return str(reason.text)
    return _("%(kind)s：%(text)s") % {"kind": catalog.kind(kind).short_name, "text": reason.text}


def _met(told: Told, slug: str, opened: Scope) -> Line | None:
    """Return the line of a condition that is met; a document has one line for both of its questions."""
    if slug == "city":
        name = opened.cities.get(city_of(str(told["city"])), "")
        return Line("met", _("户口在%s") % short_name(name), _("这个城市已开通网上办理"))
    if slug.startswith(REASON):
        kind, reason = catalog.kind(str(kind_of(slug.removeprefix(REASON)))), catalog.reason(str(told[slug]))
        return Line("met", titled(kind.label, reason.label), _("证件还有效，换同一种证件"))
    if slug == "fingerprints" and told.get(slug) == UNSURE:
        text = _("如果没有留过，提交前就会告诉您，请到窗口采集，不收费。")
        return Line("open", _("是否留过指纹，填表时替您核对"), text)
    said = _("按您的回答，提交时再核对一次")
    titles = {
        "age": _("年满 16 周岁"),
        "fingerprints": _("以前办证留过指纹"),
        "mainland": _("人在内地"),
        "identity": _("不是登记备案的国家工作人员或现役军人"),
        "changed": _("姓名、性别、出生日期、身份证号没有变"),
    }
    return Line("met", titles[slug], said) if slug in titles else None
