"""Promises kept by a worker, each inserting a row, against Celery tasks that insert a row each."""

import signal
import time
from collections.abc import Callable
from uuid import uuid4

from celery import current_app

from benchmarks.figures import Figures, Spent, compare
from benchmarks.server import INSERT_TASK, INSERT_TOPIC
from benchmarks.serving import Group
from portal.common import outbox
from portal.common.models import Event, Promise
from tests.factories.processes import until

ROUNDS = 400


def measure() -> Figures:
    """Lay everything out while the worker stands still, then let it go on; writing the promises is not counted."""
    line = ("celery", "--quiet", "-A", "benchmarks.server:celery_app", "worker", "-P", "prefork", "-c", "2")
    worker = Group(*line, "-Q", "default", "--loglevel", "error", "--without-gossip", "--without-mingle")

    def drain(lay_out: Callable[[], None], is_done: Callable[[], bool]) -> Spent:
        worker.signal(signal.SIGSTOP)
        lay_out()
        cpu, began = worker.cpu(), time.perf_counter()
        worker.signal(signal.SIGCONT)
        until(is_done, "everything was taken", every=0.01)
        return Spent(ROUNDS, time.perf_counter() - began, worker.cpu() - cpu)

    def ours() -> Spent:
        steps = [outbox.Step(INSERT_TOPIC, uuid4().hex, {}) for _ in range(ROUNDS)]
        return drain(
            lambda: outbox.promise_all(steps), lambda: not Promise.objects.open().filter(topic=INSERT_TOPIC).exists()
        )

    def floor() -> Spent:
        wanted = Event.objects.count() + ROUNDS

        def send() -> None:
            for _ in range(ROUNDS):
                current_app.send_task(INSERT_TASK, queue="default")

        return drain(send, lambda: Event.objects.count() >= wanted)

    try:
        floor()
        return compare(ours, floor, gate=0.5)
    finally:
        worker.end()
