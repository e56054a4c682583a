"""Promises: kept once, found by the sweep, retried, given up where a person sees them."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from kombu.exceptions import OperationalError

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
        self.depth = len(connection.savepoint_ids)

    def __call__(self, row: Promise) -> None:
        assert len(connection.savepoint_ids) == self.depth, "a handler runs in no transaction of the outbox"
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


class Bell:
    """Celery's side of a nudge: notes for which rows it rang, and is broken when told so."""

    def __init__(self) -> None:
        self.rung: list[str] = []
        self.is_broken = False

    def send_task(self, name: str, *, args: list[str], queue: str) -> None:
        if self.is_broken:
            raise OperationalError
        self.rung += args


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch) -> Bell:
    made = Bell()
    monkeypatch.setattr(outbox, "current_app", made)
    return made


def make(key: str = "one", after: datetime | None = None, lease: int = 60) -> Promise:
    with transaction.atomic():
        outbox.promise("test.topic", key=key, payload={"id": key}, after=after, lease=lease)
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


@pytest.mark.parametrize("lease", [5, 600])
def test_a_lease_lasts_as_long_as_its_promise_asked(handler: Recorder, lease: int) -> None:
    row, moment = make(lease=lease), clock.now()
    with clock.set_to(moment):
        assert outbox._lease(row.pk)
    with clock.set_to(moment + timedelta(seconds=lease - 1)):
        assert not outbox.attempt(row.pk)
    with clock.set_to(moment + timedelta(seconds=lease + 1)):
        assert outbox.attempt(row.pk)
    assert len(handler.calls) == 1


def test_a_slow_worker_does_not_overrule_its_successor(handler: Recorder) -> None:
    row = make()
    slow = outbox._lease(row.pk)
    with clock.set_to(clock.now() + timedelta(seconds=61)):
        successor = outbox._lease(row.pk)
    assert slow
    assert successor
    assert not outbox._settle(slow, done_at=clock.now())
    assert Promise.objects.open().filter(pk=row.pk).exists()
    assert outbox._settle(successor, done_at=clock.now())


def test_a_worker_that_lost_its_lease_gives_nothing_up(handler: Recorder) -> None:
    def lose_the_lease(row: Promise) -> None:
        Promise.objects.filter(pk=row.pk).update(lease_token=uuid.uuid4())
        raise outbox.GiveUp("too_late")

    outbox.handles("test.topic", lose_the_lease, gives_up=handler.gives_up)
    row = make()
    assert outbox.attempt(row.pk)
    assert handler.given_up == []
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
    assert len(handler.calls) == 3
    assert handler.given_up == ["gateway_down"]
    with clock.set_to(moment):
        assert not outbox.attempt(row.pk)


def test_pauses_double_up_to_the_cap(handler: Recorder) -> None:
    outbox.handles("test.topic", handler, tries=12)
    handler.then = [GatewayDown() for _ in range(11)]
    row, moment = make(), clock.now()
    pauses = []
    for _ in range(11):
        with clock.set_to(moment):
            outbox.attempt(row.pk)
        row.refresh_from_db()
        pauses.append((row.due_at - moment).total_seconds())
        moment = row.due_at
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]


def test_an_unforeseen_failure_is_kept_by_its_name_alone(handler: Recorder) -> None:
    row = make()
    handler.then = [ValueError("张三 13800138000")]
    outbox.attempt(row.pk)
    row.refresh_from_db()
    assert row.last_code == "ValueError"


def test_giving_up_is_undone_when_what_follows_from_it_fails(handler: Recorder) -> None:
    def fail(row: Promise, code: str) -> None:
        raise DatabaseError

    outbox.handles("test.topic", handler, gives_up=fail)
    handler.then = [outbox.GiveUp("no")]
    row = make()
    with pytest.raises(DatabaseError):
        outbox.attempt(row.pk)
    assert Promise.objects.open().filter(pk=row.pk).exists()


def test_a_topic_nobody_keeps_is_given_up() -> None:
    outbox.promise("test.nobody", key="one", payload={})
    row = Promise.objects.get()
    assert outbox.attempt(row.pk)
    row.refresh_from_db()
    assert (row.last_code, row.dead_at is not None) == ("no_handler", True)


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


