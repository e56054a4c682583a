"""The checker's answer: what can be had online, on a device, at a window; why; what it costs and takes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from applications import eligibility, wishes
from applications.checker.questions import (
    HELD,
    OPTION,
    PURPOSE,
    REASON,
    UNSURE,
    Told,
    destination_of,
    facts_told,
    kind_of,
    questions,
    slug_of,
    wants_told,
)
from applications.cities import OTHER, short_name
from applications.eligibility import Channel, Want
from documents import catalog
from documents.services import Scope, current_revision, scope
from portal.accounts.divisions import city_of
from portal.common import clock
from portal.common.phrases import titled
from portal.common.unmet import Unmet

# Which question an unmet rule is about; those of a single request are found by its kind or destination.
_QUESTION = {"E1": "city", "E2": "age", "E5": "fingerprints", "E7": "mainland", "X1": "identity", "X2": "identity"}
_OF_THE_PLACE = ("place_not_covered", "endorsement_closed", "endorsement_unknown", "E3")
_OF_THE_PERMIT = ("permit_missing", "permit_too_short")


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
    """One request with its channel: its name in few words, what the category is, the fee in fen, years of validity.

    `fee_fen` is None where no source names one, `term` where nothing can be had; `years` is 0 for an endorsement.
    """

    title: str
    category: catalog.Category
    channel: Channel
    fee_fen: int | None
    term: catalog.Term | None
    years: int


@dataclass(frozen=True)
class Answer:
    """What the rules answer: each request with its way, the whole form's verdict, and every line of the ground.

    `waiting` are the requests that only wait for the scope to be widened.
    """

    offers: tuple[Offer, ...]
    verdict: eligibility.Verdict
    lines: tuple[Line, ...]
    revision: date
    waiting: tuple[Want, ...]

    @property
    def online(self) -> tuple[Offer, ...]:
        """What can be had online."""
        return tuple(offer for offer in self.offers if offer.channel is Channel.ONLINE)

    @property
    def elsewhere(self) -> tuple[Offer, ...]:
        """What needs a window, a device, or cannot be had now."""
        return tuple(offer for offer in self.offers if offer.channel is not Channel.ONLINE)

    @property
    def total(self) -> int:
        """What the online requests cost together, in fen."""
        return sum(offer.fee_fen or 0 for offer in self.online)


def judge(told: Told) -> Answer:
    """Run the rules over complete answers; three queries."""
    today = clock.today()
    revision = current_revision(today)
    opened = scope(revision)
    facts, wants = facts_told(told, today), wants_told(told)
    verdict = eligibility.judge(facts, wants, opened)
    offers = []
    for want in wants:
        single = eligibility.judge(facts, [want], opened, form=wants)
        years = 0 if want.is_endorsement else catalog.validity_row(want.kind, born=facts.born, on=today).years
        category = catalog.category(want.asked or "replace")
        offers.append(Offer(_named(want), category, single.channel, single.fee_fen, single.term, years))
    lines = tuple(_lines(told, verdict.unmet, opened))
    waiting = tuple(wishes.waiting(facts, wants, opened))
    return Answer(tuple(offers), verdict, lines, revision.effective_from, waiting)


def _named(want: Want) -> str:
    if want.is_endorsement:
        return _("%(place)s签注") % {"place": catalog.DESTINATIONS[want.destination]}
    return str(catalog.kind(want.kind).short_name)


def _question_of(reason: Unmet) -> str:
    kind, _dot, place = reason.field.partition(".")
    if reason.code == "X5":
        return "changed"
    if place:
        if reason.code in _OF_THE_PERMIT:
            return HELD + slug_of(kind)
        return (PURPOSE if reason.code in _OF_THE_PLACE else OPTION) + slug_of(place)
    if kind in catalog.FORM_KINDS:
        part = REASON if reason.code in ("E3", "E6") else HELD
        return part + slug_of(kind)
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
    """Say which request a reason is about, where it is about one."""
    about = slug.partition("-")[2]
    if slug.startswith((HELD, REASON)) and (kind := kind_of(about)):
        return _("%(kind)s：%(text)s") % {"kind": catalog.kind(kind).short_name, "text": reason.text}
    if slug.startswith((PURPOSE, OPTION)) and (place := destination_of(about)):
        named = _("%(place)s签注") % {"place": catalog.DESTINATIONS[place]}
        return _("%(kind)s：%(text)s") % {"kind": named, "text": reason.text}
    return str(reason.text)


def _met(told: Told, slug: str, opened: Scope) -> Line | None:
    """Return the line of a condition that is met; a request has one line for both of its questions."""
    if slug == "city" and told["city"] != OTHER:
        name = opened.cities.get(city_of(str(told["city"])), "")
        return Line("met", _("户口在%s") % short_name(name), _("这个城市已开通网上办理"))
    if slug.startswith(REASON):
        if told[slug] not in catalog.REASONS:
            # None of the listed reasons: what bars the request is said of another question already.
            return None
        kind, reason = catalog.kind(str(kind_of(slug.removeprefix(REASON)))), catalog.reason(str(told[slug]))
        return Line("met", titled(kind.label, reason.label), _("证件还有效，换同一种证件"))
    if slug.startswith(OPTION):
        place = str(destination_of(slug.removeprefix(OPTION)))
        named = catalog.endorsement_label(place, str(told[PURPOSE + slug_of(place)]), str(told[slug]))
        return Line("met", _("%s签注") % named, _("种类、次数和期限都在开放范围里"))
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
