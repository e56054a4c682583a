"""Expected days: measured where there is enough to measure, the law otherwise."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache

from applications import durations
from portal.common import clock, workdays
from portal.common.models import Event

pytestmark = pytest.mark.django_db

PLACE = "310000"
# A Monday in a month without holidays.
START = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _calendar() -> None:
    workdays.load(2026)


def case(*steps: tuple[str, int], place: str = PLACE) -> None:
    """One case by its actions and the days after START on which they happened."""
    subject = uuid4()
    Event.objects.bulk_create(
        Event(
            subject_kind="application",
            subject_id=subject,
            seq=seq,
            action=action,
            target="x",
            actor_kind="system",
            actor_id="test",
            authority=place,
            at=START + timedelta(days=days),
        )
        for seq, (action, days) in enumerate(steps, start=1)
    )


def measured(step: str, place: str = PLACE) -> durations.Measured | None:
    cache.clear()
    with clock.set_to(START + timedelta(days=20)):
        return durations.measured(step, place)


def test_nineteen_cases_say_nothing_and_twenty_do() -> None:
    for _n in range(19):
        case(("accept_at_filing", 0), ("approve", 1))
    assert measured("review") is None
    case(("accept_at_filing", 0), ("approve", 1))
    assert measured("review") == durations.Measured(1, 20)


def test_nine_in_ten_were_done_by_then() -> None:
    for _n in range(18):
        case(("accept", 0), ("approve", 2))
    case(("accept", 0), ("refuse", 3))
    case(("accept", 0), ("approve", 11))
    assert measured("review") == durations.Measured(2, 20)
    case(("accept", 0), ("approve", 11))
    assert measured("review") == durations.Measured(3, 21)


def test_weekends_and_the_applicants_own_time_do_not_count() -> None:
    for _n in range(20):
        # Monday to Tuesday, back on Friday, decided on Monday: one working day before and one after the pause.
        case(("accept", 0), ("return", 1), ("correct", 4), ("accept", 4), ("approve", 7))
    assert measured("review") == durations.Measured(2, 20)


def test_other_places_and_old_cases_do_not_count() -> None:
    for _n in range(20):
        case(("record_payment", 0), ("order_production", 0), ("issue", 3), place="420100")
        case(("record_payment", -60), ("issue", -50))
    assert measured("production") is None
    assert measured("production", "420100") == durations.Measured(3, 20)


def test_the_measure_is_kept_for_an_hour() -> None:
    cache.clear()
    with clock.set_to(START + timedelta(days=20)):
        assert durations.measured("review", PLACE) is None
        for _n in range(20):
            case(("accept", 0), ("approve", 2))
        assert durations.measured("review", PLACE) is None
        cache.clear()
        assert durations.measured("review", PLACE) is not None
