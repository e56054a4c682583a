"""The desk list of messages that reached nobody, with the act that sends them anew."""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.accounts.models import Officer
from portal.common.acting import NATION
from portal.common.site import portal_admin
from portal.common.unmet import Refused
from portal.notifications import services, texts
from portal.notifications.models import Message, UndeliverableMessage

ROLES_THAT_SEND = ("officer", "supervisor")


@admin.register(UndeliverableMessage, site=portal_admin)
class UndeliverableMessageAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Read-only but for one act; rows outside the official's jurisdiction do not exist."""

    list_display = ("title", "tried", "authority", "undeliverable_at")
    list_display_links = ("title",)
    ordering = ("undeliverable_at",)
    fields = ("title", "words", "tried", "authority", "created_at", "undeliverable_at")
    readonly_fields = fields
    actions = ("send_again",)
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[UndeliverableMessage]:
        """Return what nobody has read yet, in the official's jurisdiction; what has no authority is everybody's."""
        rows = super().get_queryset(request).filter(undeliverable_at__isnull=False, read_at=None)
        rows = rows.select_related("user").prefetch_related("deliveries")
        own = _officer(request).authority_id
        if own == NATION:
            return rows
        within = Q(authority__startswith=own[:2]) if own.endswith("0000") else Q(authority=own)
        return rows.filter(within | Q(authority=""))

    @admin.display(description=gettext_lazy("消息"))
    def title(self, row: Message) -> str:
        """Return the first line of the message."""
        return texts.render(row).title

    @admin.display(description=gettext_lazy("内容"))
    def words(self, row: Message) -> str:
        """Return the message as its reader would see it."""
        return texts.render(row).body

    @admin.display(description=gettext_lazy("发送情况"))
    def tried(self, row: Message) -> SafeString | str:
        """Return every channel with its masked address and how it ended."""
        lines = [(way.channel, way.address, way.word) for way in services.sendings(row)]
        return format_html_join(" · ", "{} {} {}", lines) or _("没有可用的手机号或邮箱")

    @admin.action(description=gettext_lazy("重新发送"))
    def send_again(self, request: HttpRequest, rows: QuerySet[UndeliverableMessage]) -> None:
        """Send the chosen messages anew; each refusal is named with what remains to be done."""
        acting = _officer(request).acting
        sent = 0
        for row in rows:
            try:
                services.send_again(row.pk, acting=acting)
                sent += 1
            except Refused as refused:
                for reason in refused.unmet:
                    text = f"{texts.render(row).title}：{reason.text}{reason.remedy}"
                    self.message_user(request, text, messages.ERROR)
        if sent:
            done = ngettext("已重新发送 %(count)s 条消息。", "已重新发送 %(count)s 条消息。", sent) % {"count": sent}
            self.message_user(request, done, messages.SUCCESS)

    def has_view_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:  # noqa: ARG002 - Django's own signature
        """Every official may see the list."""
        return portal_admin.has_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Every official may see the list."""
        return portal_admin.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's own signature
        """Messages come from events alone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:  # noqa: ARG002 - Django's own signature
        """Nothing here is edited by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:  # noqa: ARG002 - Django's own signature
        """What was told stays."""
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Auditors look and do not send."""
        actions = cast("dict[str, Any]", super().get_actions(request))
        return actions if _officer(request).role in ROLES_THAT_SEND else {}


def _officer(request: HttpRequest) -> Officer:
    user: Any = request.user
    return cast("Officer", user.officer)
