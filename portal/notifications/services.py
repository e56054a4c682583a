"""The public face of notifications: reading the inbox, and sending anew what reached nobody."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.common import audit, clock
from portal.common.acting import Acting
from portal.common.unmet import Refused, Text, Unmet
from portal.notifications import channels, delivery
from portal.notifications.models import Delivery, Message, MessageQuerySet
from portal.notifications.texting import send_text
from portal.notifications.texts import address_of

__all__ = [
    "STATE_WORDS",
    "Sending",
    "address_of",
    "addresses",
    "chain_of",
    "count_unread",
    "inbox",
    "mark_all_read",
    "open_message",
    "send_again",
    "send_text",
    "sendings",
]

STATE_WORDS: dict[str, Text] = {
    Delivery.WAITING: _("正在发送"),
    Delivery.SENT: _("已发出"),
    Delivery.DELIVERED: _("已送达"),
    Delivery.BOUNCED: _("没送到，被退回"),
    Delivery.FAILED: _("没送到"),
}


@dataclass(frozen=True)
class Sending:
    """How one message left the house, as its reader may see it: the address is masked."""

    channel: Text
    address: str
    state: str
    word: Text


def inbox(user: User) -> MessageQuerySet:
    """Return the messages of one person, newest first."""
    return Message.objects.of(user.pk)


def count_unread(user_id: UUID) -> int:
    """Return how many messages wait to be opened; one query over a partial index."""
    return Message.objects.filter(user_id=user_id).unread().count()


def open_message(user: User, message_id: UUID) -> Message:
    """Return one of the person's own messages and mark it read; raises Message.DoesNotExist for any other."""
    message = inbox(user).get(pk=message_id)
    if message.read_at is None:
        message.read_at = clock.now()
        Message.objects.filter(pk=message.pk).unread().update(read_at=message.read_at)
    return message


def mark_all_read(user: User) -> int:
    """Mark every message of the person read; returns how many were not."""
    return inbox(user).unread().order_by().update(read_at=clock.now())


def addresses(user: User) -> list[tuple[Text, str]]:
    """Return (name of the channel, masked address) for every channel that reaches the person."""
    reached = []
    for name in channels.names():
        contact = channels.contact(name)
        address = contact.address(user)
        if address:
            reached.append((contact.label, contact.mask(address)))
    return reached


def sendings(message: Message) -> list[Sending]:
    """Return how the message left the house, oldest first; a channel that no longer exists is left out."""
    rows = []
    # Sorted here: the desk list has fetched the deliveries of all its messages in one query.
    for row in sorted(message.deliveries.all(), key=lambda row: (row.created_at, row.channel)):
        try:
            contact = channels.contact(row.channel)
        except LookupError:
            continue
        address = contact.mask(contact.address(message.user)) if contact.address(message.user) else ""
        rows.append(Sending(contact.label, address, row.state, STATE_WORDS[row.state]))
    return rows


def send_again(message_id: UUID, *, acting: Acting) -> list[str]:
    """Send an undeliverable message anew, after a person has looked at it; returns the channels used.

    Raises Refused (message.not_undeliverable, message.no_address, jurisdiction).
    """
    with transaction.atomic():
        message = Message.objects.select_for_update().get(pk=message_id)
        if message.authority and not acting.covers(message.authority):
            raise Refused([Unmet("jurisdiction", _("这条消息不归您的机关管辖。"), remedy=_("请转交主管机关。"))])
        if message.undeliverable_at is None:
            text, remedy = _("这条消息不在“送不到的消息”里。"), _("请刷新页面，看最新的状态。")
            raise Refused([Unmet("message.not_undeliverable", text, remedy=remedy)])
        names = delivery.begin_again(message)
        if not names:
            text, remedy = _("收件人没有可用的手机号或邮箱。"), _("请按案卷里的地址邮寄纸质通知。")
            raise Refused([Unmet("message.no_address", text, remedy=remedy)])
        message.undeliverable_at = None
        message.save(update_fields=["undeliverable_at"])
        content = {"code": message.code, "channels": names}
        audit.append(chain_of(message.pk), "message.sent_again", acting=acting, content=content)
    return names


def chain_of(message_id: UUID) -> str:
    """Return the audit chain of what people did about one message."""
    return f"message:{message_id}"
