"""Measured waiting: from the events, only where enough people came, and the share within ten minutes."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portal.accounts.models import ServicePoint
from portal.appointments import booking, counter, waiting
from portal.common import clock
from portal.common.acting import Acting
from tests.factories import accounts, bookings

pytestmark = pytest.mark.django_db

# Ten past nine in Shanghai on a Monday.
TEN_PAST_NINE = bookings.MONDAY + timedelta(hours=1, minutes=10)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.set_to(bookings.MONDAY):
        yield


@pytest.fixture
def hall() -> ServicePoint:
    return bookings.hall()


@pytest.fixture
def officer() -> Acting:
    return accounts.official().acting


def serve(hall: ServicePoint, officer: Acting, number: int, *, waits: int, takes: int) -> None:
    """One person who waits and is served for so many minutes."""
    with clock.set_to(TEN_PAST_NINE):
        row = booking.walk_in(hall, name=f"样例{number}", citizen_number="", matter="other", acting=officer)
    with clock.set_to(TEN_PAST_NINE + timedelta(minutes=waits)):
        row = counter.act(row, "call", acting=officer)
    with clock.set_to(TEN_PAST_NINE + timedelta(minutes=waits + takes)):
        counter.act(row, "finish", acting=officer)


def test_nineteen_people_are_not_enough_and_twenty_are(hall: ServicePoint, officer: Acting) -> None:
    for number in range(19):
        serve(hall, officer, number, waits=number, takes=1)
    with clock.set_to(bookings.MONDAY + timedelta(hours=10)):
        assert waiting.by_hour(hall) == [waiting.Measured(9, 19, None)]
        serve(hall, officer, 19, waits=19, takes=1)
        # Kept for ten minutes: a page asked for often must not count again each time.
        assert waiting.by_hour(hall) == [waiting.Measured(9, 19, None)]
        cache.clear()
        measured = waiting.by_hour(hall)
    assert measured == [waiting.Measured(9, 20, 10)]
    assert (waiting.at_hour(measured, 9), waiting.at_hour(measured, 10)) == (10, None)


def test_people_of_three_weeks_ago_and_of_another_hall_do_not_count(hall: ServicePoint, officer: Acting) -> None:
    other = bookings.hall(name="另一个大厅")
    for number in range(20):
        serve(other, officer, number, waits=5, takes=1)
    with clock.set_to(bookings.MONDAY + timedelta(hours=10)):
        assert waiting.by_hour(hall) == []
        assert waiting.by_hour(other) == [waiting.Measured(9, 20, 5)]
    cache.clear()
    with clock.set_to(bookings.MONDAY + timedelta(days=21)):
        assert waiting.by_hour(other) == []


def test_the_share_within_ten_minutes_counts_from_arrival_to_the_end(hall: ServicePoint, officer: Acting) -> None:
    for number in range(20):
        serve(hall, officer, number, waits=4, takes=6 if number < 15 else 7)
    with clock.set_to(bookings.MONDAY + timedelta(hours=10)):
        (share,) = waiting.shares([hall])
    assert (share.finished, share.quick, share.percent) == (20, 15, 75)


def test_a_supervisor_sees_the_share_of_their_city_and_the_booker_the_waiting(
    hall: ServicePoint, officer: Acting, client: Client
) -> None:
    for number in range(20):
        serve(hall, officer, number, waits=4, takes=6 if number < 15 else 7)
    elsewhere = bookings.hall(authority="420100", name="别处的大厅")
    with clock.set_to(bookings.MONDAY + timedelta(hours=10)):
        accounts.sign_in(client, accounts.official("supervisor"))
        page = client.get(reverse("appointments:figures")).content.decode()
        assert "75%" in page
        assert elsewhere.name not in page
        shown = Client().get(reverse("appointments:point", args=[hall.pk]), {"day": "2026-11-24"}).content.decode()
        few = Client().get(reverse("appointments:point", args=[elsewhere.pk])).content.decode()
    assert "约等 4 分钟" in shown
    assert "满 20 人才算得准" in few
    assert "约等" not in few
