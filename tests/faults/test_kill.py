"""`kill -9` of the worker while it holds a lease: the step finishes after a restart, once."""

import random
import time
from collections.abc import Callable
from uuid import UUID

import pytest

from applications import services
from applications.models import Application
from applications.settlement import PRODUCTION_TOPIC
from documents.models import IssuedDocument
from photos.models import Shot
from photos.services import PORTRAIT, SIGNATURE, receive
from photos.shots import TOPIC as INSPECTION_TOPIC
from portal.accounts.models import Person, User
from portal.common import clock, heartbeat
from portal.common.acting import Acting
from portal.common.lifecycle import MESSAGE_TOPIC
from portal.common.models import Event, Promise
from portal.common.simulation import Ledger
from portal.notifications.delivery import TOPIC as DELIVERY_TOPIC
from portal.notifications.models import Delivery, Message
from tests.factories import cases
from tests.factories.processes import Processes, bell, until
from tests.faults.conftest import Machine, due_soon, let_leases_run_out, nothing_is_broken, told_by

QUICK = 0.005
KILLS = 20
# What was struck so often is left to end before the next kill: an inspection is tried three times, and that it is
# given up then is another test's matter.
STRUCK_AT_MOST = 2
# For a machine that has much else to do.
PATIENCE_SECONDS = 300
Recorder = Callable[[str, object], None]


def leased(topic: str) -> Promise | None:
    return Promise.objects.open().filter(topic=topic).exclude(lease_until=None).first()


def owner_of(person: Person) -> User:
    assert person.user is not None
    return person.user


def kill_and_restart(processes: Processes, topic: str) -> None:
    processes.kill("worker")
    held = leased(topic)
    assert held is not None, "the worker was killed while it held the lease"
    assert held.attempts == 1
    let_leases_run_out()
    processes.start("worker")


def kill_in_an_inspection(processes: Processes) -> None:
    person = cases.person()
    form = services.start(owner_of(person), person)
    processes.start("worker")
    processes.start("beat")
    shot = receive(
        cases.PORTRAIT_FILE.read_bytes(),
        owner=form.pk,
        purpose=PORTRAIT,
        authority=form.authority,
        acting=person.acting,
    )
    until(lambda: leased(INSPECTION_TOPIC), "the inspection began", every=QUICK)
    kill_and_restart(processes, INSPECTION_TOPIC)
    assert Shot.objects.get().status == "waiting"
    until(lambda: Shot.objects.get().status != "waiting", "the inspection ended")
    until(lambda: not Promise.objects.open().filter(topic=INSPECTION_TOPIC).exists(), "the promise was kept")
    assert Shot.objects.get().is_chosen
    assert [event.action for event in Event.objects.filter(subject_id=shot.pk).order_by("seq")] == ["receive", "accept"]


def kill_in_a_notification(processes: Processes, fault: str) -> None:
    sms = Ledger("sms")
    person = cases.person()
    form = cases.draft(person)
    before = told_by("sms")
    sms.arm(fault)
    services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    processes.start("worker")
    processes.start("beat")
    # Both channels are promised; the e-mail leaves by the same worker, before or after.
    until(lambda: not sms.armed(), "the provider was called")
    if fault == "late":
        until(lambda: told_by("sms") - before, "the provider booked the message", every=QUICK)
    else:
        assert told_by("sms") == before
    kill_and_restart(processes, DELIVERY_TOPIC)
    row = Delivery.objects.get(channel="sms", message__code="submission.filed")
    assert row.state == Delivery.WAITING
    until(lambda: Delivery.objects.get(pk=row.pk).state == Delivery.DELIVERED, "the message was delivered")
    until(lambda: not Promise.objects.open().filter(topic__in=[MESSAGE_TOPIC, DELIVERY_TOPIC]).exists(), "all is told")
    assert told_by("sms") - before == {row.key}
    assert sms.count(row.key) == 1, "who comes after a crash asks before sending"
    assert Message.objects.filter(code="submission.filed").count() == 1


def kill_in_a_production_order(processes: Processes, fault: str) -> None:
    plant = Ledger("plant")
    person = cases.person()
    plant.arm(fault)
    [application] = cases.paid(person, cases.officer(person.hukou_code))
    processes.start("worker")
    processes.start("beat")
    until(lambda: not plant.armed(), "the plant was called")
    if fault == "late":
        until(plant.entries, "the plant booked the order", every=QUICK)
    else:
        assert plant.entries() == []
    kill_and_restart(processes, PRODUCTION_TOPIC)
    assert Application.objects.get().status == "paid"
    until(lambda: Application.objects.get().status == "delivered", "the document was delivered")
    until(lambda: not due_soon().exists(), "every promise was kept")
    [order] = plant.entries()
    assert order.key == str(application.pk)
    assert plant.count(order.key) == 1, "who comes after a crash asks before ordering"
    assert len(Ledger("courier").entries()) == 1
    document = IssuedDocument.objects.get(application_id=application.pk)
    assert order.body["number"] == document.number
    counted = Event.objects.filter(subject_id=application.pk).values_list("action", flat=True)
    assert len(counted) == len(set(counted))


def test_a_photo_inspection(machine: Machine) -> None:
    kill_in_an_inspection(machine(""))
    nothing_is_broken()


