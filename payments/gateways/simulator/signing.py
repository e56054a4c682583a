"""How the simulated cashier signs its callbacks: HMAC-SHA256 over time, nonce and body, good for five minutes."""

import hmac
import secrets
from collections.abc import Mapping

from django.conf import settings

from payments.gateways.base import Forged
from portal.common import clock
from portal.common.crypto import keyed_hash

TOLERANCE_SECONDS = 300
TIMESTAMP, NONCE, SIGNATURE = "X-Cashier-Timestamp", "X-Cashier-Nonce", "X-Cashier-Signature"


def signature_of(timestamp: str, nonce: str, body: bytes) -> str:
    """Return the hexadecimal signature of a message."""
    return keyed_hash(settings.CASHIER_KEY, "callback", timestamp, nonce, body)


def signed_headers(body: bytes) -> dict[str, str]:
    """Return the headers the cashier sends with `body` now."""
    timestamp, nonce = str(int(clock.now().timestamp())), secrets.token_hex(16)
    return {TIMESTAMP: timestamp, NONCE: nonce, SIGNATURE: signature_of(timestamp, nonce, body)}


def check(headers: Mapping[str, str], body: bytes) -> str:
    """Return the nonce of a fresh, genuine message; raises Forged otherwise."""
    lowered = {name.lower(): value for name, value in headers.items()}
    timestamp, nonce, signature = (lowered.get(name.lower(), "") for name in (TIMESTAMP, NONCE, SIGNATURE))
    if not hmac.compare_digest(signature_of(timestamp, nonce, body).encode(), signature.encode()):
        raise Forged("signature")
    # Only a genuine message gets this far, so the parts can be read.
    if abs(clock.now().timestamp() - int(timestamp)) > TOLERANCE_SECONDS:
        raise Forged("stale")
    return nonce


def page_token(reference: str) -> str:
    """Return the secret end of a cashier page's address (128 bits)."""
    return keyed_hash(settings.CASHIER_KEY, "page", reference)[:32]
