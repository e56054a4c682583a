"""How something that happened becomes messages: one row for each recipient, once, however often it is told.

Whoever has no account is told the same words in a text message.
"""

from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils import translation

from portal.accounts.models import User
from portal.common import clock, outbox, registry
from portal.common.models import Event, Promise
from portal.common.phrases import remark, titled
from portal.common.registry import MessageSpec, Told
from portal.notifications import delivery, rules
from portal.notifications.models import Message
from portal.notifications.texting import send_text
from portal.notifications.texts import address_of, language_of

TEXT_TOPIC = "notifications.text"


def tell(row: Promise) -> None:
    """Keep a promise of topic "message" (payload: code, subject, event): fill the inboxes, promise the deliveries."""
    spec, told = _found(row)
    event = UUID(str(row.payload["event"]))
    if not told.recipients:
        if told.texted is not None:
            outbox.promise(TEXT_TOPIC, key=text_key(spec.code, event), payload=row.payload)
        elif not told.in_person:
            raise outbox.GiveUp("nobody_to_tell")
        return
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


def text(row: Promise) -> None:
    """Keep a promise of topic "notifications.text" (payload as of "message"): tell somebody who has no account."""
    spec, told = _found(row)
    if told.texted is None:
        raise outbox.GiveUp("no_phone")
    with translation.override(language_of(told.texted.language)):
        shown = spec.present(told.params)
        words = titled(str(spec.title) % shown, str(spec.body) % shown)
        if told.texted.advice:
            words = remark(words, told.texted.advice)
        send_text(row, told.texted.phone, str(spec.title) % shown, f"{words} {address_of(told.texted.path)}")


def text_key(code: str, event: UUID) -> str:
    """Return the key of the promise to tell something that happened by text message."""
    return f"{code}:{event}"


def _found(row: Promise) -> tuple[MessageSpec, Told]:
    spec = registry.messages.get(str(row.payload["code"]))
    if spec is None:
        raise outbox.GiveUp("unknown_message")
    try:
        told = spec.find(UUID(str(row.payload["subject"])), row.payload)
    except ObjectDoesNotExist:
        raise outbox.GiveUp("subject_gone") from None
    _check(spec, told)
    return spec, told


def _check(spec: MessageSpec, told: Told) -> None:
    """Refuse text or personal data among the parameters, and parameters that the words would miss."""
    link = {f"link_{number}": value for number, value in enumerate(told.link_args)}
    if rules.find_text({**told.params, **link}):
        raise outbox.GiveUp("text_in_message")
    if spec.sample.keys() - told.params.keys():
        raise outbox.GiveUp("parameter_missing")
