"""Owns the shapes of the catalogue: dated facts about kinds, categories, reasons and terms, each with its source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol, TypeVar

from portal.common.unmet import Text

# No source names the first day.
UNKNOWN: date | None = None


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
    """The machine readable zone of a document; NONE where none is written here."""

    TD3 = "TD3"
    TD1 = "TD1"
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
    """What a fact rests on.

    `effective_from` is UNKNOWN where no source names the first day: then it holds on every day before `effective_to`,
    the first day it no longer holds. `amended_on` is the first day of the rule in `source` where the thing is older.
    """

    source: str
    confidence: Confidence
    effective_from: date | None = UNKNOWN
    effective_to: date | None = None
    amended_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the fact is in force on `day`."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day < self.effective_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """How long a document is valid for applicants from `age_from` up to, not including, `age_below` years of age.

    An `age_below` of None leaves that side open. `use` is the variant it is for: "1" for one
    use, "M" for many, empty for all.
    """

    age_from: int
    age_below: int | None
    years: int = 0
    months: int = 0
    use: str = ""
    ground: Ground

    @property
    def span(self) -> int:
        """The whole length in months."""
        return self.years * 12 + self.months

    def covers(self, age: int) -> bool:
        """Tell whether the row is for applicants of this age in whole years."""
        return age >= self.age_from and (self.age_below is None or age < self.age_below)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of document.

    `series` are the number series it is found under, the one given to new documents first; `tariff` maps category
    codes to tariff items (with ":1" or ":M" behind the category for a variant that has its own price) and is empty
    where no source names a fee; `destinations` are the places it carries endorsements for; `issuing_basis` is the law
    it is issued under; `on_form` tells whether 中国公民出入境证件申请表 asks for it (fields 14 to 16).
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
    on_form: bool = False
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
    def is_for_window(self) -> bool:
        """Tell whether a window replaces or reissues a document for it, and the portal does not."""
        return not self.is_online and self.category in ("replace", "reissue")

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return str(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endorsement:
    """One type of endorsement in one of its variants.

    `options` lists the option codes for each destination; `approved_destinations` are those where the length is what
    the other side approved, always with many entries. `stay_days` is the stay each time, None where it is as
    approved. `places` names the list of places whose residents may have it (`catalog.places`), by household alone
    where `is_hukou_only`; empty means anywhere. `excludes_registered` tells whether registered state employees and
    the military may not have it at all; `is_accompanying` whether it is for whoever goes along with somebody else;
    `has_device` whether self-service devices issue it. `stay_confidence` is that of the stay alone, where it is less
    sure than the rest.
    """

    code: str
    letter: str
    kind: str
    name: Text
    who: Text
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    approved_destinations: tuple[str, ...] = ()
    stay_days: int | None = None
    stay_note: Text = ""
    stay_confidence: Confidence | None = None
    places: str = ""
    is_hukou_only: bool = False
    excludes_registered: bool = False
    is_accompanying: bool = False
    has_device: bool = False
    materials: tuple[str, ...] = ()
    ground: Ground

    @property
    def destinations(self) -> tuple[str, ...]:
        """Where it is for: HK, MO or TW."""
        return (*self.options, *self.approved_destinations)

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
