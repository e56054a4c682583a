"""The embedded twin of a plant: takes orders, needs time, spoils or rejects blanks on demand.

Faults: `down` (no answer), `accept_then_down` (booked, but the answer is lost), `reject` (refused for good),
`spoil` (the blank is spoiled), `stall` and `late` (real seconds pass before and after the order is booked).
"""

from dataclasses import asdict
from datetime import timedelta

from django.conf import settings

from applications.gateways.plant.base import ProductionOrder, ProductionState
from portal.common import clock
from portal.common.gateway import GatewayDown, GatewayRefused
from portal.common.simulation import Ledger


class SimulatedPlant:
    """A plant in the same house; its books are its own."""

    ledger = Ledger("plant")

    def order(self, order: ProductionOrder, *, key: str) -> None:
        """Book the order once; how often it was placed is counted."""
        self.ledger.answer_or_fail()
        if self.ledger.trips("reject"):
            raise GatewayRefused("plant.rejected")
        self.ledger.dawdle("stall")
        body = {name: str(value) for name, value in asdict(order).items() if name != "portrait"}
        self.ledger.once(key, {**body, "portrait_bytes": len(order.portrait)}, state=ProductionState.QUEUED)
        self.ledger.dawdle("late")
        if self.ledger.trips("accept_then_down"):
            raise GatewayDown

    def state(self, key: str) -> ProductionState | None:
        """Return the state; an order is done when its time has passed."""
        self.ledger.answer_or_fail()
        entry = self.ledger.get(key)
        if entry is None:
            return None
        if entry.state == ProductionState.QUEUED:
            if self.ledger.trips("spoil"):
                self.ledger.update(key, state=ProductionState.SPOILED)
                return ProductionState.SPOILED
            if clock.now() - entry.at >= timedelta(seconds=settings.SIMULATED_PLANT_SECONDS):
                self.ledger.update(key, state=ProductionState.DONE)
                return ProductionState.DONE
        return ProductionState(entry.state)
