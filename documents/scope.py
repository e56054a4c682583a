"""Owns who may apply online for what, and at what price, on a given day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.core.cache import cache
from django.db import models

from documents import catalog
from documents.models import Dated, PilotCity, RuleRevision, Tariff
from portal.accounts.divisions import city_of
from portal.common.gateway import NotReady

# The dated rows are few and asked for at every filing. A change is seen within this time, or at once where the
# change itself calls `forget`.
_CACHE_SECONDS = 60
ADULT, MINOR, STATE_EMPLOYEE, MILITARY = "adult", "minor", "state_employee", "military"
GROUPS = (ADULT, MINOR, STATE_EMPLOYEE, MILITARY)
_TABLES: tuple[type[models.Model], ...] = (Tariff, PilotCity, RuleRevision)
_AnyRow = TypeVar("_AnyRow", bound=models.Model)


def _all(table: type[_AnyRow]) -> list[_AnyRow]:
    """Return every row of a small dated table, in the order its facts came into force."""
    key = f"documents.{table.__name__}"
    rows: list[_AnyRow] | None = cache.get(key)
    if rows is None:
        rows = list(table._default_manager.order_by("effective_from"))  # noqa: SLF001 - Django's manager of any model
        cache.set(key, rows, _CACHE_SECONDS)
    return rows


def forget() -> None:
    """Let the next question see the tables as they are now; whoever changes a row calls this."""
    cache.delete_many(f"documents.{table.__name__}" for table in _TABLES)


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


@dataclass(frozen=True, slots=True)
class Opening:
    """One thing that is open online: to the residents of a city, for a kind in a category, to a group of applicants."""

    city: str
    kind: str
    category: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What one rule revision opens online: every opening, cities by code with their names, and reasons by kind."""

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

    def opens(self, kind: str, category: str, *, city: str, group: str) -> bool:
        """Tell whether residents of a city (six-digit division code) in a group may ask for this online."""
        return bool(city) and Opening(city_of(city), kind, category, group) in self.openings

    def opens_to(self, group: str, *, city: str = "") -> bool:
        """Tell whether anything is open to a group of applicants, in a city or anywhere."""
        home = city_of(city) if city else ""
        return any(row.group == group and home in ("", row.city) for row in self.openings)

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
    found = {row.item: row.fen for row in _all(Tariff) if row.item in items and _in_force(row, accepted_on)}
    for item in sorted(items):
        if item not in found:
            raise PriceMissing(item, accepted_on)
    return found


def pilot_city(code: str, *, on: date) -> PilotCity | None:
    """Return the pilot city a six-digit division code counts as on a day, or None.

    Raises ValueError when the code is not six digits.
    """
    city = city_of(code)
    return next((row for row in reversed(_all(PilotCity)) if row.code == city and _in_force(row, on)), None)


def open_cities(on: date) -> list[PilotCity]:
    """Return the pilot cities of a day, those that joined first in front."""
    return [row for row in _all(PilotCity) if _in_force(row, on)]


def current_revision(on: date) -> RuleRevision:
    """Return the rule revision in force on a day; raises RevisionMissing before the first."""
    row = next((row for row in reversed(_all(RuleRevision)) if row.effective_from <= on), None)
    if row is None:
        raise RevisionMissing(on)
    return row


def revision_called(label: str) -> RuleRevision:
    """Return the revision an application is pinned to; raises LookupError when it is gone."""
    for row in _all(RuleRevision):
        if row.label == label:
            return row
    raise LookupError(label)


def scope(revision: RuleRevision) -> Scope:
    """Return what a revision opens online: the rows in force on its first day, whatever came later."""
    day = revision.effective_from
    cities = {row.code: row.name for row in sorted(open_cities(day), key=lambda row: row.code)}
    reasons = {code: catalog.reasons_for(code, on=day) for code in catalog.FORM_KINDS}
    openings = frozenset(
        Opening(city, kind, category, ADULT)
        for city in cities
        for kind in catalog.FORM_KINDS
        for category in ("replace", "reissue", "endorse")
        if category != "endorse" or catalog.kind(kind).destinations
    )
    return Scope(revision=revision.label, effective_from=day, openings=openings, cities=cities, reasons=reasons)


def scope_on(day: date) -> Scope:
    """Return what is open online on a day; before the first revision nothing is."""
    try:
        return scope(current_revision(day))
    except RevisionMissing:
        return Scope(revision="", effective_from=day, openings=frozenset(), cities={}, reasons={})
