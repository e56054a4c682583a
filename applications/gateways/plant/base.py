"""What the portal asks of a personalisation plant, whichever it is."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


class ProductionState(StrEnum):
    """Where an order stands at the plant."""

    QUEUED = "queued"
    DONE = "done"
    SPOILED = "spoiled"


@dataclass(frozen=True, repr=False)
class ProductionOrder:
    """What is printed: `kind` of the catalogue, the holder's data, a 354×472 JPEG portrait and the zone if any."""

    kind: str
    number: str
    surname: str
    given: str
    name: str
    sex: str
    born: date
    issued_on: date
    expires_on: date
    authority: str
    mrz: str
    portrait: bytes


class Plant(Protocol):
    """A plant takes each order once under its key, and tells how far it is.

    Both calls end within settings.GATEWAY_TIMEOUT_SECONDS and raise GatewayDown (ask again) or GatewayRefused (code).
    """

    def order(self, order: ProductionOrder, *, key: str) -> None:
        """Place an order; the same key twice is one order.

        The portal asks for the state before it orders again. Between question and order it may still die, or two of its
        workers meet: only the plant can see to it that one key is never printed twice, so it must.
        """
        ...

    def state(self, key: str) -> ProductionState | None:
        """Return where the order stands, or None for one the plant never got."""
        ...
