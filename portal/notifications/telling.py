"""How something that happened becomes messages: one row for each recipient, once, however often it is told."""

from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from portal.accounts.models import User
from portal.common import clock, outbox, registry
from portal.common.models import Event, Promise
from portal.common.registry import MessageSpec, Told
from portal.notifications import delivery, rules
from portal.notifications.models import Message


def tell(row: Promise) -> None:
    """Keep a promise of topic "message" (payload: code, subject, event): fill the inboxes, promise the deliveries."""
    spec = registry.messages.get(str(row.payload["code"]))
    if spec is None:
        raise outbox.GiveUp("unknown_message")
    try:
        told = spec.find(UUID(str(row.payload["subject"])), row.payload)
    except ObjectDoesNotExist:
        raise outbox.GiveUp("subject_gone") from None
    _check(spec, told)
    event = UUID(str(row.payload["event"]))
    authority = Event.objects.filter(pk=event).values_list("authority", flat=True).first() or ""
    now = clock.now()
    users = User.objects.in_bulk(set(told.recipients))
    messages = {
        message.pk: message
        for message in (
            Message(
                user=user,
                code=spec.code,
                params=dict(told.params),
                link=told.link,
                link_args=list(told.link_args),
                event=event,
                authority=authority,
                created_at=now,
            )
            for user in users.values()
        )
    }
    with transaction.atomic():
        Message.objects.bulk_create(messages.values(), ignore_conflicts=True)
        # Only what was written just now is still to be sent: the rest has deliveries from the first time.
        new = Message.objects.filter(pk__in=list(messages)).values_list("pk", flat=True)
        delivery.start([messages[pk] for pk in new])


def _check(spec: MessageSpec, told: Told) -> None:
    """Refuse text or personal data among the parameters, and parameters that the words would miss."""
    link = {f"link_{number}": value for number, value in enumerate(told.link_args)}
    if rules.find_text({**told.params, **link}):
        raise outbox.GiveUp("text_in_message")
    if spec.sample.keys() - told.params.keys():
        raise outbox.GiveUp("parameter_missing")
