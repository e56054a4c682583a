"""Promises: kept once, found by the sweep, retried, given up where a person sees them."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from portal.common import clock, outbox
from portal.common.gateway import GatewayDown
from portal.common.models import Promise

pytestmark = pytest.mark.django_db


class Recorder:
    """A handler that notes every call and does next what it is told."""

    def __init__(self) -> None:
        self.calls: list[uuid.UUID] = []
        self.given_up: list[str] = []
        self.then: list[Exception] = []

    def __call__(self, row: Promise) -> None:
        assert not connection.in_atomic_block or len(connection.savepoint_ids) <= 1
        self.calls.append(row.pk)
        if self.then:
            raise self.then.pop(0)

    def gives_up(self, row: Promise, code: str) -> None:
        self.given_up.append(code)


@pytest.fixture
def handler() -> Iterator[Recorder]:
    recorder = Recorder()
    outbox.handles("test.topic", recorder, tries=3, gives_up=recorder.gives_up)
    yield recorder
    del outbox.topics["test.topic"]


def make(key: str = "one", after: datetime | None = None) -> Promise:
    with transaction.atomic():
        outbox.promise("test.topic", key=key, payload={"id": key}, after=after)
    return Promise.objects.get(topic="test.topic", key=key)


def test_a_promise_is_kept_once(handler: Recorder) -> None:
    row = make()
    assert outbox.attempt(row.pk)
    assert not outbox.attempt(row.pk)
    assert handler.calls == [row.pk]
    row.refresh_from_db()
    assert row.done_at is not None
    assert row.lease_token is None


def test_the_same_key_twice_is_one_promise(handler: Recorder) -> None:
    assert make().pk == make().pk
    assert outbox.run_due() == 1


def test_a_promise_of_an_undone_transaction_does_not_exist(handler: Recorder) -> None:
    class Undone(Exception):
        pass

    def cause() -> None:
        with transaction.atomic():
            outbox.promise("test.topic", key="gone", payload={})
            raise Undone

    with pytest.raises(Undone):
        cause()
    assert not Promise.objects.exists()
    assert outbox.run_due() == 0


def test_a_promise_for_later_waits(handler: Recorder) -> None:
    row = make(after=clock.now() + timedelta(days=7))
    assert not outbox.attempt(row.pk)
    with clock.set_to(clock.now() + timedelta(days=7, seconds=1)):
        assert outbox.attempt(row.pk)
    assert handler.calls == [row.pk]


def test_a_leased_row_is_left_alone_until_the_lease_ends(handler: Recorder) -> None:
    row = make()
    Promise.objects.filter(pk=row.pk).update(lease_until=clock.now() + timedelta(seconds=60), lease_token=uuid.uuid4())
    assert not outbox.attempt(row.pk)
    with clock.set_to(clock.now() + timedelta(seconds=61)):
        assert outbox.attempt(row.pk)
    assert len(handler.calls) == 1


def test_a_slow_worker_does_not_overrule_its_successor(handler: Recorder) -> None:
    row = make()
    leased = outbox._lease(row.pk)
    assert leased is not None
    Promise.objects.filter(pk=row.pk).update(lease_token=uuid.uuid4())
    assert not outbox._settle(leased, done_at=clock.now())
    assert Promise.objects.open().filter(pk=row.pk).exists()


def test_a_passing_failure_is_tried_again_and_then_given_up(handler: Recorder) -> None:
    row = make()
    handler.then = [GatewayDown(), GatewayDown(), GatewayDown()]
    moment = clock.now()
    for _ in range(3):
        with clock.set_to(moment):
            assert outbox.attempt(row.pk)
        moment += timedelta(seconds=outbox.BACKOFF_CAP_SECONDS)
    row.refresh_from_db()
    assert row.dead_at is not None
    assert row.last_code == "gateway_down"
    assert handler.given_up == ["gateway_down"]
    with clock.set_to(moment):
        assert not outbox.attempt(row.pk)


def test_a_permanent_answer_ends_at_once(handler: Recorder) -> None:
    row = make()
    handler.then = [outbox.GiveUp("no_such_address")]
    outbox.attempt(row.pk)
    assert handler.given_up == ["no_such_address"]


def test_waiting_is_not_failing(handler: Recorder) -> None:
    row = make()
    handler.then = [outbox.Again(5) for _ in range(10)]
    moment = clock.now()
    for _ in range(11):
        with clock.set_to(moment):
            assert outbox.attempt(row.pk)
        moment += timedelta(seconds=6)
    row.refresh_from_db()
    assert row.done_at is not None
    assert handler.given_up == []


def test_a_step_that_kills_its_worker_is_given_up(handler: Recorder) -> None:
    """A worker that dies never settles its lease: the count of leases alone must end the story."""
    row = make()
    moment = clock.now()
    for _ in range(3):
        with clock.set_to(moment):
            assert outbox._lease(row.pk) is not None
        moment += timedelta(seconds=61)
    with clock.set_to(moment):
        assert outbox.attempt(row.pk)
    assert handler.calls == []
    assert handler.given_up == ["crashed"]


def test_the_sweep_finds_what_nobody_nudged(handler: Recorder) -> None:
    row = make()
    assert outbox.due() == []
    with clock.set_to(clock.now() + timedelta(seconds=outbox.NUDGE_PATIENCE_SECONDS + 1)):
        assert [found.pk for found in outbox.due()] == [row.pk]
        assert outbox.sweep() == 1
        assert outbox.due() == []


def test_a_given_up_promise_can_be_revived(handler: Recorder) -> None:
    row = make()
    handler.then = [outbox.GiveUp("no")]
    outbox.attempt(row.pk)
    outbox.revive(Promise.objects.get(pk=row.pk))
    assert outbox.attempt(row.pk)
    row.refresh_from_db()
    assert row.done_at is not None


def test_a_cancelled_promise_is_not_kept(handler: Recorder) -> None:
    make()
    outbox.cancel("test.topic", key="one")
    assert outbox.run_due() == 0
    assert handler.calls == []


def test_the_oldest_waiting_row_is_known(handler: Recorder) -> None:
    assert outbox.oldest_waiting() is None
    row = make()
    assert outbox.oldest_waiting() == row.due_at
