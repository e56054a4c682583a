"""Administrative divisions: which city a six-digit code belongs to, and what that city is called.

The codes and names are those of GB/T 2260 as continued by the Ministry of Civil Affairs (民政部 行政区划代码);
`data/divisions.csv` holds provinces, prefecture-level cities and the counties a province governs directly,
`data/abolished.csv` the prefecture-level codes that were given up, with the year and, where the whole area
moved to one place, that place.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"
_CODE = re.compile(r"[0-9]{6}")

# Beijing, Tianjin, Shanghai, Chongqing: the province is the city.
_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
# Hong Kong, Macao, Taiwan as the first two digits of a residence permit's number (83) or a code (71, 81, 82).
_WHOLE_PROVINCE = _MUNICIPALITIES | {"71", "81", "82", "83"}
# Third and fourth digit 90: a county or city that answers to its province, with no prefecture between.
_DIRECTLY_GOVERNED = "90"


@dataclass(frozen=True)
class Division:
    """A province or city: six-digit code, own name, and for a code given up the last year and what took its place."""

    code: str
    name: str
    until: int | None = None
    now: str = ""


@cache
def _divisions() -> dict[str, Division]:
    """Return the current divisions by code; read once."""
    with (_DATA / "divisions.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: Division(row["code"], row["name"]) for row in csv.DictReader(file)}


@cache
def _abolished() -> dict[str, Division]:
    """Return the divisions that were given up, by code; read once."""
    with (_DATA / "abolished.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Division(row["code"], row["name"], int(row["until"]), row["now"])
            for row in csv.DictReader(file)
        }


def _grouped(code: str) -> str:
    """Return the code on the level of cities, whether or not such a city is known."""
    if not _CODE.fullmatch(code):
        message = "a division code has six digits"
        raise ValueError(message)
    if code[:2] in _WHOLE_PROVINCE:
        return f"{code[:2]}0000"
    if code[2:4] == _DIRECTLY_GOVERNED:
        return code
    return f"{code[:4]}00"


def city_of(code: str) -> str:
    """Return the six-digit code of the city that a district, county or city code counts as.

    A municipality counts as a whole (110105 is 110000); a county governed by its province stands for itself;
    a code given up counts as the place its whole area moved to, where there is one. Unknown codes are grouped
    by the same rule without complaint. Raises ValueError when the code is not six digits.
    """
    grouped = _grouped(code)
    given_up = _abolished().get(grouped)
    return given_up.now if given_up and given_up.now else grouped


def name_of(code: str) -> str | None:
    """Return the full Chinese name of the city the code counts as ("浙江省杭州市"), or None when it is not known.

    A province's own code gives the province. A code given up gives the name it last had.
    """
    grouped = _grouped(code)
    division = _divisions().get(grouped) or _abolished().get(grouped)
    if division is None:
        return None
    province = _divisions().get(f"{grouped[:2]}0000")
    if province is None or province.code == grouped:
        return division.name
    return province.name + division.name


def is_current(code: str) -> bool:
    """Tell whether the city of this code exists today."""
    return _grouped(code) in _divisions()


def cities() -> tuple[Division, ...]:
    """Return every current city, municipalities included, in the order of codes: what a list to choose from shows."""
    return tuple(
        division
        for code, division in _divisions().items()
        if code[:2] in _MUNICIPALITIES or (code[:2] < "71" and not code.endswith("0000"))
    )
