"""The words of a message, made from its code and parameters in the language of whoever reads it."""

import logging
from dataclasses import dataclass
from urllib.parse import urljoin

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal.common import registry
from portal.notifications.models import Message

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Words:
    """A message as one person reads it; `link` is a path inside the portal, or empty."""

    title: str
    body: str
    link: str


def language_of(chosen: str) -> str:
    """Return the chosen language if the portal speaks it, otherwise its first one."""
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def render(message: Message, *, language: str = "") -> Words:
    """Return the words in `language` (default: the one active now).

    A message whose spec is gone or no longer fits its stored parameters still says that something happened:
    the reader gets neutral words and a link, the log gets the code.
    """
    with translation.override(language_of(language or translation.get_language() or "")):
        link = link_of(message)
        spec = registry.messages.get(message.code)
        try:
            if spec is not None:
                shown = spec.present(message.params)
                return Words(str(spec.title) % shown, str(spec.body) % shown, link)
        except (LookupError, TypeError, ValueError) as error:
            log.error("message %s cannot be worded: %s", message.code, type(error).__name__)  # noqa: TRY400 - parameters stay out of the log
        return Words(_("您的事项有新进展"), _("请登录“证件网办”，到“我的申请”看最新进度。"), link)


def link_of(message: Message) -> str:
    """Return the path the message points to, or "" when it names none or the page is gone."""
    if not message.link:
        return ""
    try:
        return str(reverse(message.link, args=message.link_args))
    except NoReverseMatch:
        log.error("message %s points to a page that does not exist: %s", message.code, message.link)  # noqa: TRY400 - arguments stay out of the log
        return ""


def address_of(path: str) -> str:
    """Return the full address of a path of the portal, for words that leave it."""
    return urljoin(str(settings.PUBLIC_URL), path)
