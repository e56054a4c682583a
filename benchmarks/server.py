"""What the server processes of a benchmark run: the portal, the floors beside it, and a Celery application."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
_portal = get_wsgi_application()

from benchmarks import floors  # noqa: E402 - models exist from here on
from portal.celery import app as celery_app  # noqa: E402
from portal.common import outbox  # noqa: E402
from portal.common.models import Promise  # noqa: E402

INSERT_TOPIC, INSERT_TASK = "benchmark.insert", "benchmark.insert"
_floors = floors.bare()


def keep(_row: Promise) -> None:
    """Keep a promise by inserting a row."""
    floors.insert_event()


outbox.handles(INSERT_TOPIC, keep)


@celery_app.task(name=INSERT_TASK, acks_late=True)
def insert() -> None:
    """The floor of a drain: one row inserted by one task."""
    floors.insert_event()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a floor bare, everything else as in production."""
    handler = _floors if environ["PATH_INFO"].startswith(floors.PREFIX) else _portal
    return handler(environ, start_response)
