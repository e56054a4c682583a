"""Text messages outside the inbox: to a phone that has no account, or before there is one."""

from portal.common import outbox
from portal.common.gateway import GatewayRefused
from portal.common.models import Promise
from portal.common.unmet import Text
from portal.notifications import channels

CHANNEL = "sms"


def send_text(row: Promise, phone: str, title: Text, text: str) -> None:
    """Send one text message in keeping the promise `row`, whose id is the key towards the provider.

    Raises outbox.GiveUp when the channel is off or the provider refuses the number, GatewayDown when it is away.
    """
    try:
        channel = channels.gateway(CHANNEL)
        # From the second attempt on the provider may have it already.
        if row.attempts > 1 and channel.find(str(row.id)):
            return
        channel.send(phone, str(title), text, key=str(row.id))
    except LookupError:
        raise outbox.GiveUp("channel_off") from None
    except GatewayRefused as refused:
        raise outbox.GiveUp(refused.code) from None
