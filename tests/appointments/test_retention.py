"""What people left with the window goes when its time is over; what is under way stays, and the chains still verify."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import TestCase

from applications.models import Submission
from portal.accounts.models import ServicePoint
from portal.appointments import booking, counter, home_visits, retention, sheets
from portal.appointments.models import Booking, HomeVisit, Sheet, Slot, Visitor, WindowCase
from portal.common import audit, clock, outbox, registry
from portal.common.models import Event
from tests.factories import accounts, bookings, cases, counters
from tests.hostile.windows import TOLD

pytestmark = pytest.mark.django_db

KEPT_ROWS = (WindowCase, Booking, HomeVisit, Sheet, Visitor)


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    """The clock jumps: files of other tests would be strays of long ago."""
    kept = {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": kept}


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
    home_visits.withdraw(home_visits.ask(request, holder=holder), acting=holder.acting)
    sheets.keep(TOLD, phone=bookings.PHONE, language="zh-hans", address="203.0.113.9")
    return row


def left() -> list[int]:
    return [model.objects.count() for model in KEPT_ROWS]


def proven() -> list[str]:
    """What any invariant names, the hourly anchoring done; promises are late where the clock has jumped."""
    audit.anchor()
    checks = {name: check for name, check in registry.invariants.items() if name != "I8 nothing waits too long"}
    return [name for name, check in checks.items() for _ in check()]


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
        assert retention.forget() > 0
        assert left() == [0] * 5
        assert not Slot.objects.filter(starts_at__lt=clock.now() - retention.KEPT - retention.GRACE).exists()
        assert proven() == []
        assert not Event.objects.filter(subject_kind__in=("booking", "window_case", "home_visit")).exists()
        assert retention.forget() == 0


def test_what_was_taken_away_without_a_word_is_still_named(hall: ServicePoint) -> None:
    row = Booking.objects.get()
    outbox.run_due()
    assert proven() == []
    WindowCase.objects.all().delete()
    row.delete()
    assert set(proven()) == {"I2 histories are whole", "slots hold as many as they sold"}
    Event.objects.filter(subject_kind__in=("booking", "window_case")).delete()
    assert set(proven()) == {"I6 the audit trail is whole", "slots hold as many as they sold"}


def test_a_form_that_only_a_counter_opened_goes_with_its_pictures_and_one_of_an_account_stays(
    hall: ServicePoint,
) -> None:
    officer = cases.officer(counters.HALL)
    counters.opened(counters.present("韩无证", officer), officer, {cases.PASSPORT: "first"})
    own = cases.draft(cases.person("李样本", phone="13811112222"))
    filed = counters.opened(counters.present("华外地", officer), officer, {cases.PASSPORT: "expiring"})
    counters.taken_in(filed, officer)
    files = len(default_storage.listdir("shots")[1])
    with clock.set_to(bookings.MONDAY + retention.KEPT):
        retention.forget()
        assert Submission.objects.count() == 3
    with clock.set_to(bookings.MONDAY + retention.KEPT + timedelta(days=3)):
        assert "nothing of the window is kept past its time" in proven()
        # The files go once the deletion is written.
        with TestCase.captureOnCommitCallbacks(execute=True):
            retention.forget()
        assert set(Submission.objects.values_list("pk", flat=True)) == {own.pk, filed.pk}
        assert proven() == []
    assert len(default_storage.listdir("shots")[1]) < files


def test_a_case_still_under_way_keeps_its_booking(hall: ServicePoint) -> None:
    officer = accounts.official().acting
    row = booking.walk_in(hall, name="王样例", citizen_number="440308199901101512", matter="other", acting=officer)
    case = booking.prepare(row, told=TOLD, acting=officer)
    papers = ("photo", "identity_card")
    counter.take_in(case, counter.Intake("王样例", row.citizen_number, "330100", papers), acting=officer)
    with clock.set_to(bookings.MONDAY + retention.KEPT + timedelta(days=3)):
        retention.forget()
        assert list(Booking.objects.values_list("pk", flat=True)) == [row.pk]
        assert proven() == []
        counter.complete(WindowCase.objects.get(), acting=officer)
        retention.forget()
        assert not Booking.objects.exists()
