"""Places in time: made from the hours, never more sold than there are, kept for whoever has one."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from portal.accounts.models import OpeningHours, ServicePoint
from portal.appointments import slots
from portal.appointments.models import Slot
from portal.common import clock, registry, workdays
from portal.common.unmet import Refused
from tests.factories import bookings, points

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.set_to(bookings.MONDAY):
        yield


@pytest.fixture
def hall() -> ServicePoint:
    return bookings.hall()


def test_hours_become_half_hours_of_two_weeks(hall: ServicePoint) -> None:
    rows = Slot.objects.filter(point=hall)
    # Two working weeks and a Monday, six half hours each.
    assert rows.count() == 11 * 6
    assert set(rows.values_list("capacity", "sold")) == {(4, 0)}


def test_doing_it_again_makes_nothing_new(hall: ServicePoint) -> None:
    assert slots.open_ahead() == 0


def test_students_have_places_of_their_own_at_the_same_hour(hall: ServicePoint) -> None:
    points.hours(hall, 0, time(9), time(10), kind=points.STUDENT, places=2)
    slots.open_ahead([hall])
    first = slots.days(hall)[0].slots[:2]
    assert [(slot.counter, slot.capacity) for slot in first] == [("any", 4), ("student", 2)]


def test_a_holiday_has_no_places(hall: ServicePoint) -> None:
    with clock.set_to(bookings.MONDAY.replace(month=2, day=13)):
        slots.open_ahead([hall])
        days = {day.on: len(day.slots) for day in slots.days(hall)}
    assert days[date(2026, 2, 16)] == 0
    assert days[date(2026, 2, 14)] == 6
    assert days[date(2026, 2, 24)] == 6


def test_a_calendar_loaded_later_closes_its_days(hall: ServicePoint) -> None:
    Slot.objects.all().delete()
    with clock.set_to(bookings.MONDAY.replace(month=2, day=13)):
        workdays.CalendarYear.objects.all().delete()
        workdays.cache.clear()
        slots.open_ahead([hall])
        assert sum(slot.capacity for day in slots.days(hall) for slot in day.slots if day.on == date(2026, 2, 17))
        workdays.load(2026)
        assert not [slot for day in slots.days(hall) for slot in day.slots if day.on == date(2026, 2, 17)]


def test_shorter_hours_take_free_places_away_and_leave_sold_ones(hall: ServicePoint) -> None:
    row = bookings.booked(hall)
    OpeningHours.objects.filter(point=hall, weekday=0).update(effective_to=clock.today())
    slots.open_ahead([hall])
    day = slots.days(hall)[0]
    assert [(slot.pk, slot.capacity, slot.sold) for slot in day.slots] == [(row.slot_id, 1, 1)]
    with pytest.raises(Refused) as refused:
        slots.take(day.slots[0].pk)
    assert [one.code for one in refused.value.unmet] == ["slot.full"]


def test_more_people_served_means_more_places(hall: ServicePoint) -> None:
    OpeningHours.objects.filter(point=hall).update(places=7)
    slots.open_ahead([hall])
    assert set(Slot.objects.values_list("capacity", flat=True)) == {7}


def test_the_database_itself_refuses_to_oversell(hall: ServicePoint) -> None:
    row = bookings.slot(hall)
    with pytest.raises(IntegrityError), transaction.atomic():
        Slot.objects.filter(pk=row.pk).update(sold=5)
    row.refresh_from_db()
    assert row.sold == 0


def test_the_last_place_is_sold_once(hall: ServicePoint) -> None:
    row = bookings.slot(hall)
    for _ in range(4):
        slots.take(row.pk)
    with pytest.raises(Refused) as refused:
        slots.take(row.pk)
    assert [one.code for one in refused.value.unmet] == ["slot.full"]
    row.refresh_from_db()
    assert row.sold == 4


def test_a_time_that_is_over_cannot_be_taken(hall: ServicePoint) -> None:
    row = bookings.slot(hall)
    with clock.set_to(row.starts_at + timedelta(minutes=1)), pytest.raises(Refused) as refused:
        slots.take(row.pk)
    assert [one.code for one in refused.value.unmet] == ["slot.over"]
    row.refresh_from_db()
    assert row.sold == 0


def test_a_lost_place_is_found_by_the_invariant(hall: ServicePoint) -> None:
    check = registry.invariants["slots hold as many as they sold"]
    bookings.booked(hall)
    assert list(check()) == []
    Slot.objects.filter(pk=bookings.slot(hall).pk).update(sold=2)
    assert len(list(check())) == 1
