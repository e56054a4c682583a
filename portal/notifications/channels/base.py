"""What every channel promises: take a message once per key, find it again by that key, say what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from portal.accounts.models import User
from portal.common.unmet import Text


@dataclass(frozen=True)
class Receipt:
    """The provider took the message; `reference` is its own number for it."""

    reference: str


class Outcome(Enum):
    """What became of a message the provider took."""

    PENDING = "pending"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    # This provider never reports more than that it took the message.
    UNREPORTED = "unreported"


class Channel(Protocol):
    """One provider. Every call ends within settings.GATEWAY_TIMEOUT_SECONDS."""

    def send(self, to: str, title: str, body: str, *, key: str) -> Receipt:
        """Hand over a message; the same `key` twice is one message.

        Raises GatewayDown when it is unknown whether the message was taken (ask `find` before sending again) and
        GatewayRefused(code) when the provider will never take it.
        """
        ...

    def find(self, key: str) -> Receipt | None:
        """Return what the provider booked under `key`, or None; raises GatewayDown.

        A provider that cannot be asked returns None: it must then drop the second copy itself.
        """
        ...

    def outcome(self, reference: str) -> Outcome:
        """Return what became of the message `reference`; raises GatewayDown."""
        ...


@dataclass(frozen=True)
class Contact:
    """Whom a channel reaches: the name of the channel, the address of a sign-in ("" for none), and its masked form."""

    label: Text
    address: Callable[[User], str]
    mask: Callable[[str], str]
