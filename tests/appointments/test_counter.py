"""The counter: the clock from arrival to the end, people of other cities, cases taken in, completed, turned away."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from portal.accounts.models import ServicePoint
from portal.appointments import booking, counter
from portal.appointments.counter import Intake
from portal.appointments.lifecycle import WINDOW_CASE
from portal.appointments.models import Booking, WindowCase
from portal.common import audit, clock, outbox
from portal.common.acting import Acting
from portal.common.models import AuditEntry, Event, Promise
from portal.common.simulation import Ledger
from portal.common.unmet import Refused
from tests.factories import accounts, bookings
from tests.hostile.windows import TOLD

pytestmark = pytest.mark.django_db

WUHAN = "420100"
ALL = ("photo", "identity_card")


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.set_to(bookings.MONDAY):
        yield


@pytest.fixture
def officer() -> Acting:
    return accounts.official().acting


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in refused.value.unmet]


def case(hall: ServicePoint, officer: Acting, told: dict[str, Any] | None = TOLD) -> WindowCase:
    row = counter.check_in(hall, bookings.booked(hall, told=told).citizen_number, acting=officer)
    return counter.case_of(counter.act(row, "call", acting=officer), acting=officer)


def intake(*materials: str, hukou: str = accounts.HANGZHOU) -> Intake:
    return Intake(bookings.NAME, bookings.NUMBER, hukou, materials)


def test_the_clock_runs_from_the_card_on_the_counter_to_the_end(hall: ServicePoint, officer: Acting) -> None:
    bookings.booked(hall)
    row = counter.check_in(hall, bookings.NUMBER, acting=officer)
    assert row.arrived_at == clock.now()
    row = counter.act(row, "call", acting=officer)
    row = counter.act(row, "finish", acting=officer)
    assert row.status == "finished"
    assert list(Event.objects.filter(subject_id=row.pk).order_by("seq").values_list("action", flat=True)) == [
        "book",
        "check_in",
        "call",
        "finish",
    ]
    assert list(audit.verify()) == []


def test_a_card_without_a_booking_today_starts_nothing(hall: ServicePoint, officer: Acting) -> None:
    bookings.booked(hall, place=8)
    before = (Event.objects.count(), AuditEntry.objects.count())
    for number in (bookings.NUMBER, "440308199901101512", ""):
        with pytest.raises(Refused) as refused:
            counter.check_in(hall, number, acting=officer)
        assert codes(refused) == ["booking.none"]
    assert (Event.objects.count(), AuditEntry.objects.count()) == before


def test_a_booking_of_another_day_does_not_arrive_today(hall: ServicePoint, officer: Acting) -> None:
    row = bookings.booked(hall, place=8)
    with pytest.raises(Refused) as refused:
        counter.act(row, "check_in", acting=officer)
    assert codes(refused) == ["booking.day"]
    row.refresh_from_db()
    assert (row.status, row.arrived_at) == ("booked", None)


def test_somebody_without_a_booking_takes_a_number_once(hall: ServicePoint, officer: Acting) -> None:
    person = {"name": bookings.NAME, "citizen_number": bookings.NUMBER, "matter": "document"}
    row = booking.walk_in(hall, acting=officer, **person)
    assert (row.status, row.arrived_at, row.slot_id) == ("arrived", clock.now(), None)
    with pytest.raises(Refused) as refused:
        booking.walk_in(hall, acting=officer, **person)
    assert codes(refused) == ["booking.twice"]
    assert Booking.objects.count() == 1


def test_an_officer_of_another_city_moves_nobody(hall: ServicePoint) -> None:
    row = bookings.booked(hall)
    stranger = accounts.official(authority=WUHAN).acting
    with pytest.raises(Refused) as refused:
        counter.act(row, "check_in", acting=stranger)
    assert codes(refused) == ["jurisdiction"]
    assert counter.find(row.pk, acting=stranger) is None
    assert counter.booking_of(row.reference, acting=stranger) is None
    assert not counter.points_of(stranger).exists()
    row.refresh_from_db()
    assert row.status == "booked"


def test_what_was_told_before_is_open_at_the_counter(hall: ServicePoint, officer: Acting) -> None:
    found = case(hall, officer)
    assert found.told["wants"] == TOLD["wants"]
    assert [row.code for row in counter.missing_of(found, ())] == list(ALL)
    assert counter.fee_of(found) == 12000


def test_a_case_is_taken_in_with_fee_and_term_of_the_day(hall: ServicePoint, officer: Acting) -> None:
    found = counter.take_in(case(hall, officer), intake(*ALL), acting=officer)
    # Seven working days after Monday, 23 November.
    assert (found.status, found.fee_fen, found.due_on) == ("taken", 12000, date(2026, 12, 2))
    assert found.materials == list(ALL)
    done = counter.complete(found, acting=officer)
    assert done.status == "completed"
    outbox.run_due()
    told = [str(entry.body["body"]) for entry in Ledger("sms").entries()]
    assert len([one for one in told if "已经受理，12月2日" in one]) == 1
    assert len([one for one in told if "窗口的事办好了" in one]) == 1


def test_somebody_of_another_city_is_taken_in_with_twenty_days(hall: ServicePoint, officer: Acting) -> None:
    found = counter.take_in(case(hall, officer), intake(*ALL, hukou=WUHAN), acting=officer)
    assert (found.status, found.due_on, found.hukou_code) == ("taken", date(2026, 12, 13), WUHAN)


def test_a_case_without_its_papers_is_not_taken_in_and_says_which(hall: ServicePoint, officer: Acting) -> None:
    found = case(hall, officer)
    before = (Event.objects.count(), AuditEntry.objects.count())
    with pytest.raises(Refused) as refused:
        counter.take_in(found, intake("photo"), acting=officer)
    assert codes(refused) == ["case.materials"]
    assert "居民身份证" in str(refused.value.unmet[0].text)
    found.refresh_from_db()
    assert (found.status, found.taken_at, found.materials) == ("prepared", None, [])
    assert (Event.objects.count(), AuditEntry.objects.count()) == before


def test_turning_away_needs_a_reason(hall: ServicePoint, officer: Acting) -> None:
    found = case(hall, officer)
    with pytest.raises(Refused) as refused:
        counter.turn_away(found, acting=officer, note=" ")
    assert codes(refused) == ["note"]
    assert counter.turn_away(found, acting=officer, note="缺监护人证件").status == "turned_away"


def test_who_told_nothing_before_gets_an_empty_case_once(hall: ServicePoint, officer: Acting) -> None:
    row = booking.walk_in(hall, name="王样例", citizen_number=bookings.NUMBER, matter="other", acting=officer)
    first, second = (counter.case_of(row, acting=officer) for _ in range(2))
    assert first.pk == second.pk


def test_nobody_is_taken_in_with_nothing_who_was_asked_nothing(hall: ServicePoint, officer: Acting) -> None:
    row = booking.walk_in(hall, name="王样例", citizen_number=bookings.NUMBER, matter="other", acting=officer)
    found = counter.case_of(row, acting=officer)
    before = (Event.objects.count(), AuditEntry.objects.count(), Promise.objects.count())
    with pytest.raises(Refused) as refused:
        counter.take_in(found, intake(*ALL), acting=officer)
    assert codes(refused) == ["case.asked"]
    assert "打开申请表" in str(refused.value.unmet[0].remedy)
    assert "take" not in [one.action for one in WINDOW_CASE.open_to(found, officer)]
    assert "open_form" in [one.action for one in WINDOW_CASE.open_to(found, officer)]
    assert WindowCase.objects.get().status == "prepared"
    assert (Event.objects.count(), AuditEntry.objects.count(), Promise.objects.count()) == before


def test_somebody_without_a_household_is_taken_in_as_that(hall: ServicePoint, officer: Acting) -> None:
    found = counter.take_in(case(hall, officer), intake(*ALL, hukou=""), acting=officer)
    assert (found.status, found.due_on, found.hukou_code) == ("taken", date(2026, 12, 2), "")


def test_two_people_of_one_name_without_a_number_each_have_a_place(hall: ServicePoint, officer: Acting) -> None:
    for _ in range(2):
        booking.walk_in(hall, name="陈样本", citizen_number="", matter="document", acting=officer)
    assert Booking.objects.filter(status="arrived").count() == 2


def test_a_case_of_yesterday_waits_for_nobody(hall: ServicePoint, officer: Acting) -> None:
    bookings.booked(hall, told=TOLD)
    with clock.set_to(bookings.MONDAY + timedelta(days=1)):
        outbox.run_due()
        with pytest.raises(Refused):
            counter.take_in(WindowCase.objects.get(), intake(*ALL), acting=officer)
    assert WindowCase.objects.get().status == "dropped"