@pytest.mark.postgres
def test_a_photo_inspection_on_postgresql(machine: Machine, redis_url: str) -> None:
    kill_in_an_inspection(machine(redis_url))
    nothing_is_broken()


@pytest.mark.parametrize("fault", [pytest.param("stall", marks=pytest.mark.long), "late"])
def test_a_notification(machine: Machine, fault: str) -> None:
    kill_in_a_notification(machine(""), fault)
    nothing_is_broken()


@pytest.mark.postgres
def test_a_notification_on_postgresql(machine: Machine, redis_url: str) -> None:
    kill_in_a_notification(machine(redis_url), "late")
    nothing_is_broken()


@pytest.mark.parametrize("fault", [pytest.param("stall", marks=pytest.mark.long), "late"])
def test_a_production_order(machine: Machine, fault: str) -> None:
    kill_in_a_production_order(machine(""), fault)
    nothing_is_broken()


@pytest.mark.postgres
def test_a_production_order_on_postgresql(machine: Machine, redis_url: str) -> None:
    kill_in_a_production_order(machine(redis_url), "late")
    nothing_is_broken()


def start_and_wait(processes: Processes) -> None:
    """Start a worker and wait until it works: it holds a lease or, with nothing to do, has answered the bell."""
    began = clock.now()
    processes.start("worker")
    queue = "default"
    bell(processes).send_task("portal.common.tasks.worker_heartbeat", args=[queue], queue=queue)

    def works() -> bool:
        seen = heartbeat.last(heartbeat.worker_of(queue))
        return Promise.objects.open().filter(lease_until__gt=clock.now()).exists() or bool(seen and seen > began)

    until(works, "the worker works", seconds=PATIENCE_SECONDS, every=QUICK)


def everything_was_done_once(paid: list[UUID]) -> None:
    """Every document paid for came, ordered, sent and told of once."""
    until(lambda: not due_soon().exists(), "every promise was kept", seconds=PATIENCE_SECONDS)
    assert Application.objects.filter(status="delivered").count() == len(paid)
    assert {entry.key for entry in Ledger("plant").entries()} == {str(key) for key in paid}
    assert len(Ledger("courier").entries()) == len(paid)
    for name in ("sms", "email"):
        assert told_by(name) == {row.key for row in Delivery.objects.filter(channel=name)}
    for key in paid:
        actions = list(Event.objects.filter(subject_id=key).values_list("action", flat=True))
        assert len(actions) == len(set(actions))


def kill_at_random(processes: Processes) -> int:
    """Kill the worker again and again at any moment of three cases' way from the photo to the delivered document.

    Returns how many kills struck it while it held a lease.
    """
    chance = random.Random(KILLS)
    officers: dict[str, Acting] = {}
    start_and_wait(processes)
    processes.start("beat")
    paid: list[UUID] = []
    kills = in_work = 0

    def kill_once() -> None:
        nonlocal kills, in_work
        struck = Promise.objects.open().filter(attempts__gte=STRUCK_AT_MOST)
        until(lambda: not struck.exists(), "what was struck often ended", seconds=PATIENCE_SECONDS)
        time.sleep(chance.uniform(0.0, chance.choice((0.3, 2.5))))
        processes.kill("worker")
        kills += 1
        in_work += Promise.objects.open().filter(lease_until__gt=clock.now()).exists()
        let_leases_run_out()
        start_and_wait(processes)

    for number, name in enumerate(("王演示", "李样本", "吴样例")):
        person = cases.person(name, phone=f"1380000020{number}")
        form = services.start(owner_of(person), person)
        for page, data in cases.answers(person, {"PASSPORT": "lost"}).items():
            services.save_page(form.pk, page, data, acting=person.acting)
        for purpose, data in ((PORTRAIT, cases.PORTRAIT_FILE.read_bytes()), (SIGNATURE, cases.signature())):
            receive(data, owner=form.pk, purpose=purpose, authority=form.authority, acting=person.acting)
        while Shot.objects.filter(owner=form.pk, status="waiting").exists():
            kill_once()
        done = services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
        acting = officers.setdefault(person.hukou_code, cases.officer(person.hukou_code, code=f"D20{number}"))
        for row in done.applications:
            services.claim(row.pk, acting=acting)
            services.approve(row.pk, acting=acting)
        cases.pay(form.pk, person)
        paid += [row.pk for row in done.applications]
        while due_soon().exists() and kills < KILLS * (number + 1) // 3:
            kill_once()
    while kills < KILLS:
        kill_once()
    everything_was_done_once(paid)
    return in_work


@pytest.mark.long
def test_twenty_kills(machine: Machine, record_property: Recorder) -> None:
    in_work = kill_at_random(machine(""))
    nothing_is_broken()
    assert in_work > 0
    record_property("kills of the worker at any moment", KILLS)
    record_property("of them while it held a lease", in_work)


@pytest.mark.long
@pytest.mark.postgres
def test_twenty_kills_on_postgresql(machine: Machine, redis_url: str, record_property: Recorder) -> None:
    in_work = kill_at_random(machine(redis_url))
    nothing_is_broken()
    assert in_work > 0
    record_property("kills of the worker at any moment", KILLS)
    record_property("of them while it held a lease", in_work)
