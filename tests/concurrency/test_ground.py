"""The ground floor under concurrency: one promise has one keeper, one chain takes its links one by one."""

from collections import Counter
from threading import Lock
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from photos.lifecycle import LIFECYCLE as SHOT
from photos.models import Shot
from portal.common import audit, clock, outbox
from portal.common.acting import Acting
from portal.common.models import AuditHead, Event, Promise
from portal.common.unmet import Refused
from tests.factories.work import THREADS, together

pytestmark = pytest.mark.django_db(transaction=True)

PROMISES = 25


def test_a_promise_many_workers_reach_for_is_kept_by_one() -> None:
    calls: Counter[UUID] = Counter()
    counting = Lock()

    def keep(row: Promise) -> None:
        with counting:
            calls[row.pk] += 1

    outbox.handles("test.crowd", keep)
    outbox.promise_all(outbox.Step("test.crowd", str(number), {}) for number in range(PROMISES))
    keys = list(Promise.objects.filter(topic="test.crowd").order_by("key").values_list("pk", flat=True))
    together(lambda _: [outbox.attempt(key) for key in keys])
    del outbox.topics["test.crowd"]
    assert calls == dict.fromkeys(keys, 1)
    assert not Promise.objects.open().exists()


def test_of_many_who_move_one_row_one_succeeds_and_the_others_are_refused() -> None:
    row = Shot(owner=uuid4(), purpose="portrait", number=1, authority="310000", received_at=clock.now(), final="x")
    SHOT.begin([row], actions=[("receive", Acting("citizen", "c1"))])

    def accept(_: int) -> bool:
        try:
            SHOT.perform(row, "accept", acting=Acting.system("test"))
        except Refused:
            return False
        return True

    assert together(accept).count(True) == 1
    assert list(Event.objects.order_by("seq").values_list("action", flat=True)) == ["receive", "accept"]
    assert list(audit.verify()) == []


def test_writers_of_one_new_chain_follow_one_another() -> None:
    def write(place: int) -> None:
        for step in range(5):
            with transaction.atomic():
                audit.append("case:crowd", "noted", acting=Acting.system("test"), content={"at": [place, step]})

    together(write)
    assert AuditHead.objects.get().count == THREADS * 5
    assert list(audit.verify()) == []
