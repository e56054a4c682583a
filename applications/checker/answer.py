"""The checker's answer: what can be had online, on a device, at a window; why; what it costs and takes."""

from collections.abc import Iterable, Sequence
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

    `fee_fen` is None where no source names one, with what it rests on in `fee_sources`; `term` is None where nothing
    can be had; `materials` are its papers on that way; `years` is 0 for an endorsement.
    """

    title: str
    category: catalog.Category
    channel: Channel
    fee_fen: int | None
    fee_sources: tuple[str, ...]
    term: catalog.Term | None
    materials: tuple[catalog.Material, ...]
    years: int


@dataclass(frozen=True)
class Answer:
    """What the rules answer: each request with its way, the whole form's verdict, and every line of the ground.

    `waiting` are the requests that only wait for the scope to be widened; `short_permits` the permits that would have
    to be replaced on the same form; `postage` the rules by which postage is free where the household is, from an age.
    """

    offers: tuple[Offer, ...]
    verdict: eligibility.Verdict
    lines: tuple[Line, ...]
    revision: date
    waiting: tuple[Want, ...]
    short_permits: tuple[str, ...]
    postage: tuple[catalog.Postage, ...]

    @property
    def online(self) -> tuple[Offer, ...]:
        """What can be had online."""
        return tuple(offer for offer in self.offers if offer.channel is Channel.ONLINE)

    @property
    def elsewhere(self) -> tuple[Offer, ...]:
        """What needs a window, a device, or cannot be had now."""
        return tuple(offer for offer in self.offers if offer.channel is not Channel.ONLINE)

    @property
    def materials_online(self) -> tuple[catalog.Material, ...]:
        """The papers of what can be had online, each once."""
        return _together(self.online)

    @property
    def materials_elsewhere(self) -> tuple[catalog.Material, ...]:
        """The papers to bring for the rest, each once."""
        return _together(offer for offer in self.elsewhere if offer.channel is not Channel.NONE)

    @property
    def fee_sources(self) -> tuple[str, ...]:
        """What the fees of the online requests rest on, each once."""
        return tuple(dict.fromkeys(source for offer in self.online for source in offer.fee_sources))

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
        offers.append(
            Offer(
                title=_named(want),
                category=category,
                channel=single.channel,
                fee_fen=single.fee_fen,
                fee_sources=single.fee_sources,
                term=single.term,
                materials=single.materials,
                years=years,
            )
        )
    short = {reason.field.partition(".")[0] for reason in verdict.unmet if reason.code == "permit_too_short"}
    return Answer(
        offers=tuple(offers),
        verdict=verdict,
        lines=tuple(_lines(told, verdict.unmet, opened)),
        revision=revision.effective_from,
        waiting=tuple(wishes.waiting(facts, wants, opened)),
        short_permits=tuple(kind for kind in catalog.FORM_KINDS if kind in short),
        postage=catalog.postage_rules(facts.hukou_code, on=today),
    )


def _together(offers: Iterable[Offer]) -> tuple[catalog.Material, ...]:
    found = {material.code for offer in offers for material in offer.materials}
    return tuple(row for code, row in catalog.MATERIALS.items() if code in found)


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
        part = REASON if reason.code in ("E3", "E6", "annotation") else HELD
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
        kind = catalog.kind(str(kind_of(slug.removeprefix(REASON))))
        if told[slug] not in catalog.REASONS or not kind.on_form:
            # None of the listed reasons, or a card of the window: that is said of another question already.
            return None
        reason = catalog.reason(str(told[slug]))
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
