"""Whom an e-mail reaches."""

from django.utils.translation import gettext_lazy as _

from portal.notifications.channels.base import Contact


def mask_email(address: str) -> str:
    """Return w***@example.com: the first character and the domain stay."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}***{at}{domain}" if name else "***"


CONTACT = Contact(_("电子邮件"), lambda user: user.email, mask_email)
