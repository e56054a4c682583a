"""The calendar: the notice of 2026 by hand, terms across its holidays, and years not loaded."""

from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache
from django.core.management import call_command

from portal.common import clock, workdays
from portal.common.models import CalendarYear

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loaded() -> None:
    workdays.load(2026)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 1, 1), False),
        (date(2026, 1, 4), True),
        (date(2026, 2, 14), True),
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
        (date(2026, 2, 28), True),
        (date(2026, 5, 9), True),
        (date(2026, 9, 20), True),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 23), True),
    ],
)
def test_days_of_the_notice(day: date, *, working: bool) -> None:
    assert workdays.is_working(day) is working


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        (date(2026, 11, 23), 7, date(2026, 12, 2)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 13), 2, date(2026, 2, 24)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
    ],
)
def test_terms(start: date, count: int, due: date) -> None:
    assert workdays.add_working_days(start, count) == workdays.DueDate(due, provisional=False)


def test_a_term_into_a_year_without_notice_is_provisional() -> None:
    found = workdays.add_working_days(date(2026, 12, 28), 7)
    assert found == workdays.DueDate(date(2027, 1, 6), provisional=True)
    assert workdays.add_working_days(date(2026, 12, 21), 7).provisional is False
    # The year before has no notice here either: the term began in it.
    assert workdays.add_working_days(date(2025, 12, 30), 7).provisional is True


def test_a_notice_counts_from_the_moment_it_is_loaded() -> None:
    CalendarYear.objects.all().delete()
    cache.clear()
    assert workdays.is_working(date(2026, 10, 1))
    workdays.load(2026)
    assert not workdays.is_working(date(2026, 10, 1))


def test_the_missing_year_is_said_loudly(capsys: pytest.CaptureFixture[str]) -> None:
    with clock.set_to(datetime(2026, 11, 21, tzinfo=UTC)):
        assert workdays.missing_years() == [2027]
        call_command("load_calendar")
    assert "calendar-2027.json" in capsys.readouterr().err


def test_working_days_between() -> None:
    assert workdays.working_days_between(date(2026, 11, 20), date(2026, 11, 23)) == 1
    assert workdays.working_days_between(date(2026, 9, 30), date(2026, 10, 12)) == 4
