"""Owns the places that endorsement rules name: the cities of the individual visit, areas, and openings by province."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from documents.catalog.shapes import Confidence, Ground
from documents.catalog.terms import DATA
from portal.accounts.divisions import city_of

# Counties and county-level cities have 21 and above as their last two digits (GB/T 2260); districts lie below.
_FIRST_COUNTY = 21
_PROVINCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A city or province of a list: from when, and whether only its urban districts count."""

    code: str
    urban_only: bool
    ground: Ground

    def has(self, division: str) -> bool:
        """Tell whether a six-digit division code lies in the place."""
        if self.code.endswith("0000") and city_of(division) != self.code:
            return division.startswith(self.code[:_PROVINCE])
        return city_of(division) == self.code and not (self.urban_only and int(division[4:]) >= _FIRST_COUNTY)


@cache
def _lists() -> Mapping[str, tuple[Place, ...]]:
    plain = json.loads((DATA / "places.json").read_text(encoding="utf-8"))
    return {
        name: tuple(
            Place(
                code=code,
                urban_only=code in row.get("urban_only", ()),
                ground=Ground(
                    source=row["source"],
                    confidence=Confidence(row["confidence"]),
                    effective_from=date.fromisoformat(row["effective_from"]),
                    effective_to=date.fromisoformat(row["effective_to"]) if row["effective_to"] else None,
                ),
            )
            for row in rows
            for code in row["codes"]
        )
        for name, rows in plain.items()
    }


def places(name: str, *, on: date) -> tuple[Place, ...]:
    """Return the places of a list that are in force on a day; raises KeyError for a list there is not."""
    return tuple(place for place in _lists()[name] if place.ground.holds_on(on))


def is_in(name: str, division: str, *, on: date) -> bool:
    """Tell whether a six-digit division code lies in one of the places of a list on a day; an empty one does not."""
    return bool(division) and any(place.has(division) for place in places(name, on=on))
