"""Opening hours of a service point: weekdays, holidays, make-up days, dates of effect."""

from datetime import date, time

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction

from portal.accounts.models import OpeningHours, PhoneCode, ServicePoint
from portal.accounts.services import hours_on, request_code
from portal.common import workdays
from tests.factories import accounts, points

pytestmark = pytest.mark.django_db

MONDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 28)
HOLIDAY, HOLIDAY_SATURDAY, MAKE_UP_SATURDAY = date(2026, 2, 17), date(2026, 2, 21), date(2026, 10, 10)


@pytest.fixture
def hall() -> ServicePoint:
    workdays.load(2026)
    return points.point()


def kinds(hall: ServicePoint, day: date) -> list[str]:
    return [row.kind for row in hours_on(hall, day)]


def test_lunch_evening_and_student_counters_stand_in_their_order(hall: ServicePoint) -> None:
    points.hours(hall, 0, time(17), time(20), kind=points.EVENING)
    points.hours(hall, 0, time(12), time(14), kind=points.LUNCH)
    points.hours(hall, 0, time(14), time(17), kind=points.STUDENT)
    assert kinds(hall, MONDAY) == ["ordinary", "lunch", "student", "evening"]


def test_weekend_hours_hold_on_weekends_alone(hall: ServicePoint) -> None:
    points.hours(hall, 5, time(9), time(16), kind=points.WEEKEND)
    assert kinds(hall, SATURDAY) == ["weekend"]
    assert kinds(hall, date(2026, 11, 29)) == []


def test_a_holiday_closes_everything_also_its_saturday(hall: ServicePoint) -> None:
    points.hours(hall, 5, time(9), time(16), kind=points.WEEKEND)
    assert kinds(hall, HOLIDAY) == []
    assert kinds(hall, HOLIDAY_SATURDAY) == []


def test_a_make_up_saturday_is_worked_like_a_friday(hall: ServicePoint) -> None:
    points.hours(hall, 5, time(9), time(16), kind=points.WEEKEND)
    points.hours(hall, 4, time(12), time(14), kind=points.LUNCH)
    assert kinds(hall, MAKE_UP_SATURDAY) == ["ordinary", "lunch"]


def test_hours_hold_from_their_day_up_to_the_day_they_end(hall: ServicePoint) -> None:
    OpeningHours.objects.filter(point=hall).update(effective_to=MONDAY)
    points.hours(hall, 0, time(8), time(12), since=MONDAY)
    assert [row.opens_at for row in hours_on(hall, MONDAY)] == [time(8)]
    assert [row.opens_at for row in hours_on(hall, date(2026, 11, 16))] == [time(9)]


def test_a_point_serves_between_its_first_and_its_last_day(hall: ServicePoint) -> None:
    hall.closed_on = MONDAY
    assert hours_on(hall, MONDAY) == []
    assert hours_on(hall, date(2026, 11, 20)) != []
    hall.opened_on = MONDAY
    assert hours_on(hall, date(2026, 11, 20)) == []


def test_hours_that_end_before_they_begin_are_refused_by_the_database(hall: ServicePoint) -> None:
    before = OpeningHours.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        points.hours(hall, 0, time(12), time(9))
    assert OpeningHours.objects.count() == before


@pytest.mark.parametrize("known", [True, False])
def test_a_code_for_a_booking_is_sent_to_every_phone(known: bool) -> None:  # noqa: FBT001 - a parameter of the test
    phone = "13911112222"
    if known:
        accounts.signed_up(phone)
        cache.clear()
    row = request_code(phone, purpose=PhoneCode.BOOKING, address="test", language="zh-hans")
    assert row.wording == PhoneCode.CODE
    assert len(row.code) == 6
