"""The embedded twin of a courier: parcels travel for a while, come back or vanish from sight on demand.

Faults: `down` (no answer), `accept_then_down` (booked, but the answer is lost), `refuse` (address not served),
`bounce` (the parcel comes back).
"""

from dataclasses import asdict
from datetime import timedelta

from django.conf import settings

from applications.gateways.courier.base import Parcel, ParcelState
from portal.common import clock
from portal.common.crypto import keyed_hash
from portal.common.gateway import GatewayDown, GatewayRefused
from portal.common.simulation import Ledger

TRACKING_DIGITS = 12


class SimulatedCourier:
    """A courier in the same house; its books are its own."""

    ledger = Ledger("courier")

    def send(self, parcel: Parcel, *, key: str) -> str:
        """Book the parcel once and number it."""
        self.ledger.answer_or_fail()
        if self.ledger.trips("refuse"):
            raise GatewayRefused("courier.not_served")
        digits = int(keyed_hash(settings.INDEX_KEY, "courier", key), 16) % 10**TRACKING_DIGITS
        number = f"YS{digits:0{TRACKING_DIGITS}d}"
        self.ledger.once(key, {**asdict(parcel), "number": number}, state=ParcelState.ON_THE_WAY)
        if self.ledger.trips("accept_then_down"):
            raise GatewayDown
        return number

    def state(self, key: str) -> ParcelState | None:
        """Return the state; a parcel arrives when its time has passed."""
        self.ledger.answer_or_fail()
        entry = self.ledger.get(key)
        if entry is None:
            return None
        if entry.state == ParcelState.ON_THE_WAY:
            if self.ledger.trips("bounce"):
                self.ledger.update(key, state=ParcelState.RETURNED)
                return ParcelState.RETURNED
            if clock.now() - entry.at >= timedelta(seconds=settings.SIMULATED_COURIER_SECONDS):
                self.ledger.update(key, state=ParcelState.DELIVERED)
                return ParcelState.DELIVERED
        return ParcelState(entry.state)
