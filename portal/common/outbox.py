"""Promises kept later: rows written with their cause, nudged by a task, found by a sweep, kept once."""

import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.db import connection, transaction
from django.db.models import F, Q
from kombu.exceptions import OperationalError

from portal.common import clock
from portal.common.gateway import GatewayDown
from portal.common.models import Promise

log = logging.getLogger(__name__)

ATTEMPT_TASK = "portal.common.tasks.attempt"
DEFAULT_QUEUE = "default"
BACKOFF_SECONDS = 5
BACKOFF_CAP_SECONDS = 900
# A row nudged less than this ago is left to its nudge.
NUDGE_PATIENCE_SECONDS = 30
SWEEP_BATCH = 500


class Again(Exception):
    """The step is not due yet: look again in so many seconds. Not a failure, and not counted as one."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class GiveUp(Exception):
    """The step can never succeed; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Topic:
    """How promises of one topic are kept."""

    handler: Callable[[Promise], None]
    tries: int
    gives_up: Callable[[Promise, str], None] | None
    queue: str


@dataclass(frozen=True)
class Step:
    """A promise to be written: `key` is unique in its topic, `payload` holds ids and codes only."""

    topic: str
    key: str
    payload: Mapping[str, object]
    after: datetime | None = None
    lease: int = 60


topics: dict[str, Topic] = {}


def handles(
    topic: str,
    handler: Callable[[Promise], None],
    *,
    tries: int = 8,
    gives_up: Callable[[Promise, str], None] | None = None,
    queue: str = DEFAULT_QUEUE,
) -> None:
    """Register who keeps the promises of `topic`; called from AppConfig.ready().

    The handler runs outside any transaction under a lease, may run more than once, and uses the promise's id
    as idempotency key towards the outside world.
    """
    topics[topic] = Topic(handler, tries, gives_up, queue)


def promise(
    topic: str,
    *,
    key: str,
    payload: Mapping[str, object],
    after: datetime | None = None,
    lease: int = 60,
) -> None:
    """Write a promise inside the caller's transaction; the same (topic, key) twice is one promise."""
    promise_all([Step(topic, key, payload, after, lease)])


def promise_all(steps: Iterable[Step]) -> None:
    """Write several promises in one statement and nudge those already due after the commit."""
    now = clock.now()
    rows = [
        Promise(
            topic=step.topic,
            key=step.key,
            payload=dict(step.payload),
            created_at=now,
            due_at=step.after or now,
            lease_seconds=step.lease,
            nudged_at=now if (step.after or now) <= now else None,
        )
        for step in steps
    ]
    if not rows:
        return
    Promise.objects.bulk_create(rows, ignore_conflicts=True)
    for row in rows:
        if row.nudged_at:
            transaction.on_commit(_nudging(row))


def _nudging(row: Promise) -> Callable[[], None]:
    return lambda: nudge(row.id, row.topic)


def nudge(promise_id: uuid.UUID, topic: str) -> None:
    """Ring the doorbell for one row; a broken bell is logged and left to the sweep."""
    queue = topics[topic].queue if topic in topics else DEFAULT_QUEUE
    try:
        current_app.send_task(ATTEMPT_TASK, args=[str(promise_id)], queue=queue)
    except (OperationalError, OSError) as error:
        log.warning("nudge for topic %s not sent: %s", topic, type(error).__name__)


def cancel(topic: str, *, key: str) -> None:
    """Take back a promise that is no longer wanted; a kept one stays kept."""
    Promise.objects.open().filter(topic=topic, key=key).update(done_at=clock.now(), last_code="cancelled")


