"""The population of the embedded register: synthetic people, read from people.toml, none of whom exists.

How the demonstration stays true in any month:

- Most people have a fixed birth date. Where an age is the point, the birth date follows from the day. `age = 15`
  is born on 1 January of the year that makes the age true on every day of the year: the number changes once a year.
  `turns = 16` is born so many years ago to the day (`in_days` later): the number changes daily. Numbers of earlier
  days and years stay known for ten years, and these people grow older like everybody else.
- Terms of documents count from a person's anchor: the day the register was first asked for them, today for
  everybody else. So whoever has not been used yet is always as described, and whoever has been used keeps their
  dates and grows old.
"""

import tomllib
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from portal.accounts.citizen_number import ResidencePermit, Sex, check_character
from portal.accounts.divisions import city_of
from portal.accounts.gateways.register.base import HeldDocument, HeldKind, HeldState, RegisterRecord

_ROWS = Path(__file__).parent / "people.toml"
# For how many years a number that followed from a day stays known.
_YEARS_REMEMBERED = 10
_RESIDENCE_PERMITS: dict[str, ResidencePermit] = {"81": "HK", "82": "MO", "83": "TW"}


@dataclass(frozen=True, repr=False)
class DemoPerson:
    """A synthetic person as the register would describe them, with the branch of the rules they are here for."""

    record: RegisterRecord
    covers: str
    face_matches: bool


@dataclass(frozen=True)
class _Term:
    """A document of a row whose dates are not worked out yet; months and days from the anchor to the last day."""

    kind: HeldKind
    number: str
    months: int
    days: int
    years: int
    state: HeldState
    issued_in: str
    latin: str


@dataclass(frozen=True)
class Row:
    """One synthetic person as the file has them; exactly one of born, age and turns is given."""

    name: str
    covers: str
    division: str
    order: str
    latin: str
    hukou: str
    address: str
    birthplace: str
    ethnic: str
    born: date | None
    age: int | None
    turns: int | None
    in_days: int
    residence: str
    state_employee: bool
    military: bool
    fingerprints: bool
    exit_barred: bool
    in_mainland: bool
    face_matches: bool
    holds: tuple[_Term, ...]

    @property
    def sex(self) -> Sex:
        """The sex the order code's last digit tells (odd for men)."""
        return "M" if int(self.order) % 2 else "F"

    def born_on(self, day: date) -> date:
        """Return the birth date of this row's person as listed on a day."""
        if self.born:
            return self.born
        if self.age is not None:
            return date(day.year - self.age, 1, 1)
        return shifted(day + timedelta(days=self.in_days), months=-12 * (self.turns or 0))

    def was_born(self, born: date, day: date) -> bool:
        """Tell whether somebody of this row, listed on `day` or in the ten years before, was born on `born`."""
        latest = self.born_on(day)
        if self.born:
            return born == latest
        earliest = shifted(latest, months=-12 * _YEARS_REMEMBERED)
        return earliest <= born <= latest and (self.age is None or (born.month, born.day) == (1, 1))

    def number(self, born: date) -> str:
        """Return the citizen number of this row's person born on that day."""
        body = f"{self.division}{born:%Y%m%d}{self.order}"
        return body + check_character(body)

    def record(self, *, born: date, anchor: date, as_of: date) -> RegisterRecord:
        """Return the register's record on the day `as_of`, terms counted from `anchor`."""
        return RegisterRecord(
            citizen_number=self.number(born),
            name=self.name,
            sex=self.sex,
            ethnic_group=self.ethnic,
            born=born,
            birthplace=self.birthplace,
            hukou_code=self.hukou,
            hukou_address=self.address,
            residence_permit=_RESIDENCE_PERMITS.get(self.division[:2]),
            residence_code=self.residence,
            state_employee=self.state_employee,
            military=self.military,
            fingerprints_on_file=self.fingerprints,
            exit_barred=self.exit_barred,
            in_mainland=self.in_mainland,
            holds=tuple(_held(term, born=born, anchor=anchor, as_of=as_of) for term in self.holds),
        )


def shifted(day: date, *, months: int) -> date:
    """Return the day so many months later (or earlier), on the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _held(term: _Term, *, born: date, anchor: date, as_of: date) -> HeldDocument:
    """Work out a document's dates and what the register says of it on the day."""
    expires_on = shifted(anchor, months=term.months) + timedelta(days=term.days)
    state = HeldState.EXPIRED if term.state is HeldState.VALID and expires_on < as_of else term.state
    surname, given = term.latin.split("/")
    return HeldDocument(
        kind=term.kind,
        # People whose number follows from the day have documents of their own: the last digits follow it, too.
        number=term.number.replace("####", f"{born.toordinal() % 10_000:04d}"),
        issued_on=shifted(expires_on + timedelta(days=1), months=-12 * term.years),
        expires_on=expires_on,
        state=state,
        issued_in=term.issued_in,
        surname=surname,
        given=given,
    )


def _row(entry: dict[str, Any]) -> Row:
    """Read one entry of the file."""
    hukou = entry.get("hukou", "")
    city = city_of(hukou) if hukou else ""
    return Row(
        name=entry["name"],
        covers=entry["covers"],
        division=entry.get("division", city),
        order=entry["order"],
        latin=entry["latin"],
        hukou=hukou,
        address=entry["address"],
        birthplace=entry["birthplace"],
        ethnic=entry.get("ethnic", "汉族"),
        born=entry.get("born"),
        age=entry.get("age"),
        turns=entry.get("turns"),
        in_days=entry.get("in_days", 0),
        residence=entry.get("residence", ""),
        state_employee=entry.get("state_employee", False),
        military=entry.get("military", False),
        fingerprints=entry.get("fingerprints", True),
        exit_barred=entry.get("exit_barred", False),
        in_mainland=entry.get("in_mainland", True),
        face_matches=entry.get("face_matches", True),
        holds=tuple(
            _Term(
                kind=HeldKind(document["kind"]),
                number=document["number"],
                months=document.get("months", 0),
                days=document.get("days", 0),
                years=document.get("years", 10),
                state=HeldState(document.get("state", "valid")),
                issued_in=document.get("issued_in", city),
                latin=document.get("latin", entry["latin"]),
            )
            for document in entry.get("holds", [])
        ),
    )


@cache
def rows() -> tuple[Row, ...]:
    """Return everybody in the file; read once."""
    return tuple(_row(entry) for entry in tomllib.loads(_ROWS.read_text(encoding="utf-8"))["person"])


@cache
def _rows_by_code() -> dict[tuple[str, str], tuple[Row, ...]]:
    """Return the rows by division and order code, the parts of a number that no day changes."""
    found: dict[tuple[str, str], tuple[Row, ...]] = {}
    for row in rows():
        code = (row.division, row.order)
        found[code] = (*found.get(code, ()), row)
    return found


def find(citizen_number: str, *, on: date) -> tuple[Row, date] | None:
    """Return the row and birth date of whoever has this number, or None when the register knows nobody."""
    try:
        born = date(int(citizen_number[6:10]), int(citizen_number[10:12]), int(citizen_number[12:14]))
    except ValueError:
        return None
    for row in _rows_by_code().get((citizen_number[:6], citizen_number[14:17]), ()):
        if row.was_born(born, on) and row.number(born) == citizen_number:
            return row, born
    return None
