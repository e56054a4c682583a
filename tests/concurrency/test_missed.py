"""The end of a day against a visitor who is being checked in or moved at that moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import connections, transaction

from portal.appointments import booking
from portal.appointments.holders import acting_by_link
from portal.appointments.models import Booking
from portal.common import clock, registry
from portal.common.models import Promise
from tests.factories import bookings
from tests.factories.processes import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_who_is_moved_while_the_day_ends_has_missed_nothing() -> None:
    with clock.set_to(bookings.MONDAY):
        hall = bookings.hall()
        row = bookings.booked(hall)
        promise = Promise.objects.get(topic=booking.MISS_TOPIC)
        begun = Event()

        def miss() -> None:
            begun.set()
            booking.miss(promise)
            connections.close_all()

        with ThreadPoolExecutor(1) as pool, transaction.atomic():
            booking.move(row, bookings.slot(hall, place=8).pk, acting=acting_by_link(row, None))
            ending = pool.submit(miss)
            begun.wait(10)
            until(lambda: _somebody_waits() or ending.done(), "the end of the day meets the move")
        ending.result(10)
    fresh = Booking.objects.get(pk=row.pk)
    assert (fresh.status, fresh.day - row.day) == ("booked", timedelta(days=1))
    assert list(registry.invariants["slots hold as many as they sold"]()) == []


def _somebody_waits() -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