def test_a_step_that_waits_is_looked_at_when_it_asked_for_it(handler: Recorder) -> None:
    row, moment = make(), clock.now()
    handler.then = [outbox.Again(5)]
    with clock.set_to(moment):
        outbox.attempt(row.pk)
    with clock.set_to(moment + timedelta(seconds=4)):
        assert not outbox.attempt(row.pk)
    with clock.set_to(moment + timedelta(seconds=6)):
        assert [found.pk for found in outbox.due()] == [row.pk]


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


def test_the_sweep_rings_for_what_waits_for_nobody_alone(handler: Recorder, bell: Bell) -> None:
    moment = clock.now() + timedelta(seconds=outbox.NUDGE_PATIENCE_SECONDS + 1)
    columns: dict[str, dict[str, object]] = {
        "waiting": {},
        "leased": {"lease_until": moment + timedelta(seconds=5)},
        "nudged": {"nudged_at": moment - timedelta(seconds=5)},
        "later": {"due_at": moment + timedelta(seconds=5)},
        "kept": {"done_at": moment},
        "given up": {"dead_at": moment},
    }
    rows = {name: make(name) for name in columns}
    for name, row in rows.items():
        Promise.objects.filter(pk=row.pk).update(**{"due_at": row.created_at, **columns[name]})
    with clock.set_to(moment):
        assert outbox.sweep() == 1
    assert bell.rung == [str(rows["waiting"].pk)]


def test_the_sweep_takes_a_bounded_number_the_oldest_first(handler: Recorder) -> None:
    now = clock.now()
    for age in (1, 3, 2):
        Promise.objects.filter(pk=make(str(age)).pk).update(due_at=now - timedelta(minutes=age), nudged_at=None)
    assert [row.key for row in outbox.due(limit=2)] == ["3", "2"]


def test_the_bell_rings_after_the_commit_and_for_what_is_due_alone(
    handler: Recorder, bell: Bell, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = make()
        make("later", after=clock.now() + timedelta(minutes=1))
        assert bell.rung == []
    assert bell.rung == [str(row.pk)]


def test_a_broken_bell_breaks_nothing(handler: Recorder, bell: Bell, django_capture_on_commit_callbacks: Any) -> None:
    bell.is_broken = True
    with django_capture_on_commit_callbacks(execute=True):
        row = make()
    with clock.set_to(clock.now() + timedelta(seconds=outbox.NUDGE_PATIENCE_SECONDS + 1)):
        assert [found.pk for found in outbox.due()] == [row.pk]


def test_a_given_up_promise_can_be_revived_with_all_its_tries(handler: Recorder) -> None:
    row = make()
    handler.then = [outbox.GiveUp("no"), GatewayDown(), GatewayDown()]
    Promise.objects.filter(pk=row.pk).update(attempts=2)
    outbox.attempt(row.pk)
    outbox.revive(row)
    moment = clock.now()
    for _ in range(3):
        with clock.set_to(moment):
            assert outbox.attempt(row.pk)
        moment += timedelta(seconds=outbox.BACKOFF_CAP_SECONDS)
    row.refresh_from_db()
    assert row.done_at is not None


def test_a_kept_promise_is_neither_revived_nor_cancelled(handler: Recorder) -> None:
    row = make()
    outbox.attempt(row.pk)
    row.refresh_from_db()
    outbox.revive(row)
    outbox.cancel("test.topic", key="one")
    kept = Promise.objects.get(pk=row.pk)
    assert (kept.done_at, kept.last_code, kept.attempts) == (row.done_at, "", 1)


def test_a_cancelled_promise_is_not_kept(handler: Recorder) -> None:
    make()
    other = make("other")
    outbox.cancel("test.topic", key="one")
    assert outbox.run_due() == 1
    assert handler.calls == [other.pk]


def test_the_oldest_waiting_row_is_known(handler: Recorder) -> None:
    make("later", after=clock.now() + timedelta(minutes=1))
    assert outbox.oldest_waiting() is None
    row = make()
    assert outbox.oldest_waiting() == row.due_at
