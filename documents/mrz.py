"""Owns the zone of passports, TD3 of ICAO Doc 9303, written and read; and what the zones of cards share with it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

NAME_FIELD = 39
# The double filler and one letter of the given names (Doc 9303 part 4: both identifiers stay present).
_LEAST_BESIDE_PRIMARY = 3

FILLER = "<"
SEXES = {"M": "M", "F": "F", "X": FILLER}
STATE = re.compile(r"[A-Z]{3}|D")
PRINTED_STATE = re.compile(r"[A-Z]{3}|D<<")
LONGEST_NUMBER = 9
_SIGNS = re.compile(r"[A-Z0-9<]{44}")
_NAME_SIGNS = re.compile(r"[A-Z][A-Z '\-·]*")
PRINTED_NAME = re.compile(r"[A-Z]+(<[A-Z]+)*(<<[A-Z]+(<[A-Z]+)*)?<*")
_WEIGHTS = (7, 3, 1)
_LONGEST_PERSONAL_NUMBER = 14


class MrzError(ValueError):
    """A zone cannot be written or read; `fields` names what is wrong, never what it holds."""

    def __init__(self, fields: Iterable[str]) -> None:
        self.fields = tuple(fields)
        super().__init__("machine readable zone: " + ", ".join(self.fields))


@dataclass(frozen=True, slots=True, kw_only=True)
class Td3:
    """What a passport's zone says.

    Names are capitals with single spaces between parts. `sex` is M, F or X. `is_name_cut` is True when the name
    field is full to its last place, so parts of the name may be missing.
    """

    document_code: str
    issuer: str
    surname: str
    given: str
    number: str
    nationality: str
    born: date
    sex: str
    expires_on: date
    personal_number: str
    is_name_cut: bool


def check_digit(field: str) -> str:
    """Return the check digit of a field: weights 7, 3, 1; A = 10 … Z = 35; filler = 0; modulo 10 (Doc 9303-3, 4.9)."""
    return str(sum(_value(sign) * _WEIGHTS[place % 3] for place, sign in enumerate(field)) % 10)


def _value(sign: str) -> int:
    return 0 if sign == FILLER else int(sign, 36)


def _parts(name: str) -> list[str]:
    """Split a romanised name as Doc 9303-3, 4.6 asks: apostrophes vanish, hyphens and dots part like spaces."""
    return re.split(r"[ \-·]+", name.replace("'", "").strip(" -·")) if name else []


def _fit(parts: list[str], width: int) -> str:
    """Join name parts with fillers in `width` places; a name that is cut ends in a letter, which marks the cut."""
    text = FILLER.join(parts)
    if len(text) <= width:
        return text
    if text[width - 1] != FILLER:
        return text[:width]
    # The cut would fall between two parts and look like a complete name: shorten a part before it by one letter,
    # so that the next part's initial moves in.
    whole = text[: width - 1].count(FILLER) + 1
    for place in range(whole - 1, -1, -1):
        if len(parts[place]) > 1:
            shortened = [*parts[:place], parts[place][:-1], *parts[place + 1 :]]
            return FILLER.join(shortened)[:width]
    return text[: width - 1]


def name_field(surname: str, given: str = "", *, width: int = NAME_FIELD) -> str:
    """Return the places of the name: surname, two fillers, given names; truncated per Doc 9303-4, 4.2.3.

    Both names are romanised: capitals A-Z, spaces, hyphens, apostrophes. A person with a single name has it as
    surname. Raises MrzError naming `surname` or `given`.
    """
    wrong = [] if _NAME_SIGNS.fullmatch(surname) else ["surname"]
    wrong += ["given"] if given and not _NAME_SIGNS.fullmatch(given) else []
    if wrong:
        raise MrzError(wrong)
    if not given:
        return _fit(_parts(surname), width).ljust(width, FILLER)
    parts, whole = _parts(surname), FILLER.join(_parts(given))
    longest = min(len(FILLER.join(parts)), width - _LEAST_BESIDE_PRIMARY)
    # Initials alone cannot be shortened to mark their cut: then the surname makes room for one more of them.
    for spared in (0, 1, 2):
        primary = _fit(parts, longest - spared)
        secondary = _fit(_parts(given), width - 2 - len(primary))
        field = f"{primary}{FILLER * 2}{secondary}"
        if secondary == whole or len(field) == width:
            break
    return field.ljust(width, FILLER)


def names_of(field: str) -> tuple[str, str]:
    """Return surname and given names of a field that is a `PRINTED_NAME`."""
    surname, _, given = field.rstrip(FILLER).partition(FILLER * 2)
    return surname.replace(FILLER, " "), given.replace(FILLER, " ")


def is_checked(field: str) -> bool:
    """Tell whether the last place of a field is the check digit of the places before it."""
    return check_digit(field[:-1]) == field[-1]


def write_td3(  # noqa: PLR0913 - each is one printed field
    *,
    number: str,
    surname: str,
    given: str,
    born: date,
    sex: str,
    expires_on: date,
    issuer: str = "CHN",
    nationality: str = "CHN",
    document_code: str = "PO",
    personal_number: str = "",
) -> str:
    """Return both lines of a passport's zone, 44 signs each, parted by a line feed.

    `sex` is M, F or X (printed as filler). The personal number is left empty on ordinary passports; its check digit
    is then a filler, which Doc 9303-4, 4.2.2 allows. Raises MrzError naming every field that does not fit.
    """
    wrong = [
        field
        for field, fits in (
            ("number", re.fullmatch(rf"[A-Z0-9]{{1,{LONGEST_NUMBER}}}", number)),
            ("sex", sex in SEXES),
            ("issuer", STATE.fullmatch(issuer)),
            ("nationality", STATE.fullmatch(nationality)),
            ("document_code", re.fullmatch(r"P[A-Z]?", document_code)),
            ("personal_number", re.fullmatch(rf"[A-Z0-9]{{0,{_LONGEST_PERSONAL_NUMBER}}}", personal_number)),
            ("born", born < expires_on),
        )
        if not fits
    ]
    if wrong:
        raise MrzError(wrong)
    first = document_code.ljust(2, FILLER) + issuer.ljust(3, FILLER) + name_field(surname, given)
    printed = number.ljust(LONGEST_NUMBER, FILLER)
    dates = [f"{day:%y%m%d}" for day in (born, expires_on)]
    personal = personal_number.ljust(_LONGEST_PERSONAL_NUMBER, FILLER)
    numbered = printed + check_digit(printed)
    birth, expiry = (day + check_digit(day) for day in dates)
    tail = personal + (check_digit(personal) if personal_number else FILLER)
    composite = check_digit(numbered + birth + expiry + tail)
    second = numbered + nationality.ljust(3, FILLER) + birth + SEXES[sex] + expiry + tail + composite
    return f"{first}\n{second}"


def read_td3(zone: str, *, as_of: date) -> Td3:
    """Return what a zone says after proving every check digit.

    `as_of` settles the century, as in `days_of`. Raises MrzError naming every field that is wrong; a zone of
    another shape names `lines`.
    """
    lines = zone.split("\n")
    if len(lines) != 2 or not all(_SIGNS.fullmatch(line) for line in lines):  # noqa: PLR2004 - TD3 has two lines
        raise MrzError(["lines"])
    first, second = lines
    wrong = _wrong_fields(first, second)
    if wrong:
        raise MrzError(wrong)
    born, expires_on = days_of(second[13:19], second[21:27], as_of=as_of)
    surname, given = names_of(first[5:])
    return Td3(
        document_code=first[:2].rstrip(FILLER),
        issuer=first[2:5].rstrip(FILLER),
        surname=surname,
        given=given,
        number=second[:9].rstrip(FILLER),
        nationality=second[10:13].rstrip(FILLER),
        born=born,
        sex="X" if second[20] == FILLER else second[20],
        expires_on=expires_on,
        personal_number=second[28:42].rstrip(FILLER),
        is_name_cut=first[-1] != FILLER,
    )


def _wrong_fields(first: str, second: str) -> list[str]:
    personal, personal_check = second[28:42], second[42]
    empty_check = {FILLER, "0"} if personal == FILLER * _LONGEST_PERSONAL_NUMBER else {check_digit(personal)}
    return [
        field
        for field, fits in (
            ("document_code", re.fullmatch(r"P[A-Z<]", first[:2])),
            ("issuer", PRINTED_STATE.fullmatch(first[2:5])),
            ("name", PRINTED_NAME.fullmatch(first[5:])),
            ("number", re.fullmatch(r"[A-Z0-9]+<*", second[:9]) and is_checked(second[:10])),
            ("nationality", PRINTED_STATE.fullmatch(second[10:13])),
            ("born", second[13:19].isdigit() and is_checked(second[13:20])),
            ("sex", second[20] in "MF<"),
            ("expires_on", second[21:27].isdigit() and is_checked(second[21:28])),
            ("personal_number", personal_check in empty_check),
            ("composite", check_digit(second[:10] + second[13:20] + second[21:43]) == second[43]),
        )
        if not fits
    ]


def days_of(birth: str, expiry: str, *, as_of: date) -> tuple[date, date]:
    """Return the days of birth and expiry of six digits each.

    `as_of` settles the century: a birth lies at most 100 years before it and not after it, an expiry within 50 years
    of it either way. Raises MrzError naming `born`, `expires_on` or both.
    """
    born = _date_of(birth, latest=as_of)
    expires_on = _date_of(expiry, latest=as_of.replace(year=as_of.year + 50, day=1))
    if born is None or expires_on is None:
        raise MrzError(field for field, day in (("born", born), ("expires_on", expires_on)) if day is None)
    return born, expires_on


def _date_of(digits: str, *, latest: date) -> date | None:
    """Return the last day not after `latest` that is written so, or None when there is no such day."""
    year, month, day = (int(digits[place : place + 2]) for place in (0, 2, 4))
    century = latest.year - latest.year % 100
    for start in (century, century - 100):
        try:
            found = date(start + year, month, day)
        except ValueError:
            continue
        if found <= latest:
            return found
    return None
