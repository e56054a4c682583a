"""Beat dies and is started twice: every period rings twice, every step is taken once."""

from collections.abc import Callable
from uuid import UUID

import pytest

from applications.models import Application
from portal.common import clock, heartbeat, outbox
from portal.common.models import Event, Promise
from portal.common.simulation import Ledger
from portal.notifications.models import Delivery
from tests.factories import cases
from tests.factories.processes import Processes, until
from tests.faults.conftest import Machine, due_soon, nothing_is_broken, told_by

PEOPLE = ("王演示", "李样本", "吴样例")


def nobody_rings(_promise: UUID, _topic: str) -> None:
    """Every doorbell is broken: only the sweeps find the rows."""


def two_beats(processes: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = outbox.nudge
    monkeypatch.setattr(outbox, "nudge", nobody_rings)
    officers = {}
    paid = []
    for number, name in enumerate(PEOPLE):
        person = cases.person(name, phone=f"1380000010{number}")
        if person.hukou_code not in officers:
            officers[person.hukou_code] = cases.officer(person.hukou_code, code=f"D10{number}")
        paid += cases.paid(person, officers[person.hukou_code], {"PASSPORT": "lost"})
    Promise.objects.open().update(nudged_at=None)
    Ledger("plant").arm("late", len(paid))
    processes.start("beat")
    until(lambda: heartbeat.last("beat"), "the first beat is alive")
    processes.kill("beat")
    for number in (1, 2):
        processes.start(f"worker-{number}", line="worker", extra=("-n", f"w{number}@tests"))
        processes.start(f"beat-{number}", line="beat")
    # The worst that two beats can do: both have found the same row, and one worker still sits on it.
    for row in [*Promise.objects.open().filter(due_at__lte=clock.now())] * 2:
        ring(row.pk, row.topic)
    keys = [row.pk for row in paid]
    delivered = Application.objects.filter(pk__in=keys, status="delivered")
    until(lambda: delivered.count() == len(keys), "every document was delivered")
    until(lambda: not Delivery.objects.filter(settled_at=None).exists(), "every message was delivered")
    until(lambda: not due_soon().exists(), "every promise was kept")
    processes.end()
    plant, courier, sms = Ledger("plant"), Ledger("courier"), Ledger("sms")
    assert {entry.key for entry in plant.entries()} == {str(key) for key in keys}
    assert len(courier.entries()) == len(keys)
    for book in (plant, courier, sms):
        assert all(book.count(entry.key) == 1 for entry in book.entries()), book.name
    assert told_by("sms") == {row.key for row in Delivery.objects.filter(channel="sms")}
    for key in keys:
        actions = list(Event.objects.filter(subject_id=key).values_list("action", flat=True))
        assert len(actions) == len(set(actions))


def test_two_beats(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    two_beats(machine(""), monkeypatch)
    nothing_is_broken()


@pytest.mark.postgres
@pytest.mark.long
def test_two_beats_on_postgresql(
    machine: Machine,
    monkeypatch: pytest.MonkeyPatch,
    redis_url: str,
    record_property: Callable[[str, object], None],
) -> None:
    two_beats(machine(redis_url), monkeypatch)
    nothing_is_broken()
    record_property("documents delivered once under two beats", len(PEOPLE))
