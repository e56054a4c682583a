"""The simulated cashier's post: it tells the portal how an order ended, with the faults armed on it.

A real provider calls the portal's callback address over HTTP. The twin builds the same message, headers and body,
and hands it to the function behind that address: a worker that calls its own web server would need to know where
that is, and would fail for reasons no real provider has.
"""

from datetime import timedelta

from payments import callbacks
from payments.gateways.simulator import cashier, signing
from portal.common import clock, outbox
from portal.common.gateway import GatewayDown
from portal.common.models import Promise

TOPIC = "cashier.callback"
LATE_SECONDS = 120
NO_SIGNATURE = "0" * 64


def announce(reference: str) -> None:
    """Promise the callback about an order that has just ended: once, unless a fault is armed."""
    faults = cashier.books()
    if faults.trips("lost"):
        return
    delay = LATE_SECONDS if faults.trips("late") else 0
    copies = 2 if faults.trips("double") else 1
    if faults.trips("forged"):
        _promise(reference, "forged", 0)
    for copy in range(copies):
        _promise(reference, str(copy), delay)


def _promise(reference: str, mark: str, delay: int) -> None:
    after = clock.now() + timedelta(seconds=delay)
    payload = {"reference": reference, "mark": mark}
    outbox.promise(TOPIC, key=f"{reference}:{mark}", payload=payload, after=after)


def deliver(row: Promise) -> None:
    """Send one callback; an answer other than 200 is tried again, as real providers do."""
    body = cashier.message_about(str(row.payload["reference"]))
    headers = signing.signed_headers(body)
    is_forged = row.payload["mark"] == "forged"
    if is_forged:
        headers[signing.SIGNATURE] = NO_SIGNATURE
    answer = callbacks.receive(cashier.SimulatedCashier.name, headers, body, sender=TOPIC)
    if answer.status != callbacks.BOOKED and not is_forged:
        raise GatewayDown
