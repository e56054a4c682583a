"""Counting: marked days are counted again from the events and written whole, as often as one likes."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count as Tally
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from applications.models import Application
from portal.common import clock
from portal.common.models import DirtyDay, Event
from portal.statistics.models import CountingState, DailyCount, MonthlyCount

# What is counted, by the action whose transition marks the day (its `counts` is set in the table).
COUNTED: Mapping[str, str] = {
    "issue": "issued",
    "write_endorsement": "issued",
    "deliver": "delivered",
    "deliver_with_permit": "delivered",
    "collect": "delivered",
}
BATCH = 2000

# Day, authority, kind, category, channel, what.
Key = tuple[date, str, str, str, str, str]


def count_marked() -> int:
    """Count every marked day of an authority again and take its marks away; returns how many days were counted.

    One run at a time: the lock keeps an older count from overwriting a newer one. A mark written meanwhile stays
    for the next run, because only the marks read here are taken away.
    """
    with transaction.atomic():
        CountingState.objects.get_or_create(name=CountingState.ONLY)
        state = CountingState.objects.select_for_update().get(name=CountingState.ONLY)
        marks = list(DirtyDay.objects.order_by("marked_at")[:BATCH])
        days = sorted({(mark.day, mark.authority) for mark in marks})
        for day, authority in days:
            _count_day(day, authority)
        for month, authority in sorted({(day.replace(day=1), authority) for day, authority in days}):
            _add_up(month, authority)
        DirtyDay.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
        state.counted_at = clock.now()
        state.save(update_fields=["counted_at"])
    return len(days)


def mark_all(first: date, last: date) -> int:
    """Mark every day between `first` and `last` on which something counted happened; returns how many."""
    rows = (
        _events()
        .filter(at__gte=_start_of(first), at__lt=_start_of(last + timedelta(days=1)))
        .annotate(day=TruncDate("at", tzinfo=timezone.get_default_timezone()))
        .values_list("day", "authority")
        .distinct()
    )
    known = set(rows)
    # Days that hold figures but no events any more must come down to nothing.
    known |= set(DailyCount.objects.filter(day__range=(first, last)).values_list("day", "authority").distinct())
    now = clock.now()
    DirtyDay.objects.bulk_create(DirtyDay(day=day, authority=authority, marked_at=now) for day, authority in known)
    return len(known)


def raw(days: Iterable[tuple[date, str]] | None = None) -> Counter[Key]:
    """Return what the events say; of some days, or of all of them."""
    wanted = None if days is None else set(days)
    rows = _events().annotate(day=TruncDate("at", tzinfo=timezone.get_default_timezone()))
    found: Counter[Key] = Counter()
    for day, authority, action, *about, n in _grouped(rows, "day", "authority"):
        if wanted is None or (day, authority) in wanted:
            found[(day, authority, *about, COUNTED[action])] += n
    return found


def _events() -> "QuerySet[Event]":
    return Event.objects.filter(subject_kind="application", action__in=COUNTED)


def _grouped(rows: "QuerySet[Event]", *by: str) -> Iterable[Any]:
    """Return (*by, action, kind, category, channel, n); an event has no foreign key to its application: look it up."""
    asked = Application.objects.filter(pk=OuterRef("subject_id"))
    about = {"kind": "kind", "category": "category", "channel": "submission__channel"}
    named = rows.annotate(**{name: Subquery(asked.values(path)[:1]) for name, path in about.items()})
    return named.values_list(*by, "action", *about).annotate(n=Tally("pk")).order_by()


def _count_day(day: date, authority: str) -> None:
    rows = _events().filter(authority=authority, at__gte=_start_of(day), at__lt=_start_of(day + timedelta(days=1)))
    found: Counter[tuple[str, str, str, str]] = Counter()
    for action, kind, category, channel, n in _grouped(rows):
        found[(kind, category, channel, COUNTED[action])] += n
    DailyCount.objects.filter(day=day, authority=authority).delete()
    DailyCount.objects.bulk_create(
        DailyCount(day=day, authority=authority, kind=kind, category=category, channel=channel, what=what, n=n)
        for (kind, category, channel, what), n in sorted(found.items())
    )


def _add_up(month: date, authority: str) -> None:
    days = DailyCount.objects.filter(authority=authority, day__gte=month, day__lt=_month_after(month))
    sums = days.values_list("kind", "category", "channel", "what").annotate(total=Sum("n")).order_by()
    MonthlyCount.objects.filter(month=month, authority=authority).delete()
    MonthlyCount.objects.bulk_create(
        MonthlyCount(
            month=month, authority=authority, kind=kind, category=category, channel=channel, what=what, n=total
        )
        for kind, category, channel, what, total in sums
    )


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def _month_after(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)
