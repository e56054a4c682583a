"""Owns the zones of cards: TD1 of ICAO Doc 9303, written and read, and the one line of HK/Macao and Taiwan permits."""

import re
from dataclasses import dataclass
from datetime import date

from documents import numbers
from documents.mrz import (
    FILLER,
    LONGEST_NUMBER,
    PRINTED_NAME,
    PRINTED_STATE,
    SEXES,
    STATE,
    MrzError,
    check_digit,
    days_of,
    is_checked,
    name_field,
    names_of,
)

WIDTH = 30
_LINES = 3
_FIRST_OPTIONAL, _SECOND_OPTIONAL = 15, 11
_SIGNS = re.compile(rf"[A-Z0-9<]{{{WIDTH}}}")
_OPTIONAL = re.compile(r"[A-Z0-9<]*")
# The first two signs of the line, by the kind of permit it stands on.
_PERMITS = {"CS": "HKM_PERMIT", "CD": "TWN_PERMIT"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Td1:
    """What the zone of a card says; names and sex as in `mrz.Td3`, `optional` the free places of lines 1 and 2."""

    document_code: str
    issuer: str
    surname: str
    given: str
    number: str
    nationality: str
    born: date
    sex: str
    expires_on: date
    optional: tuple[str, str]
    is_name_cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitLine:
    """What the line of a permit card says: the kind of document it stands on, its number and two days."""

    kind: str
    number: str
    born: date
    expires_on: date


def write_td1(  # noqa: PLR0913 - each is one printed field
    *,
    number: str,
    surname: str,
    given: str,
    born: date,
    sex: str,
    expires_on: date,
    issuer: str = "CHN",
    nationality: str = "CHN",
    document_code: str = "C",
    optional: tuple[str, str] = ("", ""),
) -> str:
    """Return the three lines of a card's zone, 30 signs each, parted by line feeds.

    `sex` is M, F or X (printed as filler); `optional` fills up to 15 places of line 1 and 11 of line 2. Numbers
    longer than nine signs are not written. Raises MrzError naming every field that does not fit.
    """
    wrong = [
        field
        for field, fits in (
            ("number", re.fullmatch(rf"[A-Z0-9]{{1,{LONGEST_NUMBER}}}", number)),
            ("sex", sex in SEXES),
            ("issuer", STATE.fullmatch(issuer)),
            ("nationality", STATE.fullmatch(nationality)),
            ("document_code", re.fullmatch(r"[ACI][A-UW-Z0-9]?", document_code)),
            ("optional", _fits(optional)),
            ("born", born < expires_on),
        )
        if not fits
    ]
    if wrong:
        raise MrzError(wrong)
    printed = number.ljust(LONGEST_NUMBER, FILLER)
    first = document_code.ljust(2, FILLER) + issuer.ljust(3, FILLER) + printed + check_digit(printed)
    first += optional[0].ljust(_FIRST_OPTIONAL, FILLER)
    birth, expiry = (day + check_digit(day) for day in (f"{born:%y%m%d}", f"{expires_on:%y%m%d}"))
    second = birth + SEXES[sex] + expiry + nationality.ljust(3, FILLER) + optional[1].ljust(_SECOND_OPTIONAL, FILLER)
    second += check_digit(_composite(first, second))
    return "\n".join((first, second, name_field(surname, given, width=WIDTH)))


def read_td1(zone: str, *, as_of: date) -> Td1:
    """Return what a card's zone says after proving every check digit.

    `as_of` settles the century, as in `mrz.days_of`. Raises MrzError naming every field that is wrong; a zone of
    another shape names `lines`.
    """
    lines = zone.split("\n")
    if len(lines) != _LINES or not all(_SIGNS.fullmatch(line) for line in lines):
        raise MrzError(["lines"])
    first, second, third = lines
    wrong = [
        field
        for field, fits in (
            ("document_code", re.fullmatch(r"[ACI][A-UW-Z0-9<]", first[:2])),
            ("issuer", PRINTED_STATE.fullmatch(first[2:5])),
            ("number", re.fullmatch(r"[A-Z0-9]+<*", first[5:14]) and is_checked(first[5:15])),
            ("born", second[:6].isdigit() and is_checked(second[:7])),
            ("sex", second[7] in "MF<"),
            ("expires_on", second[8:14].isdigit() and is_checked(second[8:15])),
            ("nationality", PRINTED_STATE.fullmatch(second[15:18])),
            ("name", PRINTED_NAME.fullmatch(third)),
            ("composite", check_digit(_composite(first, second)) == second[29]),
        )
        if not fits
    ]
    if wrong:
        raise MrzError(wrong)
    surname, given = names_of(third)
    born, expires_on = days_of(second[:6], second[8:14], as_of=as_of)
    return Td1(
        document_code=first[:2].rstrip(FILLER),
        issuer=first[2:5].rstrip(FILLER),
        surname=surname,
        given=given,
        number=first[5:14].rstrip(FILLER),
        nationality=second[15:18].rstrip(FILLER),
        born=born,
        sex="X" if second[7] == FILLER else second[7],
        expires_on=expires_on,
        optional=(first[15:].rstrip(FILLER), second[18:29].rstrip(FILLER)),
        is_name_cut=third[-1] != FILLER,
    )


def _fits(optional: tuple[str, str]) -> bool:
    lengths = (_FIRST_OPTIONAL, _SECOND_OPTIONAL)
    return all(
        len(text) <= length and _OPTIONAL.fullmatch(text) and text == text.rstrip(FILLER)
        for text, length in zip(optional, lengths, strict=True)
    )


def _composite(first: str, second: str) -> str:
    """Return what the last digit of line 2 covers (Doc 9303-5, 4.2.4)."""
    return first[5:30] + second[:7] + second[8:15] + second[18:29]


def read_permit_line(line: str, *, as_of: date) -> PermitLine:
    """Return what the line of a HK/Macao or Taiwan permit card says, as card readers give it: 30 signs.

    Code CS or CD, number and its digit, expiry and its digit, birth and its digit, each followed by a filler; last a
    digit over all, whose coverage no source confirms: it is not held against the card. `as_of` as in `mrz.days_of`.
    Raises MrzError naming every field that is wrong; another shape names `lines`.
    """
    if not _SIGNS.fullmatch(line):
        raise MrzError(["lines"])
    kind = _PERMITS.get(line[:2], "")
    series = numbers.recognise(line[2:11])
    wrong = [
        field
        for field, fits in (
            ("document_code", kind),
            ("number", series is not None and kind in ("", series.kind) and is_checked(line[2:12])),
            ("fillers", line[12] == line[20] == line[28] == FILLER),
            ("expires_on", line[13:19].isdigit() and is_checked(line[13:20])),
            ("born", line[21:27].isdigit() and is_checked(line[21:28])),
        )
        if not fits
    ]
    if wrong:
        raise MrzError(wrong)
    born, expires_on = days_of(line[21:27], line[13:19], as_of=as_of)
    return PermitLine(kind=kind, number=line[2:11], born=born, expires_on=expires_on)
