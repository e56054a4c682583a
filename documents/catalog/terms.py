"""Owns the time limits, read from the data file."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from documents.catalog.shapes import Confidence, Ground, NotInCatalogue, Term, Unit, by_code

DATA = Path(__file__).parent.parent / "data"


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def terms() -> Mapping[str, Term]:
    """Return every time limit under its code."""
    rows = json.loads((DATA / "terms.json").read_text(encoding="utf-8"))
    return by_code(
        Term(
            code=row["code"],
            amount=row["amount"],
            unit=Unit(row["unit"]),
            starts=row["starts"],
            kinds=frozenset(row["kinds"]),
            ground=Ground(
                source=row["source"],
                confidence=Confidence(row["confidence"]),
                effective_from=_day(row["effective_from"]),
                effective_to=_day(row["effective_to"]),
            ),
        )
        for row in rows
    )


def term(code: str) -> Term:
    """Return the time limit; raises NotInCatalogue."""
    try:
        return terms()[code]
    except KeyError:
        raise NotInCatalogue("term", code) from None
