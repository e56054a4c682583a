"""A permit and the endorsements on it are locked in primary-key order, so that no two steps wait for one another."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from applications import fulfilment
from applications.models import Application
from portal.accounts.models import Person
from portal.common import clock
from portal.common.acting import Acting
from tests.factories import cases
from tests.factories.payments import keep
from tests.factories.processes import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

TRIP = {"HK": {"letter": "G", "option": "1y2"}}
# What the background does after the payment, one after the other.
STEPS = tuple(fulfilment.TOPICS)
Act = Callable[[Application, Acting], object]


@pytest.fixture(autouse=True)
def _endorsements_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give keys that fall: a permit's case is made before that of its endorsement, and so comes behind it."""
    falling: Iterator[int] = count(2**127, -1)
    monkeypatch.setattr(Application._meta.pk, "_get_default", lambda: UUID(int=next(falling)))


def paid(person: Person, officer: Acting, method: str) -> dict[str, Application]:
    delivery = {**cases.ANSWERS["delivery"], "method": method, "recipient": person.name}
    rows = cases.paid(person, officer, {cases.HKM_PERMIT: "expiring"}, endorsements=TRIP, delivery=delivery)
    return {row.destination or row.kind: row for row in rows}


def keeps(topic: str) -> Act:
    def act(permit: Application, officer: Acting) -> object:
        return keep(topic)

    return act


def collects(permit: Application, officer: Acting) -> object:
    return fulfilment.collect(permit.pk, acting=officer)


def is_waited_for() -> bool:
    """Tell whether somebody waits for what this connection has locked."""
    with connection.cursor() as cursor:
        waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
        cursor.execute(waiting)
        return cursor.fetchone() is not None


@pytest.mark.parametrize(
    ("method", "before", "act", "states"),
    [
        ("courier", 1, keeps(fulfilment.POLL_PRODUCTION_TOPIC), ("ready", "ready")),
        ("courier", 2, keeps(fulfilment.SEND_TOPIC), ("mailed", "mailed")),
        ("courier", 3, keeps(fulfilment.POLL_PARCEL_TOPIC), ("delivered", "delivered")),
        ("pickup", 2, collects, ("delivered", "delivered")),
    ],
    ids=["issue", "send", "deliver", "collect"],
)
def test_who_waits_for_the_endorsement_holds_nothing_behind_it(
    method: str, before: int, act: Act, states: tuple[str, str]
) -> None:
    cases.ground()
    person = cases.person("王演示")
    officer = cases.officer(person.hukou_code)
    rows = paid(person, officer, method)
    permit, trip = rows[cases.HKM_PERMIT], rows["HK"]
    assert trip.pk < permit.pk
    start = clock.now()
    for number, topic in enumerate(STEPS[:before]):
        with clock.set_to(start + timedelta(minutes=10 * number)):
            keep(topic)

    def work() -> None:
        try:
            with clock.set_to(start + timedelta(minutes=10 * before)):
                act(permit, officer)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Application.objects.select_for_update().get(pk=trip.pk)
            done = pool.submit(work)
            until(lambda: is_waited_for() or done.done(), "a wait for the lock")
            assert not done.done()
            # Raises where the one who waits has locked it already.
            Application.objects.select_for_update(nowait=True).get(pk=permit.pk)
        done.result(timeout=30)
    assert tuple(Application.objects.get(pk=row.pk).status for row in (permit, trip)) == states
