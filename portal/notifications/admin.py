"""The desk list of messages that reached nobody, with the act that sends them anew."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.common.admin import RoleAdmin, acting_of, sentences, within_jurisdiction
from portal.common.site import portal_admin
from portal.common.unmet import Refused
from portal.notifications import services, texts
from portal.notifications.models import Message, UndeliverableMessage


@admin.register(UndeliverableMessage, site=portal_admin)
class UndeliverableMessageAdmin(RoleAdmin):
    """What no channel could deliver and nobody has read: read-only but for one act."""

    roles_send: ClassVar[tuple[str, ...]] = ("officer", "supervisor")
    # Filtered in get_queryset: a message of no authority is everybody's.
    authority_path = ""
    list_display = ("title", "tried", "authority", "undeliverable_at")
    ordering = ("undeliverable_at",)
    fields = ("title", "words", "tried", "authority", "created_at", "undeliverable_at")
    actions = ("send_again",)
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the unread ones of the official's jurisdiction, and those that belong to no authority."""
        rows = super().get_queryset(request).filter(undeliverable_at__isnull=False, read_at=None)
        own = within_jurisdiction(rows, acting_of(request), path="authority") | rows.filter(authority="")
        return own.select_related("user").prefetch_related("deliveries")

    @admin.display(description=gettext_lazy("消息"))
    def title(self, row: Message) -> str:
        """Return the first line of the message."""
        return texts.render(row).title

    @admin.display(description=gettext_lazy("内容"))
    def words(self, row: Message) -> str:
        """Return the message as its reader would see it."""
        return texts.render(row).body

    @admin.display(description=gettext_lazy("发送情况"))
    def tried(self, row: Message) -> str:
        """Return every channel with its masked address and how it ended."""
        lines = [(way.channel, way.address, way.word) for way in services.sendings(row)]
        return format_html_join("；", "{} {} {}", lines) or _("没有可用的手机号或邮箱")

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Auditors look and do not send."""
        return self._has_role(request, self.roles_send)

    @admin.action(description=gettext_lazy("重新发送"), permissions=["send"])
    def send_again(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Send the chosen messages anew; each refusal is named with what remains to be done."""
        sent = 0
        for row in rows:
            try:
                services.send_again(row.pk, acting=acting_of(request))
                sent += 1
            except Refused as refused:
                for reason in sentences(refused.unmet):
                    text = _("%(title)s：%(reason)s") % {"title": texts.render(row).title, "reason": reason}
                    self.message_user(request, text, messages.ERROR)
        if sent:
            done = ngettext("已重新发送 %(count)s 条消息。", "已重新发送 %(count)s 条消息。", sent) % {"count": sent}
            self.message_user(request, done, messages.SUCCESS)
