"""The ground floor under concurrency: one promise has one keeper, one chain takes its links one by one."""

from collections import Counter
from threading import Lock
from uuid import UUID

import pytest
from django.db import transaction

from portal.common import audit, outbox
from portal.common.acting import Acting
from portal.common.models import AuditHead, Promise
from tests.concurrency.test_number_ranges import THREADS, together

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


def test_writers_of_one_new_chain_follow_one_another() -> None:
    def write(place: int) -> None:
        for step in range(5):
            with transaction.atomic():
                audit.append("case:crowd", "noted", acting=Acting.system("test"), content={"at": [place, step]})

    together(write)
    assert AuditHead.objects.get().count == THREADS * 5
    assert list(audit.verify()) == []
