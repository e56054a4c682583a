"""Owns the formats of document numbers: which document a number belongs to, and which number comes next in a series."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

# I and O are left out of printed numbers because they read as 1 and 0.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"

_PLAIN = 10**8
_BLOCK = 10**7


class NumberInvalid(ValueError):
    """The text is not a number of the series asked for. Carries the series code, never the text."""

    def __init__(self, series: str) -> None:
        super().__init__(f"not a number of series {series}")
        self.series = series


class SeriesEnded(LookupError):
    """The position lies behind the last number the series can express."""

    def __init__(self, series: str) -> None:
        super().__init__(f"series {series} has no such position")
        self.series = series


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One family of numbers.

    `kind` is the code of the document kind that carries it. `is_assigned` tells whether new documents still get
    numbers of it; `has_letter_blocks` whether the eight digits are followed by letter + seven digits.
    """

    code: str
    kind: str
    pattern: re.Pattern[str]
    prefix: str
    is_assigned: bool
    has_letter_blocks: bool = False
    source: str
    confidence: str

    def matches(self, number: str) -> bool:
        """Return True when the whole text is a number of this series."""
        return self.pattern.fullmatch(number) is not None


def _series(*rows: Series) -> Mapping[str, Series]:
    return MappingProxyType({row.code: row for row in rows})


SERIES: Mapping[str, Series] = _series(
    Series(
        code="E",
        kind="PASSPORT",
        pattern=re.compile(r"E([0-9]{8}|[A-HJ-NP-Z][0-9]{7})"),
        prefix="E",
        is_assigned=True,
        has_letter_blocks=True,
        source="普通护照号码规则：E 加 8 位数字，后为 E 加 1 位字母（不含 I、O）加 7 位数字",
        confidence="H",
    ),
    Series(
        code="G",
        kind="PASSPORT",
        pattern=re.compile(r"G[0-9]{8}"),
        prefix="G",
        is_assigned=False,
        source="2012 年以前签发的普通护照（非电子）",
        confidence="H",
    ),
    Series(
        code="14",
        kind="PASSPORT",
        pattern=re.compile(r"1[45][0-9]{7}"),
        prefix="1",
        is_assigned=False,
        source="早期普通护照：14 或 15 加 7 位数字",
        confidence="M",
    ),
    Series(
        code="C",
        kind="HKM_PERMIT",
        pattern=re.compile(r"C([0-9]{8}|[A-HJ-NP-Z][0-9]{7})"),
        prefix="C",
        is_assigned=True,
        has_letter_blocks=True,
        source="国家移民管理局 2018 年 12 月关于往来港澳通行证号码的通告：C99999999 之后自 CA0000001 起",
        confidence="H",
    ),
    Series(
        code="L",
        kind="TWN_PERMIT",
        pattern=re.compile(r"L[0-9]{8}"),
        prefix="L",
        is_assigned=True,
        source="电子往来台湾通行证号码规则：L 加 8 位数字",
        confidence="H",
    ),
    Series(
        code="T",
        kind="TWN_PERMIT",
        pattern=re.compile(r"T[0-9]{8}"),
        prefix="T",
        is_assigned=False,
        source="往来台湾通行证（本式）：T 加 8 位数字",
        confidence="M",
    ),
    Series(
        code="HM",
        kind="HRP",
        pattern=re.compile(r"[HM][0-9]{8}"),
        prefix="",
        is_assigned=False,
        source="港澳居民来往内地通行证号码规则：H 或 M 加 8 位数字，终身不变",
        confidence="H",
    ),
    Series(
        code="8",
        kind="TBZ",
        pattern=re.compile(r"[0-9]{8}"),
        prefix="",
        is_assigned=False,
        source="台湾居民来往大陆通行证号码规则：8 位数字，终身不变",
        confidence="M",
    ),
)


def normalise(text: str) -> str:
    """Return the number as it is printed: full-width forms narrowed, capitals, no spaces or hyphens."""
    return re.sub(r"[\s\-]+", "", unicodedata.normalize("NFKC", text)).upper()


def recognise(text: str) -> Series | None:
    """Return the series a number belongs to, or None. No two series share a number."""
    number = normalise(text)
    return next((series for series in SERIES.values() if series.matches(number)), None)


def position(number: str) -> int:
    """Return the place of a number in its series, counted from 0 for all zeros.

    E00000000 is 0, E99999999 is 99,999,999, EA0000000 is 100,000,000. Raises NumberInvalid for a series whose
    numbers are not assigned in order.
    """
    series = recognise(number)
    if series is None or not series.is_assigned:
        raise NumberInvalid(series.code if series else "?")
    body = number[len(series.prefix) :]
    if body[0].isdigit():
        return int(body)
    return _PLAIN + LETTERS.index(body[0]) * _BLOCK + int(body[1:])


def number_at(code: str, place: int) -> str:
    """Return the number of series `code` at `place`, the reverse of `position`.

    Raises SeriesEnded behind the last number, NumberInvalid for a series that is not assigned in order.
    """
    series = SERIES[code]
    if not series.is_assigned:
        raise NumberInvalid(code)
    if 0 <= place < _PLAIN:
        return f"{series.prefix}{place:08d}"
    letter, rest = divmod(place - _PLAIN, _BLOCK)
    if place < 0 or not series.has_letter_blocks or letter >= len(LETTERS):
        raise SeriesEnded(code)
    return f"{series.prefix}{LETTERS[letter]}{rest:07d}"


def is_printable(code: str, place: int) -> bool:
    """Return False for the all-zero number of a letter block: the announced first numbers end in 1 (CA0000001)."""
    return SERIES[code].is_assigned and (place < _PLAIN or (place - _PLAIN) % _BLOCK != 0)
