"""Places in time: made from the opening hours, taken and given back so that no more are sold than there are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import OpeningHours, ServicePoint
from portal.accounts.services import hours_on
from portal.appointments.models import Slot
from portal.common import clock
from portal.common.unmet import Refused, Unmet

LENGTH = timedelta(minutes=30)
AHEAD_DAYS = 14


@dataclass(frozen=True)
class Day:
    """One day of a service point: its hours and its places, none where it is closed."""

    on: date
    hours: tuple[OpeningHours, ...]
    slots: tuple[Slot, ...]

    @property
    def left(self) -> int:
        """How many places are free."""
        return sum(slot.left for slot in self.slots)


def open_ahead(points: Iterable[ServicePoint] | None = None) -> int:
    """Bring the places of the coming days in line with the opening hours; repeatable; returns how many were made.

    A place that was sold stays with its holder, whatever becomes of the hours: nothing more is sold there.
    """
    rows = ServicePoint.objects.all() if points is None else points
    return sum(_open(point) for point in rows)


def open_all() -> None:
    """Do the same for every point, after the calendar has changed."""
    open_ahead()


def miscounted() -> Iterator[str]:
    """Every slot has sold what its open and used bookings hold: no place is lost and none is sold twice."""
    kept = Count("bookings", filter=~Q(bookings__status__in=("cancelled", "missed")))
    wrong = Slot.objects.annotate(kept=kept).exclude(kept=F("sold"))
    yield from (f"slot {pk} sold {sold} and holds {kept}" for pk, sold, kept in wrong.values_list("pk", "sold", "kept"))


def _open(point: ServicePoint) -> int:
    today, now = clock.today(), clock.now()
    hours = list(point.hours.all())
    wanted: dict[tuple[datetime, str], int] = {}
    for ahead in range(AHEAD_DAYS + 1):
        day = today + timedelta(days=ahead)
        for row in hours_on(point, day, rows=hours):
            for start in starts(row, day):
                counter = Slot.STUDENT if row.kind == OpeningHours.STUDENT else Slot.ANY
                wanted[start, counter] = max(wanted.get((start, counter), 0), row.places)
    with transaction.atomic():
        # The point's row is the lock: two runs must not undo one another.
        ServicePoint.objects.select_for_update().get(pk=point.pk)
        held = {(slot.starts_at, slot.counter): slot for slot in Slot.objects.filter(point=point, starts_at__gt=now)}
        for key, slot in held.items():
            capacity = wanted.get(key, 0)
            if slot.capacity != capacity:
                Slot.objects.filter(pk=slot.pk, sold__lte=capacity).update(capacity=capacity)
                Slot.objects.filter(pk=slot.pk, sold__gt=capacity).update(capacity=F("sold"))
        new = [
            Slot(point=point, starts_at=start, counter=counter, capacity=capacity)
            for (start, counter), capacity in wanted.items()
            if start > now and (start, counter) not in held
        ]
        Slot.objects.bulk_create(new)
    return len(new)


def starts(row: OpeningHours, day: date) -> list[datetime]:
    """Return the beginnings of the whole half hours of one row on a day."""
    zone = timezone.get_default_timezone()
    start = datetime.combine(day, row.opens_at, zone)
    end = datetime.combine(day, row.closes_at, zone)
    return [start + LENGTH * number for number in range((end - start) // LENGTH)]


def days(point: ServicePoint) -> list[Day]:
    """Return today and the days that can be booked ahead, closed ones too."""
    now, today = clock.now(), clock.today()
    hours = list(point.hours.all())
    by_day: dict[date, list[Slot]] = {}
    for slot in Slot.objects.filter(point=point, starts_at__gt=now, capacity__gt=0).order_by("starts_at", "counter"):
        by_day.setdefault(clock.local_day(slot.starts_at), []).append(slot)
    return [
        Day(day, tuple(hours_on(point, day, rows=hours)), tuple(by_day.get(day, ())))
        for day in (today + timedelta(days=ahead) for ahead in range(AHEAD_DAYS + 1))
    ]


def take(slot_id: UUID) -> Slot:
    """Take one place, inside the caller's transaction; raises Refused (slot.gone, slot.over, slot.full)."""
    free = Q(sold__lt=F("capacity")) & Q(starts_at__gt=clock.now())
    # One statement looks and takes: whoever comes second finds the place sold.
    taken = Slot.objects.filter(free, pk=slot_id).update(sold=F("sold") + 1)
    slot = Slot.objects.select_related("point").filter(pk=slot_id).first()
    if slot is None:
        raise Refused([Unmet("slot.gone", _("没有这个时段。"), remedy=_("请从列出的时段里另选一个。"), field="slot")])
    if not taken:
        raise Refused([_over() if slot.starts_at <= clock.now() else _full()])
    return slot


def lock(*slot_ids: UUID | None) -> None:
    """Lock several slots in primary-key order, so that two people changing places cannot wait for one another."""
    keys = [pk for pk in slot_ids if pk is not None]
    list(Slot.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def give_back(slot_id: UUID) -> None:
    """Give one place back, inside the caller's transaction."""
    Slot.objects.filter(pk=slot_id, sold__gt=0).update(sold=F("sold") - 1)


def ends_at(day: date) -> datetime:
    """Return the moment at which a day is over."""
    return datetime.combine(day + timedelta(days=1), time.min, timezone.get_default_timezone())


def _over() -> Unmet:
    return Unmet("slot.over", _("这个时段已经过了。"), remedy=_("请另选一个时段。"), field="slot")


def _full() -> Unmet:
    return Unmet("slot.full", _("这个时段刚刚约满，没有约上。"), remedy=_("请另选一个时段。"), field="slot")
