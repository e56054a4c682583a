"""How long what people leave with the window is kept, as a table; a nightly job obeys it and proves it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from applications import services as applications
from applications.models import Submission
from portal.appointments.lifecycle import HOME_VISIT, WINDOW_CASE
from portal.appointments.models import Booking, HomeVisit, Sheet, Slot, Visitor, WindowCase
from portal.common import audit, clock
from portal.common.acting import Acting
from portal.common.models import LifecycleModel

# As long as a decision at the window can be taken to reconsideration (Administrative Reconsideration Law, article 20);
# nothing in it is needed longer, and no source names a term of its own. Figures of waiting look back a month.
KEPT = timedelta(days=60)
# The job runs once a night: what is a day late has not been forgotten yet, what is two days late was overlooked.
GRACE = timedelta(days=2)
BATCH = 200
_JOB = Acting.system("retention")

Rows = Callable[[date], "models.QuerySet[Any]"]


def _bookings(before: date) -> "models.QuerySet[Booking]":
    under_way = WindowCase.objects.filter(booking=OuterRef("pk"), status="taken")
    return Booking.objects.filter(day__lt=before).exclude(Exists(under_way))


def _cases(before: date) -> "models.QuerySet[WindowCase]":
    open_still = [state for state in WINDOW_CASE.open_states if state != "prepared"]
    return WindowCase.objects.filter(booking__day__lt=before).exclude(status__in=open_still)


def _slots(before: date) -> "models.QuerySet[Slot]":
    return Slot.objects.filter(starts_at__lt=clock.midnight(before), bookings=None)


def _visits(before: date) -> "models.QuerySet[HomeVisit]":
    ended = HomeVisit.objects.exclude(status__in=HOME_VISIT.open_states)
    return ended.filter(Q(visit_on__lt=before) | Q(visit_on=None), asked_at__lt=clock.midnight(before))


def _sheets(before: date) -> "models.QuerySet[Sheet]":
    return Sheet.objects.filter(created_at__lt=clock.midnight(before))


def _visitors(before: date) -> "models.QuerySet[Visitor]":
    return Visitor.objects.filter(confirmed_at__lt=clock.midnight(before), bookings=None, home_visits=None)


def _forms(before: date) -> "models.QuerySet[Submission]":
    """Forms that an official opened at a counter, that were never handed in, and that nobody else can open."""
    lately = WindowCase.objects.filter(submission=OuterRef("pk"), booking__day__gte=before)
    opened = Submission.objects.filter(filed_at=None, filer__staff_code__isnull=False, beneficiary__user=None)
    return opened.filter(saved_at__lt=clock.midnight(before)).exclude(Exists(lately))


# In the order in which they can go: what points at a row goes before it. The audit chains stay, with opaque keys alone.
TABLE: Mapping[str, Rows] = {
    "submission": _forms,
    "window_case": _cases,
    "booking": _bookings,
    "slot": _slots,
    "home_visit": _visits,
    "sheet": _sheets,
    "visitor": _visitors,
}


def forget() -> int:
    """Delete what was kept its time; repeatable; returns how many rows went."""
    before = clock.today() - KEPT
    return sum(_forget_all(rows(before)) for rows in TABLE.values())


def _forget_all(rows: "models.QuerySet[Any]") -> int:
    """Delete rows in small transactions, each with its events, and the audit says so."""
    gone = 0
    while True:
        with transaction.atomic():
            batch = list(rows.select_for_update(of=("self",)).order_by("pk")[:BATCH])
            if not batch:
                return gone
            if rows.model is Submission:
                for form in batch:
                    applications.forget_draft(form.pk, acting=_JOB)
            else:
                if issubclass(rows.model, LifecycleModel):
                    audit.forget(batch, acting=_JOB)
                rows.model.objects.filter(pk__in=[row.pk for row in batch]).delete()
            gone += len(batch)


def overdue() -> Iterator[str]:
    """Nothing is kept past its time."""
    before = clock.today() - KEPT - GRACE
    for name, rows in TABLE.items():
        yield from (f"{name} {pk} is kept past its time" for pk in rows(before).values_list("pk", flat=True))
