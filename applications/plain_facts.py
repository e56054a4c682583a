"""Reads facts and requests from plain JSON, as `manage.py check_eligibility` takes them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from applications.eligibility import ENDORSE, Facts, Held, Want
from documents import catalog

_STATES = ("valid", "lost", "stolen", "damaged")
_FLAGS = ("state_employee", "military", "fingerprints", "in_mainland", "exit_barred")
_DIVISION_DIGITS = 6
# What people write for a reason, by a part of the word, where it is not a code of the catalogue.
_WORDS = {
    "expir": "expiring",
    "month": "expiring",
    "page": "pages_used",
    "damag": "damaged",
    "lost": "lost",
    "loss": "lost",
    "stol": "stolen",
    "name": "identity_changed",
    "sex": "identity_changed",
    "birth": "identity_changed",
    "identity": "identity_changed",
}


class Unreadable(ValueError):
    """A record is not in the shape asked for; says which field and what it may be, never what it held."""

    def __init__(self, field: str, limit: str) -> None:
        super().__init__(f"{field}: {limit}")


def facts_of(record: Mapping[str, Any]) -> Facts:
    """Return the facts of a record; raises Unreadable."""
    person = record.get("person")
    if not isinstance(person, dict):
        raise Unreadable("person", "an object")
    for flag in _FLAGS:
        if not isinstance(person.get(flag), bool):
            raise Unreadable(f"person.{flag}", "true or false")
    holds = tuple(_held(one, f"holds[{place}]") for place, one in enumerate(_list(record, "holds")))
    return Facts(
        on=_day(record.get("on"), "on"),
        born=_day(person.get("born"), "person.born"),
        hukou_code=_division(person.get("hukou"), "person.hukou"),
        residence_code=_division(person.get("residence_permit"), "person.residence_permit"),
        holds=holds,
        **{flag: person[flag] for flag in _FLAGS},
    )


def wants_of(record: Mapping[str, Any], facts: Facts) -> list[Want]:
    """Return the requests of a record; raises Unreadable."""
    return [_want(one, f"wants[{place}]", facts) for place, one in enumerate(_list(record, "wants"))]


def _list(record: Mapping[str, Any], field: str) -> Sequence[Mapping[str, Any]]:
    rows = record.get(field, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unreadable(field, "a list of objects")
    return rows


def _day(value: object, field: str) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise Unreadable(field, "a date as 2026-11-22") from None


def _division(value: object, field: str) -> str:
    text = "" if value is None else str(value)
    if text and not (len(text) == _DIVISION_DIGITS and text.isascii() and text.isdigit()):
        raise Unreadable(field, "a division code of six digits, or null")
    return text


def _kind(value: object, field: str) -> str:
    if not isinstance(value, str) or value not in catalog.KINDS:
        raise Unreadable(field, f"one of {', '.join(catalog.KINDS)}")
    return value


def _held(one: Mapping[str, Any], field: str) -> Held:
    state = one.get("state", "valid")
    if state not in _STATES:
        raise Unreadable(f"{field}.state", f"one of {', '.join(_STATES)}")
    pages_used = one.get("pages_used")
    return Held(
        kind=_kind(one.get("kind"), f"{field}.kind"),
        expires_on=_day(one.get("expires"), f"{field}.expires"),
        state=state,
        pages_used=pages_used if isinstance(pages_used, bool) else None,
    )


def _want(one: Mapping[str, Any], field: str, facts: Facts) -> Want:
    kind = _kind(one.get("kind"), f"{field}.kind")
    category = one.get("category") or "replace"
    if not isinstance(category, str) or category not in catalog.CATEGORIES:
        raise Unreadable(f"{field}.category", f"one of {', '.join(catalog.CATEGORIES)}")
    return Want(
        kind,
        reason="" if category in ("first", ENDORSE) else _reason(str(one.get("reason") or ""), facts.held(kind)),
        category=category,
        destination=str(one.get("destination") or ""),
        letter=str(one.get("endorsement") or ""),
        option=str(one.get("option") or ""),
    )


def _reason(text: str, held: Sequence[Held]) -> str:
    """Return the code of a reason: as written, as commonly called, or as the state of the document tells."""
    if text in catalog.REASONS:
        return text
    called = next((code for part, code in _WORDS.items() if part in text.lower()), "")
    if called:
        return called
    told = [one.state for one in held if one.state != "valid"] + ["pages_used" for one in held if one.pages_used]
    return told[0] if told else text or "expiring"
