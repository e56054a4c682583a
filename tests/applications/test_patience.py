"""How often plant and courier are asked: at first every few seconds, later seldom, and not for ever."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from applications import fulfilment
from applications.gateways.courier.base import ParcelState
from applications.gateways.courier.simulator import SimulatedCourier
from applications.models import Application
from portal.common import clock, outbox
from portal.common.models import Event, Promise
from tests.factories import cases
from tests.factories.work import run_for

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = 60, 3600, 86400
# Seconds waited so far, and the pause that follows.
PAUSES = [(0, 5), (49, 5), (MINUTE, 6), (HOUR, 360), (2 * HOUR + 1800, 900), (DAY, 900)]


def asked_again_at(promise: Promise, moment: datetime) -> float:
    """Let the promise be tried at a moment; return after how many seconds it wants to be tried again."""
    Promise.objects.filter(pk=promise.pk).update(due_at=moment)
    with clock.set_to(moment):
        assert outbox.attempt(promise.pk)
    promise.refresh_from_db()
    assert (promise.dead_at, promise.attempts) == (None, 0)
    return (promise.due_at - moment).total_seconds()


@pytest.fixture
def slow(settings: Settings) -> Settings:
    cases.ground()
    settings.SIMULATED_PLANT_SECONDS = settings.SIMULATED_COURIER_SECONDS = 90 * DAY
    return settings


def test_the_plant_is_asked_less_and_less_often(slow: Settings) -> None:
    cases.paid(cases.person(), cases.officer())
    run_for(6)
    promise = Promise.objects.get(topic=fulfilment.POLL_PRODUCTION_TOPIC)
    pauses = [asked_again_at(promise, promise.created_at + timedelta(seconds=waited)) for waited, _ in PAUSES]
    assert pauses == [pause for _, pause in PAUSES]


def test_a_parcel_without_news_for_thirty_days_is_left_to_a_person(slow: Settings) -> None:
    slow.SIMULATED_PLANT_SECONDS = 0
    cases.paid(cases.person(), cases.officer())
    run_for(18)
    assert Application.objects.get().status == "mailed"
    promise = Promise.objects.get(topic=fulfilment.POLL_PARCEL_TOPIC)
    for waited, pause in [*PAUSES, (30 * DAY - 1, 900)]:
        assert asked_again_at(promise, promise.created_at + timedelta(seconds=waited)) == pause
    events = Event.objects.count()
    after = promise.created_at + timedelta(days=30)
    Promise.objects.filter(pk=promise.pk).update(due_at=after)
    with clock.set_to(after):
        outbox.attempt(promise.pk)
        promise.refresh_from_db()
        assert (promise.dead_at, promise.last_code) == (after, "courier.silent")
        assert (Application.objects.get().status, Event.objects.count()) == ("mailed", events)
        # A person asked the courier, who found it: the step tried again ends the case.
        SimulatedCourier.ledger.update(str(promise.payload["parcel_key"]), state=ParcelState.DELIVERED)
        outbox.revive(promise)
        assert outbox.attempt(promise.pk)
    assert Application.objects.get().status == "delivered"
