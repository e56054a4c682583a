"""What must always hold of messages, for the command that looks for breaches."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from portal.common.models import Promise
from portal.notifications.delivery import TOPIC
from portal.notifications.models import Delivery, Message
from portal.notifications.services import chain_of


def every_open_delivery_is_promised() -> Iterable[str]:
    """A delivery whose fate is open has a promise that somebody will keep."""
    for row in Delivery.objects.filter(settled_at=None).iterator():
        if not Promise.objects.open().filter(topic=TOPIC, key=row.key).exists():
            yield f"delivery {row.pk} is {row.state} and nobody has promised it"


def every_lost_message_is_seen() -> Iterable[str]:
    """A message that every channel lost and nobody has read is on the desk list."""
    rows = Delivery.objects.filter(message=OuterRef("pk"))
    lost = Message.objects.unread().filter(
        Exists(rows), ~Exists(rows.filter(state__in=Delivery.HOPEFUL)), undeliverable_at=None
    )
    for key in lost.values_list("pk", flat=True):
        yield f"message {key} reached nobody and is on no list"


def chains() -> Iterable[str]:
    """Return the audit chains that must exist: one for each message that a person had sent anew."""
    again = Delivery.objects.filter(round__gt=0).values_list("message_id", flat=True).distinct()
    return (chain_of(key) for key in again.iterator())


ALL = {
    "open deliveries are promised": every_open_delivery_is_promised,
    "lost messages are on the desk": every_lost_message_is_seen,
}
