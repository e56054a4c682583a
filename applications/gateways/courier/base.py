"""What the portal asks of a courier, whichever it is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class ParcelState(StrEnum):
    """Where a parcel is."""

    ON_THE_WAY = "on_the_way"
    DELIVERED = "delivered"
    RETURNED = "returned"


@dataclass(frozen=True, repr=False)
class Parcel:
    """One parcel, postage collected from the recipient."""

    recipient: str
    phone: str
    address: str
    postcode: str
    contents: str


class Courier(Protocol):
    """A courier takes each parcel once under its key and tells where it is.

    Both calls end within settings.GATEWAY_TIMEOUT_SECONDS and raise GatewayDown (ask again) or GatewayRefused (code).
    """

    def send(self, parcel: Parcel, *, key: str) -> str:
        """Hand a parcel over and return its tracking number; the same key twice is one parcel."""
        ...

    def state(self, key: str) -> ParcelState | None:
        """Return where the parcel is, or None for one the courier never got."""
        ...
