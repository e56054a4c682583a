"""Reads facts and requests from plain JSON, as `manage.py check_eligibility` takes them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from applications.eligibility import Facts, Held, Want
from documents import catalog

_STATES = ("valid", "lost", "stolen", "damaged")
_FLAGS = ("state_employee", "military", "fingerprints", "in_mainland", "exit_barred")
_DIVISION_DIGITS = 6
# What people write for a reason, by a part of the word, where it is not a code of the catalogue.
_WORDS = {
    part: code
    for code, parts in {
        "expiring": ("expir", "month", "到期", "有效期"),
        "pages_used": ("page", "签证页"),
        "damaged": ("damag", "损"),
        "lost": ("lost", "loss", "遗失", "丢"),
        "stolen": ("stol", "theft", "被盗"),
        # X5: another name, sex, number or birth data.
        "identity_changed": ("name", "sex", "gender", "birth", "born", "identity", "number", "id_n", "id n", "citizen"),
    }.items()
    for part in parts
} | dict.fromkeys(("姓名", "性别", "出生", "号码", "身份"), "identity_changed")
# What a document's state says of why it is asked for, by category: article 11 names damage under both.
_TOLD = {"replace": ("damaged", "pages_used"), "reissue": ("lost", "stolen", "damaged")}
_EARLIEST, _LATEST = date(1900, 1, 1), date(2199, 12, 31)


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
    on, born = _day(record.get("on"), "on"), _day(person.get("born"), "person.born")
    if born > on:
        raise Unreadable("person.born", "a day that is not after `on`")
    return Facts(
        on=on,
        born=born,
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
        day = date.fromisoformat(str(value))
    except ValueError:
        raise Unreadable(field, "a date as 2026-11-22") from None
    if not _EARLIEST <= day <= _LATEST:
        raise Unreadable(field, f"a date from {_EARLIEST} to {_LATEST}")
    return day


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
    if not (pages_used is None or isinstance(pages_used, bool)):
        raise Unreadable(f"{field}.pages_used", "true, false or null")
    return Held(
        kind=_kind(one.get("kind"), f"{field}.kind"),
        expires_on=_day(one.get("expires"), f"{field}.expires"),
        state=state,
        pages_used=pages_used,
    )


def _want(one: Mapping[str, Any], field: str, facts: Facts) -> Want:
    kind = _kind(one.get("kind"), f"{field}.kind")
    category = one.get("category") or "replace"
    if not isinstance(category, str) or category not in catalog.CATEGORIES:
        raise Unreadable(f"{field}.category", f"one of {', '.join(catalog.CATEGORIES)}")
    destination = _text(one, "destination", field)
    if destination not in ("", *catalog.DESTINATIONS):
        raise Unreadable(f"{field}.destination", f"one of {', '.join(catalog.DESTINATIONS)}, or null")
    reason = _text(one, "reason", field)
    return Want(
        kind,
        reason=_reason(reason, category, facts.held(kind)) if category in _TOLD else "",
        category=category,
        destination=destination,
        letter=_text(one, "endorsement", field),
        option=_text(one, "option", field),
        is_accompanying=one.get("accompanying") is True,
    )


def _text(one: Mapping[str, Any], name: str, field: str) -> str:
    value = one.get(name)
    if value is not None and not isinstance(value, str):
        raise Unreadable(f"{field}.{name}", "a text, or null")
    return value or ""


def _reason(text: str, category: str, held: Sequence[Held]) -> str:
    """Return the code of a reason: as written, as commonly called, or as the state of the document tells."""
    if text in catalog.REASONS:
        return text
    called = next((code for part, code in _WORDS.items() if part in text.lower()), "")
    if called or text:
        return called or text
    told = [one.state for one in held] + [
        "pages_used" for one in held if one.pages_used and one.kind == catalog.PASSPORT
    ]
    usual = "expiring" if category == "replace" else ""
    return next((state for state in told if state in _TOLD[category]), usual)
