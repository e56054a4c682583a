"""What was told to whom (Message) and how it left the house (Delivery): codes with parameters, never text."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.common.models import Keyed


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages by reader and by what is left to do."""

    def of(self, user_id: uuid.UUID) -> "MessageQuerySet":
        """Those of one reader, newest first."""
        return self.filter(user_id=user_id).order_by("-created_at", "-id")

    def unread(self) -> "MessageQuerySet":
        """Not opened yet."""
        return self.filter(read_at=None)

    def undeliverable(self) -> "MessageQuerySet":
        """No channel reached the reader: a person has to look."""
        return self.exclude(undeliverable_at=None)


class Message(Keyed):
    """One message in one person's inbox; its words are made when it is read, in the reader's language."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="told", verbose_name="收件账户"
    )
    code = models.CharField("消息", max_length=60)
    params = models.JSONField(default=dict)
    link = models.CharField(max_length=80, blank=True)
    link_args = models.JSONField(default=list)
    event = models.UUIDField()
    authority = models.CharField("主管机关", max_length=6, blank=True)
    created_at = models.DateTimeField("产生时间")
    read_at = models.DateTimeField("阅读时间", null=True)
    undeliverable_at = models.DateTimeField("送不到的时间", null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "消息"
        verbose_name_plural = "消息"
        constraints = (models.UniqueConstraint(fields=["event", "user", "code"], name="message_once"),)
        indexes = (
            models.Index(fields=["user", "-created_at"], name="message_inbox"),
            models.Index(fields=["user"], name="message_unread", condition=Q(read_at=None)),
            models.Index(
                fields=["undeliverable_at"], name="message_undeliverable", condition=Q(undeliverable_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.id}"


class UndeliverableMessage(Message):
    """The desk list of messages that reached nobody outside the portal."""

    class Meta:
        proxy = True
        verbose_name = "送不到的消息"
        verbose_name_plural = "送不到的消息"


class Delivery(Keyed):
    """One message on one channel; `round` counts the times a person had it sent anew."""

    WAITING, SENT, DELIVERED, BOUNCED, FAILED = "waiting", "sent", "delivered", "bounced", "failed"
    # As far as we know the reader has it, or will.
    HOPEFUL = (WAITING, SENT, DELIVERED)

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField("渠道", max_length=20)
    state = models.CharField("状态", max_length=10, default=WAITING)
    reason = models.CharField("原因", max_length=80, blank=True)
    provider_reference = models.CharField("渠道方编号", max_length=120, blank=True)
    attempts = models.PositiveIntegerField("尝试次数", default=0)
    round = models.PositiveIntegerField("第几次重发", default=0)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "投递"
        verbose_name_plural = "投递"
        constraints = (
            models.UniqueConstraint(fields=["message", "channel"], name="delivery_once_per_channel"),
            models.UniqueConstraint(
                fields=["channel", "provider_reference"],
                name="delivery_accepted_once",
                condition=~Q(provider_reference=""),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent", "delivered", "bounced", "failed"]),
                name="delivery_state_known",
            ),
            # What a provider accepted has the provider's reference, otherwise nobody can ask about it.
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "delivered"]) | ~Q(provider_reference=""),
                name="delivery_accepted_has_reference",
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.state} {self.id}"

    @property
    def key(self) -> str:
        """The idempotency key towards the provider: this delivery, and which time a person asked for it."""
        return f"{self.id}.{self.round}" if self.round else str(self.id)

    def moved(self, *, sources: Iterable[str], **columns: Any) -> bool:
        """Change the row if it is still in one of `sources` and in this round; False when somebody was faster."""
        rows = Delivery.objects.filter(pk=self.pk, state__in=tuple(sources), round=self.round)
        if not rows.update(**columns):
            return False
        for name, value in columns.items():
            setattr(self, name, value)
        return True
