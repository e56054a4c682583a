"""What the fault tests share: processes on the suite's own database, and time that passes when asked."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import redis
from django.core.management import call_command
from django.db.models import F

from portal.common import outbox
from portal.common.models import Promise, PromiseQuerySet
from portal.common.simulation import Ledger
from portal.notifications.one_time_codes import TOPIC as CODE_TOPIC
from tests.factories import cases
from tests.factories.processes import Processes, bell, beside_the_tests

Machine = Callable[[str], Processes]


@pytest.fixture
def machine(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """Make processes on the test's database and a broker by address ('' for the folder); all dead at the end."""
    made: list[Processes] = []

    def make(redis_url: str = "") -> Processes:
        if redis_url:
            redis.Redis.from_url(redis_url).flushdb()
        processes = beside_the_tests(redis_url)
        for path in (*processes.var.glob("broker/*"), *processes.var.glob("broker-control/*")):
            path.unlink()
        monkeypatch.setattr(outbox, "current_app", bell(processes))
        cases.ground()
        made.append(processes)
        return processes

    yield make
    for processes in made:
        processes.end()


def let_leases_run_out() -> None:
    """Let the leases of the dead end and their nudges grow old, as ten quiet minutes would do."""
    rows = Promise.objects.open().exclude(lease_until=None)
    rows.update(lease_until=F("lease_until") - timedelta(minutes=10), nudged_at=F("nudged_at") - timedelta(minutes=10))


def due_soon() -> PromiseQuerySet:
    """What is to be done now: not terms and retentions that end in days, nor the look back at a booked payment."""
    return Promise.objects.open().exclude(topic__regex="lapse|order_due|forget|reconcile")


def told_by(channel: str) -> set[str]:
    """The keys of the messages a provider took; one-time codes are none."""
    codes = {str(pk) for pk in Promise.objects.filter(topic=CODE_TOPIC).values_list("pk", flat=True)}
    return {entry.key for entry in Ledger(channel).entries()} - codes


def nothing_is_broken() -> None:
    """Every invariant holds, the audit trail is whole, nothing was given up."""
    call_command("assert_invariants", verbosity=0)
    call_command("verify_audit", verbosity=0)
    assert list(Promise.objects.dead()) == []
