"""Places under concurrency: two hundred people at fifty places, and people changing places with one another."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from portal.accounts.models import ServicePoint, User
from portal.appointments import booking, slots
from portal.appointments.holders import acting_by_link, of_user
from portal.appointments.models import Booking, Slot
from portal.common import audit, clock, registry
from portal.common.models import Event, Promise
from portal.common.unmet import Refused
from tests.concurrency.test_number_ranges import together
from tests.factories import points

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS, PLACES = 200, 50
# As many at the same moment as the database has connections for.
AT_ONCE = 40
FULL, BOOKED = 409, 302


@pytest.fixture
def hall() -> ServicePoint:
    """A hall with one half hour tomorrow for fifty people, and fifty half hours for one each after it."""
    row = points.point()
    start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    Slot.objects.create(point=row, starts_at=start, capacity=PLACES)
    Slot.objects.bulk_create(
        Slot(point=row, starts_at=start + slots.LENGTH * (number + 1), capacity=1) for number in range(PLACES)
    )
    return row


@pytest.fixture
def users() -> list[User]:
    return User.objects.bulk_create(User(phone=f"137{number:08d}") for number in range(CLIENTS))


def at_once(act: Callable[[int], Any]) -> list[Any]:
    def run(number: int) -> Any:
        try:
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(CLIENTS)))


def nothing_is_broken() -> Iterator[str]:
    yield from registry.invariants["slots hold as many as they sold"]()
    yield from audit.verify()


def fifty_are_booked() -> None:
    assert Booking.objects.filter(status="booked").count() == PLACES
    assert Event.objects.filter(action="book").count() == PLACES
    assert Promise.objects.filter(topic=booking.MISS_TOPIC).count() == PLACES
    assert list(nothing_is_broken()) == []


def test_two_hundred_clients_at_one_hour_of_fifty_places(hall: ServicePoint, users: list[User]) -> None:
    slot = Slot.objects.get(point=hall, capacity=PLACES)
    address = f"{reverse('appointments:book', args=[hall.pk])}?slot={slot.pk}"
    clients = [Client() for _ in users]
    for client, user in zip(clients, users, strict=True):
        client.force_login(user)
    answers = at_once(lambda number: clients[number].post(address, {"matter": "document", "name": f"样例{number}"}))
    assert Counter(answer.status_code for answer in answers) == {BOOKED: PLACES, FULL: CLIENTS - PLACES}
    told = [answer.content.decode() for answer in answers if answer.status_code == FULL]
    assert all("这个时段刚刚约满，没有约上。" in page for page in told)
    fifty_are_booked()
    slot.refresh_from_db()
    assert (slot.sold, slot.left) == (PLACES, 0)


def test_two_hundred_people_at_fifty_hours_of_one_place(hall: ServicePoint, users: list[User]) -> None:
    keys = list(Slot.objects.filter(point=hall, capacity=1).values_list("pk", flat=True))

    def book(number: int) -> str:
        holder = replace(of_user(users[number], None), name=f"样例{number}")
        try:
            booking.book(keys[number % PLACES], holder=holder, matter="document")
        except Refused as refused:
            return refused.unmet[0].code
        return "booked"

    assert Counter(at_once(book)) == {"booked": PLACES, "slot.full": CLIENTS - PLACES}
    fifty_are_booked()
    assert set(Slot.objects.filter(capacity=1).values_list("sold", flat=True)) == {1}


def test_one_person_pressing_twenty_times_has_one_booking(hall: ServicePoint) -> None:
    user = User.objects.create(phone="13700000001")
    keys = list(Slot.objects.filter(point=hall, capacity=1).values_list("pk", flat=True))[:4]
    Slot.objects.exclude(pk__in=keys).delete()

    def press(number: int) -> bool:
        holder = of_user(user, None)
        try:
            booking.book(keys[number % len(keys)], holder=replace(holder, name="样例"), matter="document")
        except Refused:
            return False
        return True

    assert together(press, 20).count(True) == 1
    assert Booking.objects.count() == 1
    assert sum(Slot.objects.values_list("sold", flat=True)) == 1
    assert list(nothing_is_broken()) == []


def test_people_who_change_places_with_one_another_wait_for_nobody(hall: ServicePoint) -> None:
    keys = list(Slot.objects.filter(point=hall, capacity=1).order_by("starts_at").values_list("pk", flat=True))[:8]
    rows = [
        booking.book(keys[number], holder=replace(of_user(user, None), name="样例"), matter="document")
        for number, user in enumerate(User.objects.bulk_create(User(phone=f"137{n:08d}") for n in range(8)))
    ]
    Slot.objects.filter(pk__in=keys).update(capacity=2)

    def change(number: int) -> str:
        # Neighbours cross: 0 takes the place of 1 while 1 takes that of 0.
        return booking.move(rows[number], keys[number ^ 1], acting=acting_by_link(rows[number], None)).status

    assert together(change, 8) == ["booked"] * 8
    assert set(Slot.objects.filter(pk__in=keys).values_list("sold", flat=True)) == {1}
    assert list(nothing_is_broken()) == []
