"""The shape of a case: the input of `check_eligibility` and the answer the law gives, in the words of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

WORKING, CALENDAR = "working_day", "day"

# Codes of our own, beside E1 to E7 and X1 to X5.
PLACE = "place_not_covered"
OPTION = "option_not_offered"
DESTINATION = "destination_wrong"
CLOSED = "endorsement_closed"
LETTER = "endorsement_unknown"
GROUP = "group_not_covered"
SHORT = "permit_too_short"
PERMIT = "permit_missing"
TWICE = "endorsement_twice"

KINDS = ("PASSPORT", "HKM_PERMIT", "TWN_PERMIT")
TODAY = "2026-06-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What must come out. Fee in CNY or None when unknown; term in days and their unit, or None."""

    channel: str
    codes: frozenset[str]
    fee: int | None
    term: tuple[int, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One record of the file the command reads, and its answer."""

    id: str
    record: Json
    answer: Answer


def online(fee: int | None, *codes: str) -> Answer:
    return Answer(channel="online", codes=frozenset(codes), fee=fee, term=(7, WORKING))


def device(fee: int | None, *codes: str) -> Answer:
    return Answer(channel="device", codes=frozenset(codes), fee=fee, term=(0, WORKING))


def window(fee: int | None, *codes: str) -> Answer:
    return Answer(channel="window", codes=frozenset(codes), fee=fee, term=(7, WORKING))


def window_away(fee: int | None, *codes: str) -> Answer:
    """Away from the place of household registration: 20 calendar days."""
    return Answer(channel="window", codes=frozenset(codes), fee=fee, term=(20, CALENDAR))


def nowhere(*codes: str) -> Answer:
    return Answer(channel="none", codes=frozenset(codes), fee=None, term=None)


def who(hukou: str | None = "110101", /, **changes: Any) -> Json:
    """An adult of Beijing whom nothing hinders, changed as asked."""
    usual: Json = {
        "born": "1990-06-15",
        "hukou": hukou,
        "residence_permit": None,
        "state_employee": False,
        "military": False,
        "fingerprints": True,
        "in_mainland": True,
        "exit_barred": False,
    }
    return usual | changes


def held(kind: str, expires: str = "2034-06-01", state: str = "valid", *, pages_used: bool = False) -> Json:
    return {"kind": kind, "expires": expires, "state": state, "pages_used": pages_used}


def soon(*kinds: str) -> list[Json]:
    """Documents with four months left on the usual day."""
    return [held(kind, "2026-10-01") for kind in kinds]


ALL_VALID = [held(kind) for kind in KINDS]


def want(kind: str, category: str, reason: str | None = None, **endorsement: str) -> Json:
    usual: Json = {"kind": kind, "category": category, "reason": reason}
    return usual | {"destination": None, "endorsement": None, "option": None} | endorsement


def first(kind: str, option: str | None = None) -> Json:
    return want(kind, "first") | {"option": option}


def replace(kind: str, reason: str | None = "expiring") -> Json:
    return want(kind, "replace", reason)


def reissue(kind: str, reason: str | None = "lost") -> Json:
    return want(kind, "reissue", reason)


def endorse(sought: str) -> Json:
    """An endorsement written shortly: `HK L 3m1`."""
    destination, letter, option = sought.split()
    kind = "TWN_PERMIT" if destination == "TW" else "HKM_PERMIT"
    return want(kind, "endorse", destination=destination, endorsement=letter, option=option)


def case(
    name: str,
    wants: Json | str | Sequence[Json | str],
    answer: Answer,
    *,
    person: Json | None = None,
    holds: Sequence[Json] = ALL_VALID,
    on: str = TODAY,
) -> Case:
    """Return a case; a text among the wants is an endorsement as `endorse` takes it."""
    asked = [wants] if isinstance(wants, dict | str) else wants
    return Case(
        id=name,
        record={
            "id": name,
            "on": on,
            "person": who() if person is None else person,
            "holds": list(holds),
            "wants": [endorse(one) if isinstance(one, str) else one for one in asked],
        },
        answer=answer,
    )
