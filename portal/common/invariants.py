"""What must hold of the ground floor: the audit trail is whole, and nothing waits that should be done."""

from collections.abc import Iterator
from datetime import timedelta

from portal.common import audit, clock
from portal.common.models import Promise

PATIENCE = timedelta(minutes=5)


def audit_is_whole() -> Iterator[str]:
    """I6: every chain verifies, every event has its link, every anchor still stands."""
    yield from audit.verify()


def nothing_waits_too_long() -> Iterator[str]:
    """I8: no promise has been due for more than five minutes; one that was given up is a person's business."""
    late = Promise.objects.open().filter(due_at__lt=clock.now() - PATIENCE).order_by("due_at")
    yield from (f"promise {pk} of topic {topic} is overdue" for pk, topic in late.values_list("pk", "topic"))
