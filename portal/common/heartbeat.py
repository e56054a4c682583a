"""Signs of life of the background processes, and the beat scheduler that gives its own."""

import time
from datetime import datetime
from typing import Any

from celery.beat import Scheduler as CeleryScheduler
from django.db import DatabaseError

from portal.common import clock
from portal.common.models import Heartbeat

EVERY_SECONDS = 10


def worker_of(queue: str) -> str:
    """Return the name under which the workers of a queue are seen."""
    return f"worker_{queue}"


def beat(name: str) -> None:
    """Record that the process called `name` is alive now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": clock.now()})


def last(name: str) -> datetime | None:
    """Return when the process was last seen, or None."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()


class Scheduler(CeleryScheduler):
    """Celery's plain scheduler, which also tells that it is alive: no worker can tell that for it.

    It keeps no file: what is due is known from the database, and a half-written file must not stop the next start.
    """

    _said = 0.0

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Record a heartbeat every ten seconds, then schedule as usual."""
        if time.monotonic() - self._said > EVERY_SECONDS:
            self._said = time.monotonic()
            try:
                beat("beat")
            except DatabaseError:
                self.logger.warning("heartbeat not written: the database does not answer")
        return float(super().tick(*args, **kwargs))
