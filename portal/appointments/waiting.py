"""Measured waiting: how long people waited at each hour, and how many finished within ten minutes, from the events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from django.core.cache import cache
from django.utils import timezone

from portal.accounts.models import ServicePoint
from portal.appointments.models import Booking
from portal.common import clock
from portal.common.models import Event

ENOUGH = 20
LAST_DAYS = 14
SHARE_DAYS = 30
# 广州市公安局出入境管理支队第二大队: visitors are through in less than ten minutes after they enter.
QUICK = timedelta(minutes=10)
CACHE_SECONDS = 600
ARRIVALS = ("check_in", "walk_in")


@dataclass(frozen=True)
class Measured:
    """The waiting at one hour of the day: over how many people, and the middle one's minutes; None under ENOUGH."""

    hour: int
    count: int
    minutes: int | None


@dataclass(frozen=True)
class Share:
    """How one point did: how many finished, and how many of them within ten minutes of arriving."""

    point: ServicePoint
    finished: int
    quick: int

    @property
    def percent(self) -> int | None:
        """The share within ten minutes in per cent, None while too few finished."""
        return round(self.quick * 100 / self.finished) if self.finished >= ENOUGH else None


def by_hour(point: ServicePoint) -> list[Measured]:
    """Return the waiting of the last days by the hour of arrival; kept in the cache for ten minutes."""
    key = f"appointments.waiting:{point.pk}"
    known: list[tuple[int, int, int | None]] | None = cache.get(key)
    if known is None:
        hours: dict[int, list[float]] = {}
        for arrived, called in _spells([point.pk], ("call",), days=LAST_DAYS).values():
            minutes = (called - arrived).total_seconds() / 60
            hours.setdefault(timezone.localtime(arrived).hour, []).append(minutes)
        known = [
            (hour, len(waits), round(median(waits)) if len(waits) >= ENOUGH else None)
            for hour, waits in sorted(hours.items())
        ]
        cache.set(key, known, CACHE_SECONDS)
    return [Measured(*row) for row in known]


def at_hour(measured: Iterable[Measured], hour: int) -> int | None:
    """Return the minutes waited at an hour, or None where too few people came."""
    return next((row.minutes for row in measured if row.hour == hour), None)


def shares(points: Iterable[ServicePoint]) -> list[Share]:
    """Return for each point how many of the last month finished, and within ten minutes."""
    rows = list(points)
    spells = _spells([row.pk for row in rows], ("finish",), days=SHARE_DAYS)
    owners = dict(Booking.objects.filter(pk__in=spells).values_list("pk", "point_id"))
    counted: dict[UUID, list[bool]] = {}
    for booking_id, (arrived, finished) in spells.items():
        counted.setdefault(owners[booking_id], []).append(finished - arrived <= QUICK)
    return [Share(row, len(counted.get(row.pk, [])), sum(counted.get(row.pk, []))) for row in rows]


def _spells(points: list[UUID], ends: tuple[str, ...], *, days: int) -> Mapping[UUID, tuple[datetime, datetime]]:
    """Return arrival and end of every booking of the points that has both."""
    since = clock.now() - timedelta(days=days)
    ours = Booking.objects.filter(point__in=points, arrived_at__gte=since).values("pk")
    events = Event.objects.filter(subject_kind=Booking.subject_kind, subject_id__in=ours, action__in=(*ARRIVALS, *ends))
    arrived: dict[UUID, datetime] = {}
    ended: dict[UUID, datetime] = {}
    for subject, action, at in events.values_list("subject_id", "action", "at"):
        (arrived if action in ARRIVALS else ended)[subject] = at
    return {subject: (arrived[subject], at) for subject, at in ended.items() if subject in arrived}
