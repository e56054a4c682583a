"""Keeping one promise whose handler inserts a row, against that insert alone."""

import uuid

from benchmarks import ground
from benchmarks.figures import Figures, compare
from portal.common import outbox
from portal.common.models import Promise

TOPIC = "benchmark.insert"


def measure() -> Figures:
    """Lease, run, settle; writing the promise belongs to its cause and is not counted."""
    outbox.handles(TOPIC, lambda _row: ground.bare_insert())
    current = uuid.uuid4()

    def prepare() -> None:
        nonlocal current
        key = uuid.uuid4().hex
        outbox.promise_all([outbox.Step(TOPIC, key, {})])
        current = Promise.objects.get(topic=TOPIC, key=key).pk

    def ours() -> None:
        assert outbox.attempt(current)

    prepare()
    taken = ground.queries(ours)
    return compare(ours, ground.bare_insert, queries=taken, prepare=prepare)
