"""Pictures on the desk: who may see them, and their checks in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from applications.models import Application
from applications.services import is_held_by
from photos.models import Shot
from photos.specs import rule_of
from portal.common.acting import Acting
from portal.common.unmet import Text
from portal.desk.queues import PHOTO_STATES

DECIDING = ("officer", "supervisor")


@dataclass(frozen=True)
class Check:
    """One check of a picture: what was measured, what is asked, how it went (pass, warn, fail)."""

    title: Text
    value: str
    limit: str
    verdict: str


def may_see(shot: Shot, acting: Acting) -> bool:
    """Tell whether an official may see a picture: it waits for their eyes, or they hold a case it belongs to."""
    if acting.kind not in DECIDING or not acting.covers(shot.authority):
        return False
    if shot.status in PHOTO_STATES:
        return True
    rows = Application.objects.filter(submission_id=shot.owner, claimed_by_id=UUID(acting.id))
    return any(is_held_by(row, acting) for row in rows)


def checks_of(shot: Shot) -> list[Check]:
    """Return the checks of a picture, those that did not pass first."""
    standard = str(shot.verdict.get("standard", ""))
    rows: Iterable[dict[str, Any]] = shot.verdict.get("crop") or shot.verdict.get("checks", [])
    found = []
    for row in rows:
        rule = rule_of(standard, row["code"])
        title = rule.title if rule else row["code"]
        unit = f" {rule.unit}" if rule and rule.unit else ""
        found.append(Check(title, f"{_plain(row.get('value'))}{unit}", _limit(row), row["verdict"]))
    rank = {"fail": 0, "warn": 1}
    return sorted(found, key=lambda check: rank.get(check.verdict, 2))


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return "" if value is None else str(value)


def _limit(row: dict[str, Any]) -> str:
    low, high = row.get("low"), row.get("high")
    if low is not None and high is not None:
        return f"{_plain(low)}–{_plain(high)}"
    if low is not None:
        return f"≥ {_plain(low)}"
    return f"≤ {_plain(high)}" if high is not None else ""
