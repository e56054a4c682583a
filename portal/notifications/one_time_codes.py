"""How a one-time code reaches its phone: outside the inbox, once, and not after it has become useless."""

from uuid import UUID

from django.utils.translation import gettext as _

from portal.accounts import services
from portal.common.models import Promise
from portal.notifications.texting import send_text

TOPIC = "sms.code"
# A code lives for minutes: what has not left after 5 + 10 + 20 + 40 seconds is asked for anew by the person.
TRIES = 5


def send(row: Promise) -> None:
    """Keep a promise of topic "sms.code" (payload: phone_code): send what accounts worded, unless it has expired."""
    letter = services.message_of(UUID(str(row.payload["phone_code"])))
    if letter is not None:
        send_text(row, letter.phone, _("验证码"), letter.text)
