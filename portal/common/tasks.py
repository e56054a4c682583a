"""Tasks of the ground floor: keep one promise, sweep, anchor the audit, beat the workers' hearts."""

from celery import shared_task

from portal.common import audit, heartbeat, outbox


@shared_task
def attempt(promise_id: str) -> None:
    """Keep one promise if it is due and free."""
    outbox.attempt(promise_id)


@shared_task
def sweep() -> None:
    """Nudge every promise that nobody looks after."""
    outbox.sweep()


@shared_task
def anchor_audit() -> None:
    """Write the moved heads of the audit chains to the anchor file."""
    audit.anchor()


@shared_task
def worker_heartbeat(queue: str) -> None:
    """Say that a worker takes tasks from the queue that this one came by."""
    heartbeat.beat(heartbeat.worker_of(queue))
