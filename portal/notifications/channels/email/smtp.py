"""Real e-mail over SMTP, by Django's own mail settings (PORTAL_EMAIL_HOST and its neighbours).

An SMTP server cannot be asked what it took, so `find` knows nothing: after an answer lost on the way the mail is sent
again under the same Message-ID, by which mail stores drop the second copy. It reports no outcome either; bounces come
to the return address, not to us.
"""

from email.utils import parseaddr
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from portal.common.gateway import GatewayDown, GatewayRefused
from portal.notifications.channels.base import Outcome, Receipt

_PERMANENT = 500


class Adapter:
    """A Channel over django.core.mail."""

    def send(self, to: str, title: str, body: str, *, key: str) -> Receipt:
        """See Channel.send; a 5xx answer about the recipient or the mail is permanent."""
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
        reference = f"<{key}@{domain}>"
        mail = EmailMessage(title, body, to=[to], headers={"Message-ID": reference})
        mail.connection = get_connection(timeout=settings.GATEWAY_TIMEOUT_SECONDS)
        try:
            mail.send()
        except SMTPRecipientsRefused as refused:
            raise _verdict([code for code, _ in refused.recipients.values()]) from None
        except SMTPDataError as answered:
            raise _verdict([answered.smtp_code]) from None
        except (SMTPException, OSError):
            # A refused sign-in or sender is our own fault and may be mended: try again. The texts of these errors
            # quote addresses, so none of it goes on.
            raise GatewayDown("email.no_answer") from None
        return Receipt(reference)

    def find(self, key: str) -> Receipt | None:  # noqa: ARG002 - the protocol's signature
        """See Channel.find: SMTP keeps no books that could be asked."""
        return None

    def outcome(self, reference: str) -> Outcome:  # noqa: ARG002 - the protocol's signature
        """See Channel.outcome: SMTP says no more than that it took the mail."""
        return Outcome.UNREPORTED


def _verdict(codes: list[int]) -> GatewayDown | GatewayRefused:
    if codes and min(codes) >= _PERMANENT:
        return GatewayRefused("email.refused")
    return GatewayDown("email.try_later")
