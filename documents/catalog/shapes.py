"""Owns the shapes of the catalogue: dated facts about kinds, categories, reasons and terms, each with its source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol, TypeVar

from portal.common.unmet import Text


class Confidence(StrEnum):
    """How sure a fact is: official or several agreeing sources; one secondary source or firm practice; weak."""

    HIGH = "H"
    MEDIUM = "M"
    LOW = "L"


class Form(StrEnum):
    """What a document is made as."""

    BOOKLET = "booklet"
    CARD = "card"
    PAPER = "paper"


class Zone(StrEnum):
    """The machine readable zone written for a document; NONE where none is written here."""

    TD3 = "TD3"
    NONE = ""


class Unit(StrEnum):
    """What a term is counted in."""

    DAY = "day"
    WORKING_DAY = "working_day"


class NotInCatalogue(LookupError):
    """A code is not in the catalogue, or nothing is in force for it on the day asked for."""

    def __init__(self, what: str, code: str) -> None:
        super().__init__(f"{what} {code} is not in the catalogue")
        self.what, self.code = what, code


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a fact rests on. `effective_to` is the first day it no longer holds; None leaves that side open."""

    source: str
    confidence: Confidence
    effective_from: date | None = None
    effective_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the fact is in force on `day`."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day < self.effective_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """Years of validity for applicants from `age_from` up to, not including, `age_below` (None: no upper end)."""

    age_from: int
    age_below: int | None
    years: int
    ground: Ground

    def covers(self, age: int) -> bool:
        """Tell whether the row is for applicants of this age in whole years."""
        return age >= self.age_from and (self.age_below is None or age < self.age_below)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of document.

    `series` are the number series it is found under, the one given to new documents first; `tariff` maps category
    codes to tariff items; `destinations` are the places it carries endorsements for; `issuing_basis` is the law it
    is issued under.
    """

    code: str
    name: Text
    short_name: Text
    form: Form
    zone: Zone
    series: tuple[str, ...]
    validity: tuple[Validity, ...]
    tariff: Mapping[str, str]
    destinations: tuple[str, ...] = ()
    issuing_basis: str
    ground: Ground

    @property
    def label(self) -> str:
        """The name in the reader's language, as it stands on receipts."""
        return str(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """What is asked for: a first document, a replacement, a reissue, an endorsement.

    `is_online` tells whether the pilot takes it without a visit; `ends_old` whether the old document ends when the
    new one is issued.
    """

    code: str
    name: Text
    is_online: bool
    ends_old: bool
    ground: Ground

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return str(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why it is asked for, and the category that follows from it.

    `voids_old` is True where the old document is void at once, by the applicant's sworn report, and never revived.
    """

    code: str
    name: Text
    hint: Text
    category: str
    kinds: frozenset[str]
    is_online: bool
    voids_old: bool = False
    ground: Ground

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return str(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A time limit: `amount` in `unit`, counted from the event `starts`; `kinds` is empty where it is for all."""

    code: str
    amount: int
    unit: Unit
    starts: str
    kinds: frozenset[str]
    ground: Ground


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


_Row = TypeVar("_Row", bound=_Coded)


def by_code(rows: Iterable[_Row]) -> Mapping[str, _Row]:
    """Return the rows under their codes, in their order, read-only."""
    return MappingProxyType({row.code: row for row in rows})
