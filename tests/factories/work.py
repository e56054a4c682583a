"""Beside a test: background work over a stretch of the clock, crowds that act at once, and what must always hold."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TypeVar

from django.db import connections

from portal.common import audit, clock, outbox, registry

THREADS = 8
Result = TypeVar("Result")


def run_for(seconds: int) -> None:
    """Let the background work for so many seconds of the clock."""
    start = clock.now()
    for passed in range(0, seconds + 1, 6):
        with clock.set_to(start + timedelta(seconds=passed)):
            outbox.run_due()


def holds() -> None:
    """The audit is whole, and so is every invariant that an app registered."""
    assert list(audit.verify()) == []
    for name, check in registry.invariants.items():
        assert list(check()) == [], name


def together(act: Callable[[int], Result], count: int = THREADS) -> list[Result]:
    """Run `act` in threads that start at the same moment, each with its place and on a connection of its own."""
    start = Barrier(count)

    def run(place: int) -> Result:
        try:
            start.wait(timeout=30)
            return act(place)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
