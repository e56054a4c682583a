"""Owns who may apply online for what, and at what price, at a given moment."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple, TypeVar

from django.core.cache import cache
from django.utils import timezone

from documents import catalog
from documents.cities import chinese_name, city_label
from documents.decided import decided
from documents.models import Dated, RuleRevision, ScopeLine, Tariff
from documents.revisions import ADULT, DEVICE, GROUPS, MILITARY, MINOR, ONLINE, OPENS, STATE_EMPLOYEE
from portal.accounts.divisions import city_of
from portal.common import clock
from portal.common.acting import NATION
from portal.common.gateway import NotReady

__all__ = [
    "ADULT",
    "DEVICE",
    "GROUPS",
    "MILITARY",
    "MINOR",
    "ONLINE",
    "STATE_EMPLOYEE",
    "OpenCity",
    "Opening",
    "Price",
    "PriceMissing",
    "RevisionMissing",
    "Scope",
    "Step",
    "current_revision",
    "fee",
    "fees",
    "forget",
    "fresh_steps",
    "open_cities",
    "prices",
    "revision_called",
    "scope",
    "scope_on",
    "scopes_around",
    "steps_in_force",
    "steps_of",
]

# The dated rows are few and asked for at every filing. A change is seen within this time, or at once where the
# change itself calls `forget`.
_CACHE_SECONDS = 60
_TARIFF, _REVISIONS, _STEPS = "documents.tariff", "documents.revisions", "documents.steps"
_Rows = TypeVar("_Rows")


def _kept(key: str, load: Callable[[], _Rows]) -> _Rows:
    """Return what a key of the cache holds, loaded where it holds nothing."""
    rows: _Rows | None = cache.get(key)
    if rows is None:
        rows = load()
        cache.set(key, rows, _CACHE_SECONDS)
    return rows


def _tariffs() -> list[Tariff]:
    return _kept(_TARIFF, lambda: list(Tariff.objects.order_by("effective_from")))


def _revisions() -> list[RuleRevision]:
    """Return the revisions that were put in force, also those whose moment is still to come, in its order."""
    return _kept(_REVISIONS, lambda: _decided()[0])


def forget() -> None:
    """Let the next question see the tables as they are now; whoever changes a row calls this."""
    cache.delete_many([_TARIFF, _REVISIONS, _STEPS])


def _in_force(row: Dated, day: date) -> bool:
    return row.effective_from <= day and (row.effective_to is None or day < row.effective_to)


class PriceMissing(NotReady):
    """The tariff has no row for an item on a day: nothing may be charged, and nothing given away."""

    def __init__(self, item: str, day: date) -> None:
        super().__init__(f"no tariff row for {item} on {day}")
        self.item, self.day = item, day


class RevisionMissing(NotReady):
    """No rule revision was in force on a day: nobody could apply online."""

    def __init__(self, day: date) -> None:
        super().__init__(f"no rule revision on {day}")
        self.day = day


class Price(NamedTuple):
    """What an item costs in fen, and the notice that says so."""

    fen: int
    basis: str


class Opening(NamedTuple):
    """One thing that is open: to residents of a city, a kind in a category, to a group of applicants, by a channel."""

    city: str
    kind: str
    category: str
    group: str
    channel: str = ONLINE


class Step(NamedTuple):
    """One line of a revision: from a moment on, something is open, or closed again; `source` says by what."""

    at: datetime
    act: str
    opening: Opening
    source: str


@dataclass(frozen=True, slots=True)
class OpenCity:
    """A city whose residents may apply online: since which day, on what ground."""

    code: str
    since: date
    source: str

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return city_label(self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What one rule revision leaves open: every opening, cities by code with their names, and reasons by kind."""

    revision: str
    effective_from: date
    openings: frozenset[Opening]
    cities: Mapping[str, str]
    reasons: Mapping[str, tuple[catalog.Reason, ...]]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Codes of the kinds that can be asked for online."""
        return tuple(code for code, reasons in self.reasons.items() if reasons)

    def covers_city(self, code: str) -> bool:
        """Tell whether the city of a six-digit division code (districts count as their city) takes part."""
        return city_of(code) in self.cities

    def opens(self, kind: str, category: str, *, city: str, group: str, channel: str = ONLINE) -> bool:
        """Tell whether residents of a city (six-digit division code) in a group may ask for this by a channel.

        What is open by a channel to the whole nation is open to everybody, wherever they live.
        """
        homes = {NATION, city_of(city) if city else NATION}
        return any(Opening(home, kind, category, group, channel) in self.openings for home in homes)

    def opens_to(self, group: str, *, city: str = "") -> bool:
        """Tell whether anything is open online to a group of applicants, in a city or anywhere."""
        home = city_of(city) if city else ""
        return any(row.group == group and row.channel == ONLINE and home in ("", row.city) for row in self.openings)

    def reason(self, kind: str, code: str) -> catalog.Reason | None:
        """Return the reason when it opens the kind online, or None."""
        return next((reason for reason in self.reasons.get(kind, ()) if reason.code == code), None)


def fee(item: str, *, accepted_on: date) -> int:
    """Return the price of a tariff item in fen, as of the day of acceptance.

    The old price holds for what was accepted before a change (notice 发改价格〔2019〕914号). Raises PriceMissing.
    """
    return fees({item}, accepted_on=accepted_on)[item]


def fees(items: set[str], *, accepted_on: date) -> Mapping[str, int]:
    """Return the prices of several items in fen; raises PriceMissing for the first that has none."""
    return {item: price.fen for item, price in prices(items, accepted_on=accepted_on).items()}


def prices(items: set[str], *, accepted_on: date) -> Mapping[str, Price]:
    """Return the same, each with the notice it rests on."""
    rows = [row for row in _tariffs() if row.item in items and _in_force(row, accepted_on)]
    found = {row.item: Price(row.fen, row.basis) for row in rows}
    for item in sorted(items):
        if item not in found:
            raise PriceMissing(item, accepted_on)
    return found


def steps_in_force() -> list[Step]:
    """Return every line of the revisions that were put in force, in the order of their moments."""
    return _kept(_STEPS, lambda: _decided()[1])


def _decided() -> tuple[list[RuleRevision], list[Step]]:
    """Return revisions and steps from one look at the tables, and keep both."""
    found = decided()
    rows, steps = list(found), _steps_by(found)
    cache.set_many({_REVISIONS: rows, _STEPS: steps}, _CACHE_SECONDS)
    return rows, steps


def fresh_steps() -> list[Step]:
    """Return the same as the database has it now: for whoever is about to add to it."""
    return _steps_by(decided())


def _steps_by(found: Mapping[RuleRevision, Iterable[ScopeLine]]) -> list[Step]:
    return [step for row, lines in found.items() for step in steps_of(row, lines)]


def steps_of(revision: RuleRevision, lines: Iterable[ScopeLine]) -> list[Step]:
    """Return lines of a revision as steps."""
    return [
        Step(
            revision.effective_at,
            line.act,
            Opening(line.city, line.kind, line.category, line.group, line.channel),
            line.source,
        )
        for line in lines
    ]


def _open_after(steps: Iterable[Step]) -> dict[Opening, Step]:
    """Return what is open after steps in their order, each with the step that opened it."""
    found: dict[Opening, Step] = {}
    for step in steps:
        if step.act == OPENS:
            found.setdefault(step.opening, step)
        else:
            found.pop(step.opening, None)
    return found


def _moment(on: date) -> datetime:
    """Return the moment a day stands for: now for today, else its end, when all its changes hold."""
    if on == clock.today():
        return clock.now()
    return timezone.make_aware(datetime.combine(on, time.max))


def open_cities(on: date) -> list[OpenCity]:
    """Return the cities open online on a day, those that joined first in front."""
    moment = _moment(on)
    first: dict[str, Step] = {}
    for opening, step in _open_after(step for step in steps_in_force() if step.at <= moment).items():
        if opening.channel == ONLINE and (opening.city not in first or step.at < first[opening.city].at):
            first[opening.city] = step
    found = [OpenCity(city, clock.local_day(step.at), step.source) for city, step in first.items()]
    return sorted(found, key=lambda city: (city.since, city.code))


def current_revision(on: date) -> RuleRevision:
    """Return the rule revision in force on a day: now where it is today, at its end else.

    Raises RevisionMissing before the first.
    """
    moment = _moment(on)
    row = next((row for row in reversed(_revisions()) if row.effective_at <= moment), None)
    if row is None:
        raise RevisionMissing(on)
    return row


def revision_called(label: str) -> RuleRevision:
    """Return the revision an application is pinned to; raises LookupError when it is gone."""
    for row in _revisions():
        if row.label == label:
            return row
    raise LookupError(label)


def scope(revision: RuleRevision) -> Scope:
    """Return what is open from a revision's moment on: what it and those before it opened, whatever came later."""
    return _scope(revision, [step for step in steps_in_force() if step.at <= revision.effective_at])


def scopes_around(revision: RuleRevision) -> tuple[Scope, Scope]:
    """Return what is open before a revision's moment and from it on, also where it is not in force yet."""
    before = [step for step in steps_in_force() if step.at < revision.effective_at]
    return _scope(revision, before), _scope(revision, before + steps_of(revision, revision.lines.all()))


def _scope(revision: RuleRevision, steps: Iterable[Step]) -> Scope:
    day = revision.effective_from
    openings = frozenset(_open_after(steps))
    cities = sorted({row.city for row in openings if row.channel == ONLINE})
    # Before the first city joined, no reason opened anything online.
    reasons = {code: catalog.reasons_for(code, on=day) for code in catalog.FORM_KINDS} if cities else {}
    return Scope(
        revision=revision.label,
        effective_from=day,
        openings=openings,
        cities={city: chinese_name(city) for city in cities},
        reasons=reasons,
    )


def scope_on(day: date) -> Scope:
    """Return what is open on a day; before the first revision nothing is."""
    try:
        return scope(current_revision(day))
    except RevisionMissing:
        return Scope(revision="", effective_from=day, openings=frozenset(), cities={}, reasons={})
