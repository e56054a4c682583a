"""Bookings: made by anybody, one for each day and matter, moved and cancelled by one link, remembered, missed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portal.accounts.models import ServicePoint
from portal.accounts.services import NoLeave
from portal.appointments import booking
from portal.appointments.holders import acting_by_link, of_user
from portal.appointments.models import Booking, Slot, Visitor, WindowCase
from portal.common import audit, clock, outbox, registry
from portal.common.acting import Acting
from portal.common.models import AuditEntry, Event, Promise
from portal.common.simulation import Ledger
from portal.common.unmet import Refused
from portal.notifications.models import Message
from tests.factories import accounts, bookings, helping

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.set_to(bookings.MONDAY):
        yield


@pytest.fixture
def hall() -> ServicePoint:
    return bookings.hall()


def written() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Booking, WindowCase, Event, AuditEntry, Promise, Message))


def sold() -> int:
    return sum(Slot.objects.values_list("sold", flat=True))


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in refused.value.unmet]


def texts(word: str = "") -> list[str]:
    return [body for entry in Ledger("sms").entries() if word in (body := str(entry.body["body"]))]


def test_somebody_without_an_account_books_and_is_told_by_text(hall: ServicePoint) -> None:
    row = bookings.booked(hall)
    assert (row.status, row.authority, sold()) == ("booked", hall.authority_id, 1)
    outbox.run_due()
    (text,) = texts("窗口预约成功")
    assert "样例大厅" in text
    assert f"/window/booking/{row.reference}/" in text
    assert not Message.objects.exists()
    assert list(audit.verify()) == []


def test_a_proven_citizen_books_under_their_own_name_and_is_told_in_the_inbox(hall: ServicePoint) -> None:
    person = accounts.proven()
    assert person.user is not None
    row = bookings.booked(hall, of_user(person.user, person))
    assert (row.name, row.citizen_number) == (person.name, person.citizen_number)
    outbox.run_due()
    message = Message.objects.get(code="appointment.booked")
    assert (message.user, message.link_args) == (person.user, [row.reference])
    assert message.params["at"] == "2026-11-23T09:00:00+08:00"


def test_a_helper_books_for_the_older_person_and_both_are_told(hall: ServicePoint) -> None:
    older, helper = accounts.proven(helping.OLDER), accounts.proven(helping.HELPER)
    given = helping.authorised(older, helper)
    assert older.user is not None
    assert helper.user is not None
    outbox.run_due()
    row = bookings.booked(hall, of_user(helper.user, older))
    assert (row.name, row.person, row.user) == (older.name, older, helper.user)
    assert Event.objects.get(subject_id=row.pk).behalf == str(older.pk)
    outbox.run_due()
    told = Message.objects.filter(code="appointment.booked").values_list("user", flat=True)
    assert set(told) == {older.user.pk, helper.user.pk}
    # A guardian or helper whose leave has ended books nothing more.
    type(given).objects.filter(pk=given.pk).update(status="revoked")
    before = written()
    with pytest.raises(NoLeave):
        bookings.booked(hall, of_user(helper.user, older), place=8)
    assert (written(), sold()) == (before, 1)


def test_a_link_does_not_outlast_the_leave_of_whoever_booked_with_it(hall: ServicePoint, client: Client) -> None:
    older, helper = accounts.proven(helping.OLDER), accounts.proven(helping.HELPER)
    given = helping.authorised(older, helper)
    assert helper.user is not None
    row = bookings.booked(hall, of_user(helper.user, older))
    type(given).objects.filter(pk=given.pk).update(status="revoked")
    before = written()
    target = bookings.slot(hall, place=8).pk
    for user in (None, helper.user):
        with pytest.raises(NoLeave):
            booking.move(row, target, acting=acting_by_link(row, user))
        with pytest.raises(NoLeave):
            booking.cancel(row, acting=acting_by_link(row, user))
    page = reverse("appointments:cancel", args=[row.reference])
    assert client.post(page).status_code == 403
    assert (written(), sold()) == (before, 1)
    accounts.sign_in(client, helper)
    before = written()
    assert client.post(page).status_code == 403
    assert (written(), sold()) == (before, 1)
    # Whoever it is for was sent the same link.
    accounts.sign_in(client, older)
    assert client.post(page).status_code == 302
    done = Event.objects.get(subject_id=row.pk, action="cancel")
    assert (done.actor_id, done.behalf, sold()) == (str(older.pk), "", 0)


def test_the_link_has_at_least_128_bits_and_tells_nothing(hall: ServicePoint) -> None:
    row = bookings.booked(hall)
    assert len(row.reference) * 6 >= 128
    assert bookings.PHONE not in row.reference
    assert booking.find("x" + row.reference[1:]) is None


def test_one_person_has_one_booking_for_a_day_and_matter_signed_in_or_not(hall: ServicePoint) -> None:
    person = accounts.proven()
    assert person.user is not None
    bookings.booked(hall, of_user(person.user, person))
    stranger = bookings.holder(name=person.name, number=person.citizen_number)
    before = written()
    with pytest.raises(Refused) as refused:
        bookings.booked(hall, stranger, place=3)
    assert codes(refused) == ["booking.twice"]
    assert (written(), sold()) == (before, 1)
    # Another matter and another day are another booking.
    booking.book(bookings.slot(hall, place=3).pk, holder=stranger, matter="collect")
    bookings.booked(hall, stranger, place=8)
    assert sold() == 3


def test_nobody_hoards_places(hall: ServicePoint) -> None:
    who = bookings.holder()
    for day in range(booking.MOST_OPEN):
        bookings.booked(hall, who, place=day * 6)
    before = written()
    with pytest.raises(Refused) as refused:
        bookings.booked(hall, who, place=40)
    assert codes(refused) == ["booking.many"]
    assert (written(), sold()) == (before, booking.MOST_OPEN)


def test_a_full_hour_is_told_and_nothing_is_written(hall: ServicePoint) -> None:
    Slot.objects.filter(pk=bookings.slot(hall).pk).update(capacity=0)
    who = bookings.holder()
    before = written()
    with pytest.raises(Refused) as refused:
        bookings.booked(hall, who)
    assert codes(refused) == ["slot.full"]
    assert written() == before


def test_a_booking_without_a_name_or_with_an_unknown_matter_is_refused(hall: ServicePoint) -> None:
    who = bookings.holder(name="", number="")
    before = written()
    with pytest.raises(Refused) as refused:
        booking.book(bookings.slot(hall).pk, holder=who, matter="marriage")
    assert codes(refused) == ["booking.matter", "booking.name"]
    assert (written(), sold()) == (before, 0)


def test_moving_gives_the_old_place_back(hall: ServicePoint) -> None:
    row = bookings.booked(hall)
    old, new = row.slot_id, bookings.slot(hall, place=7)
    moved = booking.move(row, new.pk, acting=acting_by_link(row, None))
    assert (moved.slot_id, moved.day) == (new.pk, clock.local_day(new.starts_at))
    assert dict(Slot.objects.filter(sold__gt=0).values_list("pk", "sold")) == {new.pk: 1}
    assert Slot.objects.get(pk=old).sold == 0
    # The same place again is no change.
    before = written()
    booking.move(moved, new.pk, acting=acting_by_link(moved, None))
    assert written() == before


def test_moving_to_a_full_or_a_strange_place_changes_nothing(hall: ServicePoint) -> None:
    row = bookings.booked(hall)
    elsewhere = bookings.hall(name="另一个大厅")
    full = bookings.slot(hall, place=5)
    Slot.objects.filter(pk=full.pk).update(capacity=0)
    before = written()
    for target, code in (
        (full.pk, "slot.full"),
        (bookings.slot(elsewhere).pk, "slot.elsewhere"),
        (row.pk, "slot.gone"),
    ):
        with pytest.raises(Refused) as refused:
            booking.move(row, target, acting=acting_by_link(row, None))
        assert codes(refused) == [code]
    row.refresh_from_db()
    assert (written(), sold(), row.slot_id) == (before, 1, bookings.slot(hall).pk)


def test_cancelling_gives_the_place_back_and_drops_the_prepared_case(hall: ServicePoint) -> None:
    row = bookings.booked(hall, told={"facts": {}, "wants": [], "answers": {}})
    case = WindowCase.objects.get(booking=row)
    booking.cancel(row, acting=acting_by_link(row, None))
    case.refresh_from_db()
    assert (Booking.objects.get(pk=row.pk).status, case.status, sold()) == ("cancelled", "dropped", 0)
    before = written()
    with pytest.raises(Refused):
        booking.cancel(row, acting=acting_by_link(row, None))
    with pytest.raises(Refused):
        booking.move(row, bookings.slot(hall, place=4).pk, acting=acting_by_link(row, None))
    assert (written(), sold()) == (before, 0)


def test_the_day_before_at_ten_one_reminder_goes_out(hall: ServicePoint) -> None:
    row = bookings.booked(hall, place=8)
    outbox.run_due()
    count = len(texts())
    # Ten o'clock in Shanghai on the day before.
    with clock.set_to(bookings.MONDAY + timedelta(hours=2)):
        outbox.run_due()
        outbox.run_due()
    assert len(texts()) == count + 1
    (text,) = texts("明天到窗口办事")
    assert row.reference in text


def test_a_reminder_reaches_an_account_through_its_messages(hall: ServicePoint) -> None:
    person = accounts.proven()
    assert person.user is not None
    bookings.booked(hall, of_user(person.user, person), place=8)
    with clock.set_to(bookings.MONDAY + timedelta(hours=2)):
        outbox.run_due()
    assert Message.objects.filter(code="appointment.reminder", user=person.user).count() == 1


def test_no_reminder_of_a_booking_moved_or_cancelled_meanwhile(hall: ServicePoint) -> None:
    first, second = (
        bookings.booked(hall, place=8),
        bookings.booked(hall, bookings.holder("13922220000", number=""), place=8),
    )
    booking.move(first, bookings.slot(hall, place=15).pk, acting=acting_by_link(first, None))
    booking.cancel(second, acting=acting_by_link(second, None))
    outbox.run_due()
    count = len(texts())
    with clock.set_to(bookings.MONDAY + timedelta(hours=2)):
        outbox.run_due()
    assert len(texts()) == count


def test_whoever_does_not_come_has_missed_it_and_the_case_is_dropped(hall: ServicePoint) -> None:
    row = bookings.booked(hall, told={"facts": {}, "wants": [], "answers": {}})
    with clock.set_to(bookings.MONDAY + timedelta(days=1)):
        outbox.run_due()
    row.refresh_from_db()
    assert (row.status, WindowCase.objects.get(booking=row).status) == ("missed", "dropped")
    assert list(registry.invariants["slots hold as many as they sold"]()) == []


def test_one_phone_is_one_visitor(hall: ServicePoint) -> None:
    first = bookings.visitor()
    with clock.set_to(bookings.MONDAY + timedelta(minutes=2)):
        cache.clear()
        second = bookings.visitor()
    assert first.pk == second.pk
    assert Visitor.objects.count() == 1


def test_what_is_told_of_a_person_lies_sealed(hall: ServicePoint) -> None:
    row = bookings.booked(hall, told={"facts": {"born": "1949-12-31"}, "wants": [], "answers": {"secret": "虚构路"}})
    raw = [str(list(model.objects.values_list())) for model in (Booking, WindowCase, Visitor, Promise, AuditEntry)]
    for hidden in (bookings.PHONE, bookings.NAME, bookings.NUMBER, "1949-12-31", "虚构路"):
        assert not [one for one in raw if hidden in one]
    assert acting_by_link(row, None) == Acting("visitor", str(row.visitor_id))