def attempt(promise_id: uuid.UUID | str) -> bool:
    """Lease one due row, run its handler, record the outcome; False when there was nothing to do."""
    row = _lease(promise_id)
    if row is None:
        return False
    topic = topics.get(row.topic)
    if topic is None:
        _settle(row, dead_at=clock.now(), last_code="no_handler")
        return True
    if row.attempts > topic.tries:
        _give_up(row, topic, row.last_code or "crashed")
        return True
    try:
        topic.handler(row)
    except Again as again:
        _settle(row, due_at=clock.now() + timedelta(seconds=again.seconds), attempts=0, last_code="waiting")
    except GiveUp as final:
        _give_up(row, topic, final.code)
    except Exception as error:
        code = "gateway_down" if isinstance(error, GatewayDown) else type(error).__name__[:80]
        log.warning("promise %s of topic %s failed: %s", row.id, row.topic, code, exc_info=code != "gateway_down")
        if row.attempts >= topic.tries:
            _give_up(row, topic, code)
        else:
            wait = min(BACKOFF_SECONDS * 2 ** (row.attempts - 1), BACKOFF_CAP_SECONDS)
            _settle(row, due_at=clock.now() + timedelta(seconds=wait), last_code=code)
    else:
        _settle(row, done_at=clock.now(), last_code="")
    return True


def _lease(promise_id: uuid.UUID | str) -> Promise | None:
    now = clock.now()
    with transaction.atomic():
        rows = Promise.objects.open().filter(
            Q(lease_until=None) | Q(lease_until__lt=now), pk=promise_id, due_at__lte=now
        )
        skip = connection.features.has_select_for_update_skip_locked
        row = rows.select_for_update(skip_locked=skip).first()
        if row is None:
            return None
        row.lease_token = uuid.uuid4()
        row.lease_until = now + timedelta(seconds=row.lease_seconds)
        row.attempts += 1
        row.save(update_fields=["lease_token", "lease_until", "attempts"])
    return row


def _settle(row: Promise, **columns: object) -> bool:
    """Write the outcome if the lease is still ours: a slow worker must not overrule the one that took over."""
    held = Promise.objects.filter(pk=row.pk, lease_token=row.lease_token)
    return bool(held.update(lease_until=None, lease_token=None, nudged_at=None, **columns))


def _give_up(row: Promise, topic: Topic, code: str) -> None:
    log.error("promise %s of topic %s given up: %s", row.id, row.topic, code)
    with transaction.atomic():
        if _settle(row, dead_at=clock.now(), last_code=code) and topic.gives_up:
            topic.gives_up(row, code)


def revive(row: Promise) -> None:
    """Try a given-up promise again from the start, on an official's request."""
    Promise.objects.filter(pk=row.pk).exclude(dead_at=None).update(
        dead_at=None, attempts=0, due_at=clock.now(), last_code="revived"
    )
    transaction.on_commit(lambda: nudge(row.pk, row.topic))


def due(*, limit: int = SWEEP_BATCH) -> list[Promise]:
    """Return rows that wait for nobody: due, not leased, not nudged just now."""
    now = clock.now()
    patience = now - timedelta(seconds=NUDGE_PATIENCE_SECONDS)
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    quiet = Q(nudged_at=None) | Q(nudged_at__lt=patience)
    return list(Promise.objects.open().filter(free, quiet, due_at__lte=now).order_by("due_at")[:limit])


def sweep() -> int:
    """Nudge every row that nobody looks after; returns how many."""
    rows = due()
    Promise.objects.filter(pk__in=[row.pk for row in rows]).update(nudged_at=clock.now())
    for row in rows:
        nudge(row.pk, row.topic)
    return len(rows)


def run_due(*, rounds: int = 20) -> int:
    """Keep every due promise in this process (tests, the demonstration loader); returns how many were attempted."""
    done = 0
    for _ in range(rounds):
        waiting = Promise.objects.open().filter(
            Q(lease_until=None) | Q(lease_until__lt=clock.now()), due_at__lte=clock.now()
        )
        ids = list(waiting.order_by("due_at").values_list("pk", flat=True)[:SWEEP_BATCH])
        if not ids:
            break
        done += sum(attempt(pk) for pk in ids)
    return done


def oldest_waiting() -> datetime | None:
    """Return since when the oldest due row waits, or None."""
    return (
        Promise.objects.open()
        .filter(due_at__lte=clock.now())
        .order_by(F("due_at"))
        .values_list("due_at", flat=True)
        .first()
    )
