"""The citizen's inbox: the list, one message, everything read."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.models import User
from portal.common.access import citizen
from portal.common.templatetags.portal import moment
from portal.notifications import services, texts
from portal.notifications.models import Message

PAGE_SIZE = 20


@require_safe
@citizen
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the person's messages, newest first, and where they are also sent."""
    user = _reader(request)
    page = Paginator(services.inbox(user), PAGE_SIZE).get_page(request.GET.get("page"))
    lines = [_line(letter) for letter in page]
    context = {"lines": lines, "page": page, "addresses": services.addresses(user)}
    return render(request, "notifications/inbox.html", context)


@require_safe
@citizen
def message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Show one message and mark it read; another person's message looks like one that does not exist."""
    try:
        opened = services.open_message(_reader(request), message_id)
    except Message.DoesNotExist:
        raise Http404 from None
    context = {"letter": opened, "words": texts.render(opened), "sendings": services.sendings(opened)}
    return render(request, "notifications/message.html", context)


@require_POST
@citizen
def mark_all_read(request: HttpRequest) -> HttpResponse:
    """Mark everything read and go back to the list."""
    count = services.mark_all_read(_reader(request))
    if count:
        text = ngettext("%(count)s 条消息已标为已读", "%(count)s 条消息已标为已读", count)
        messages.success(request, text % {"count": count})
    else:
        messages.info(request, _("没有未读消息"))
    return redirect("notifications:inbox")


def _reader(request: HttpRequest) -> User:
    # The decorator let nobody else in.
    return cast("User", request.user)


def _line(letter: Message) -> dict[str, object]:
    """Return one message as a line of the list."""
    words = texts.render(letter)
    line: dict[str, object] = {
        "title": words.title,
        "hint": _("%(at)s，%(body)s") % {"at": moment(letter.created_at), "body": words.body},
        "href": reverse("notifications:message", args=[letter.pk]),
    }
    if letter.read_at is None:
        line |= {"tag": _("未读"), "tag_kind": "act", "tag_icon": "mail"}
    return line
