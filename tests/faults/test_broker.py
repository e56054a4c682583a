"""The broker forgets or is away: the row is the promise, and the sweep keeps it."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import redis
from celery import Celery
from django.db.models import F

from applications import services
from applications.models import Application
from portal.common import outbox
from portal.common.models import Promise
from portal.common.simulation import Ledger
from portal.notifications.models import Message
from tests.factories import cases
from tests.factories.processes import Processes, until
from tests.faults.conftest import Machine, due_soon, nothing_is_broken

NOWHERE = "redis://127.0.0.1:9/0"


def file_one() -> Application:
    person = cases.person()
    form = cases.draft(person)
    known = services.gather(person)
    [application] = services.file(form.pk, acting=person.acting, known=known, declared=cases.DECLARED).applications
    assert Promise.objects.open().filter(topic="message").count() == 1
    return application


def the_sweep_finishes_it(processes: Processes) -> None:
    rows = Promise.objects.open()
    # Half a minute passes in which the nudge would have been answered.
    rows.update(nudged_at=F("nudged_at") - timedelta(minutes=1))
    processes.start("worker")
    processes.start("beat")
    until(lambda: not due_soon().exists(), "every promise was kept")
    assert Message.objects.filter(code="submission.filed").count() == 1
    sms = Ledger("sms")
    assert {sms.count(entry.key) for entry in sms.entries()} == {1}
    nothing_is_broken()


def forget(processes: Processes, empty: Callable[[], int]) -> None:
    Ledger("sms").clear()
    file_one()
    assert empty() > 0, "the nudge had reached the broker"
    the_sweep_finishes_it(processes)


def empty_folder(folder: Path) -> int:
    files = list(folder.glob("*"))
    for path in files:
        path.unlink()
    return len(files)


def empty_redis(url: str) -> int:
    server = redis.Redis.from_url(url)
    queued = int(server.llen("default"))
    # The database under this address is the tests' own; to the portal this is what FLUSHALL does.
    server.flushdb()
    return queued


def test_the_folder_is_emptied(machine: Machine) -> None:
    processes = machine("")
    forget(processes, partial(empty_folder, processes.var / "broker"))


def test_redis_is_flushed(machine: Machine, redis_url: str) -> None:
    forget(machine(redis_url), partial(empty_redis, redis_url))


def test_filing_needs_no_broker(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    processes = machine("")
    away = Celery("tests", broker=NOWHERE, set_as_current=False)
    away.conf.task_publish_retry = False
    away.conf.broker_transport_options = {"socket_connect_timeout": 1, "max_retries": 0}
    monkeypatch.setattr(outbox, "current_app", away)
    assert file_one().status == "accepted"
    the_sweep_finishes_it(processes)
