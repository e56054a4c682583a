"""What must always hold of messages, for the command that looks for breaches."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Exists, OuterRef

from portal.common import registry
from portal.common.lifecycle import MESSAGE_TOPIC, tables
from portal.common.models import Event, Promise
from portal.notifications import channels
from portal.notifications.channels.base import Outcome
from portal.notifications.channels.twin import SimulatedChannel
from portal.notifications.delivery import TOPIC
from portal.notifications.models import Delivery, Message
from portal.notifications.services import chain_of
from portal.notifications.telling import TEXT_TOPIC, text_key

# A report is a last word: ours must not be the opposite.
CONTRADICTED = {Delivery.DELIVERED: Outcome.BOUNCED, Delivery.BOUNCED: Outcome.DELIVERED}


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


def every_step_is_told() -> Iterator[str]:
    """I5: what has a message in its table is told; nobody was forgotten in silence.

    It stands in an inbox or was promised as a text message, was said in person, or its promise is open or a person's
    business.
    """
    for table in tables.values():
        for step in table.transitions:
            if not step.message:
                continue
            events = Event.objects.filter(subject_kind=table.name, action=step.action, source__in=step.sources)
            told = Message.objects.filter(code=step.message)
            silent = events.exclude(Exists(told.filter(event=OuterRef("pk"))))
            for event in silent.iterator():
                promised = Promise.objects.filter(topic=MESSAGE_TOPIC, key=str(event.pk), done_at=None).exists()
                # Looked at again: the promise may have been kept just now.
                if (
                    not promised
                    and not told.filter(event=event.pk).exists()
                    and not _told_otherwise(event, step.message)
                ):
                    yield f"event {event.pk}: nobody was told {step.message}"


def _told_otherwise(event: Event, code: str) -> bool:
    """Tell whether a step that is in no inbox was promised as a text message, or said to somebody in person."""
    if Promise.objects.filter(topic=TEXT_TOPIC, key=text_key(code, event.pk)).exists():
        return True
    try:
        found = registry.messages[code].find(event.subject_id, {})
    except ObjectDoesNotExist:
        return False
    return not found.recipients and found.texted is None and found.in_person


def books_agree_with_the_providers() -> Iterator[str]:
    """I5: each provider's twin took what was handed over, once, and nothing else; what is in flight may be either."""
    for name in channels.names():
        channel = channels.gateway(name)
        if not isinstance(channel, SimulatedChannel):
            continue
        sent = Delivery.objects.filter(channel=name).exclude(provider_reference="")
        ours = {
            reference: (pk, state) for pk, state, reference in sent.values_list("pk", "state", "provider_reference")
        }
        # Read after our rows: what is accepted meanwhile is looked up again below.
        theirs = {letter.reference: letter.outcome for letter in channel.received()}
        for reference, (pk, state) in ours.items():
            if reference not in theirs:
                yield f"delivery {pk}: {name} never took {reference}"
            elif theirs[reference] is CONTRADICTED.get(state):
                yield f"delivery {pk} is {state}, {name} says {theirs[reference].value}"
        for reference in sorted(theirs.keys() - ours.keys()):
            if not _was_sent(name, reference.removeprefix(f"{name}-")):
                yield f"{name} took {reference}, which nobody sent"


def _was_sent(channel: str, key: str) -> bool:
    """Tell whether a key the provider knows is that of a call of ours whose answer need not have been written down."""
    name, _, again = key.partition(".")
    try:
        pk = UUID(name)
    except ValueError:
        return False
    row = Delivery.objects.filter(channel=channel, pk=pk).first()
    if row is None:
        # A text message outside the inbox has the promise it keeps as its key.
        return Promise.objects.filter(pk=pk).exists()
    if int(again or 0) != row.round:
        return int(again or 0) < row.round
    return row.attempts > 0 and row.provider_reference in ("", f"{channel}-{key}")


def chains() -> Iterable[str]:
    """Return the audit chains that must exist: one for each message that a person had sent anew."""
    again = Delivery.objects.filter(round__gt=0).values_list("message_id", flat=True).distinct()
    return (chain_of(key) for key in again.iterator())


ALL = {
    "I5 every step is told": every_step_is_told,
    "I5 books agree with the providers": books_agree_with_the_providers,
    "open deliveries are promised": every_open_delivery_is_promised,
    "lost messages are on the desk": every_lost_message_is_seen,
}
