"""How long steps took lately: measured from the events of one authority, in working days, kept for an hour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from uuid import UUID

from django.core.cache import cache

from portal.common import clock, workdays
from portal.common.models import Event

WINDOW_DAYS = 30
CASES_NEEDED = 20
# The latest cases suffice; an authority with many thousands a month must not slow a page down.
SAMPLE = 500
SHARE = 0.9
KEPT_SECONDS = 3600
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Measured:
    """Working days within which nine in ten of `cases` finished a step."""

    days: int
    cases: int


@dataclass(frozen=True)
class Step:
    """A step by the actions that start, interrupt and end it; the time it is interrupted does not count."""

    starts: frozenset[str]
    pauses: frozenset[str]
    ends: frozenset[str]


STEPS: Mapping[str, Step] = {
    "review": Step(
        starts=frozenset({"accept_at_filing", "accept"}),
        pauses=frozenset({"return"}),
        ends=frozenset({"approve", "refuse"}),
    ),
    "production": Step(starts=frozenset({"record_payment"}), pauses=frozenset(), ends=frozenset({"issue"})),
}


def measured(step: str, authority: str) -> Measured | None:
    """Return how long a step took in the last thirty days, or None with fewer than twenty cases to go by."""
    key = f"durations:{step}:{authority}"
    known: Measured | str | None = cache.get(key)
    if known is None:
        known = _measure(STEPS[step], authority) or UNKNOWN
        cache.set(key, known, KEPT_SECONDS)
    return known if isinstance(known, Measured) else None


def _measure(step: Step, authority: str) -> Measured | None:
    since = clock.now() - timedelta(days=WINDOW_DAYS)
    ended = Event.objects.filter(
        subject_kind="application", action__in=step.ends, authority=authority, at__gte=since
    ).order_by("-at")
    subjects = list(ended.values_list("subject_id", flat=True)[:SAMPLE])
    if len(subjects) < CASES_NEEDED:
        return None
    history: dict[UUID, list[tuple[str, datetime]]] = {}
    rows = Event.objects.filter(subject_id__in=subjects).order_by("subject_id", "seq")
    for subject, action, at in rows.values_list("subject_id", "action", "at"):
        history.setdefault(subject, []).append((action, at))
    counted: dict[tuple[date, date], int] = {}
    days = sorted(_spent(step, events, counted) for events in history.values())
    return Measured(days[ceil(SHARE * len(days)) - 1], len(days))


def _spent(step: Step, events: Sequence[tuple[str, datetime]], counted: dict[tuple[date, date], int]) -> int:
    """Return the working days a case spent in a step; `counted` remembers spans already counted."""
    spent, since = 0, None
    for action, at in events:
        if action in step.starts and since is None:
            since = clock.local_day(at)
        elif action in step.pauses | step.ends and since is not None:
            span = (since, clock.local_day(at))
            if span not in counted:
                counted[span] = workdays.working_days_between(*span)
            spent, since = spent + counted[span], None
    return spent
