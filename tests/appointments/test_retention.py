"""What people left with the window goes when its time is over; what is under way stays, and the chains still verify."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from portal.accounts.models import ServicePoint
from portal.appointments import booking, counter, home_visits, retention, sheets
from portal.appointments.models import Booking, HomeVisit, Sheet, Slot, Visitor, WindowCase
from portal.common import audit, clock, outbox, registry
from tests.factories import accounts, bookings, cases
from tests.hostile.windows import TOLD

pytestmark = pytest.mark.django_db

KEPT_ROWS = (WindowCase, Booking, HomeVisit, Sheet, Visitor)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.set_to(bookings.MONDAY):
        yield


@pytest.fixture
def hall() -> ServicePoint:
    cases.ground()
    row = bookings.hall()
    bookings.booked(row, told=TOLD)
    holder = bookings.holder_again()
    request = home_visits.Request(bookings.NAME, bookings.PHONE, "虚构路 1 号", "illness", "", row.authority_id)
    home_visits.withdraw(home_visits.ask(request, holder=holder))
    sheets.keep(TOLD, phone=bookings.PHONE, language="zh-hans", address="203.0.113.9")
    return row


def left() -> list[int]:
    return [model.objects.count() for model in KEPT_ROWS]


def proven() -> list[str]:
    return [name for name, check in registry.invariants.items() if "window" in name or "slots" in name for _ in check()]


def test_nothing_goes_before_its_time(hall: ServicePoint) -> None:
    with clock.set_to(bookings.MONDAY + retention.KEPT):
        assert retention.forget() == 0
        assert left() == [1] * 5
        assert proven() == []


def test_everything_goes_when_its_time_is_over_and_the_chains_stay(hall: ServicePoint) -> None:
    with clock.set_to(bookings.MONDAY + timedelta(days=1)):
        outbox.run_due()
    with clock.set_to(bookings.MONDAY + retention.KEPT + timedelta(days=3)):
        assert proven() == ["nothing of the window is kept past its time"] * len(list(retention.overdue()))
        assert proven()
        audit.anchor()
        assert retention.forget() > 0
        assert left() == [0] * 5
        assert not Slot.objects.filter(starts_at__lt=clock.now() - retention.KEPT - retention.GRACE).exists()
        assert (proven(), list(audit.verify())) == ([], [])
        assert retention.forget() == 0


def test_a_case_still_under_way_keeps_its_booking(hall: ServicePoint) -> None:
    officer = accounts.official().acting
    row = booking.walk_in(hall, name="王样例", citizen_number="440308199901101512", matter="other", acting=officer)
    counter.take_in(
        counter.case_of(row, acting=officer), counter.Intake("王样例", row.citizen_number, "330100", ()), acting=officer
    )
    with clock.set_to(bookings.MONDAY + retention.KEPT + timedelta(days=3)):
        retention.forget()
        assert list(Booking.objects.values_list("pk", flat=True)) == [row.pk]
        assert proven() == []
        counter.complete(WindowCase.objects.get(), acting=officer)
        retention.forget()
        assert not Booking.objects.exists()
