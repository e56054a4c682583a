"""How a message leaves the house: handed over once, found again after a crash, followed until its fate is known."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import F

from portal.common import clock, outbox, registry
from portal.common.gateway import GatewayRefused
from portal.common.models import Promise
from portal.notifications import channels, texts
from portal.notifications.channels.base import Channel, Outcome
from portal.notifications.models import Delivery, Message

TOPIC = "notifications.deliver"
# Long enough for a provider's bad hour: 5 s, 10 s, … up to 15 min between tries.
TRIES = 12
# After this long without a report a message counts as lost.
PATIENCE = timedelta(hours=24)
# How often the provider is asked, by how long ago it took the message.
ASKED_EVERY = ((timedelta(minutes=2), 5), (timedelta(hours=1), 60), (PATIENCE, 900))


def reachable(message: Message) -> list[str]:
    """Return the channels the message may use and its reader has an address for, in the order of its spec."""
    spec = registry.messages.get(message.code)
    wanted: Sequence[str] = spec.channels if spec else channels.names()
    on = channels.names()
    return [name for name in wanted if name in on and channels.contact(name).address(message.user)]


def start(messages: Iterable[Message]) -> None:
    """Write the first deliveries of new messages and promise them, inside the caller's transaction.

    A message that should leave the house and cannot goes straight to the desk.
    """
    now = clock.now()
    rows: list[Delivery] = []
    for message in messages:
        spec = registry.messages.get(message.code)
        names = reachable(message)
        if not names and spec and set(spec.channels) & set(channels.names()):
            Message.objects.filter(pk=message.pk).update(undeliverable_at=now)
        first = names if spec is None or spec.at_once else names[:1]
        rows += [Delivery(message=message, channel=name, created_at=now) for name in first]
    Delivery.objects.bulk_create(rows)
    outbox.promise_all([_step(row) for row in rows])


def _step(row: Delivery) -> outbox.Step:
    return outbox.Step(TOPIC, row.key, {"delivery": str(row.pk), "round": row.round})


def _promised(row: Promise) -> Delivery | None:
    """Return the delivery a promise speaks of, or None when a person has had it sent anew since."""
    rows = Delivery.objects.select_related("message__user")
    return rows.filter(pk=row.payload["delivery"], round=row.payload["round"]).first()


def deliver(row: Promise) -> None:
    """Keep a promise of topic "notifications.deliver": hand the message over, then follow it."""
    delivery = _promised(row)
    if delivery is None or delivery.settled_at:
        return
    try:
        channel = channels.gateway(delivery.channel)
        if delivery.state == Delivery.WAITING:
            _hand_over(delivery, channel)
        _follow(delivery, channel)
    except LookupError:
        lose(delivery, "channel_off")
    except GatewayRefused as refused:
        lose(delivery, refused.code)


def give_up(row: Promise, code: str) -> None:
    """Settle the delivery of a promise that was given up: the next channel takes over, or a person."""
    delivery = _promised(row)
    if delivery is not None:
        lose(delivery, code)


def _hand_over(delivery: Delivery, channel: Channel) -> None:
    message = delivery.message
    to = channels.contact(delivery.channel).address(message.user)
    if not to:
        raise GatewayRefused("no_address")
    # An earlier try may have reached the provider and ended before its answer was written down: ask, then send.
    receipt = channel.find(delivery.key) if delivery.attempts else None
    if receipt is None:
        # Written before the call, so that whoever comes after a crash knows there was one.
        Delivery.objects.filter(pk=delivery.pk).update(attempts=F("attempts") + 1)
        words = texts.render(message, language=message.user.language)
        body = f"{words.body}\n{texts.address_of(words.link)}" if words.link else words.body
        receipt = channel.send(to, words.title, body, key=delivery.key)
    columns = {"state": Delivery.SENT, "provider_reference": receipt.reference, "sent_at": clock.now()}
    delivery.moved(sources=[Delivery.WAITING], **columns)


def _follow(delivery: Delivery, channel: Channel) -> None:
    if delivery.state != Delivery.SENT or delivery.sent_at is None:
        return
    outcome = channel.outcome(delivery.provider_reference)
    now = clock.now()
    if outcome is Outcome.DELIVERED:
        delivery.moved(sources=[Delivery.SENT], state=Delivery.DELIVERED, settled_at=now)
    elif outcome is Outcome.UNREPORTED:
        delivery.moved(sources=[Delivery.SENT], settled_at=now)
    elif outcome is Outcome.BOUNCED:
        lose(delivery, "bounced", state=Delivery.BOUNCED)
    else:
        waited = now - delivery.sent_at
        for until, seconds in ASKED_EVERY:
            if waited < until:
                raise outbox.Again(seconds)
        lose(delivery, "no_report")


def lose(delivery: Delivery, reason: str, *, state: str = Delivery.FAILED) -> None:
    """Settle a delivery that did not arrive and hand its message on."""
    with transaction.atomic():
        lost = delivery.moved(
            sources=[Delivery.WAITING, Delivery.SENT], state=state, reason=reason[:80], settled_at=clock.now()
        )
        if lost:
            _hand_on(delivery.message_id)


def _hand_on(message_id: uuid.UUID) -> None:
    """Use the next channel, or, when every one is used up and the reader has not seen it, call a person."""
    # The lock makes two deliveries that are lost together see each other.
    message = Message.objects.select_for_update().get(pk=message_id)
    states = dict(message.deliveries.values_list("channel", "state"))
    if message.read_at or any(state in Delivery.HOPEFUL for state in states.values()):
        return
    following = [name for name in reachable(message) if name not in states]
    if following:
        row = Delivery.objects.create(message=message, channel=following[0], created_at=clock.now())
        outbox.promise_all([_step(row)])
    else:
        message.undeliverable_at = clock.now()
        message.save(update_fields=["undeliverable_at"])


def begin_again(message: Message) -> list[str]:
    """Have an undeliverable message sent anew on every channel that has an address; returns the channels.

    Runs inside the caller's transaction, which holds the message's lock. A new round has a key of its own: under the
    old one the provider would rightly answer with the old failure.
    """
    now = clock.now()
    names = reachable(message)
    earlier = {row.channel: row for row in message.deliveries.all()}
    rows = []
    for name in names:
        row = earlier.get(name) or Delivery(message=message, channel=name, created_at=now)
        if name in earlier:
            row.round += 1
            row.state, row.reason, row.provider_reference = Delivery.WAITING, "", ""
            row.attempts, row.sent_at, row.settled_at = 0, None, None
        row.save()
        rows.append(row)
    outbox.promise_all([_step(row) for row in rows])
    return names
