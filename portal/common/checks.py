"""System checks: settings without which the portal must not start."""

import base64
import binascii
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

KEY_BYTES = 32


@register()
def keys_are_whole(**kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's own signature
    """Every key is 32 bytes in base64, and there is at least one sealing key."""
    wanted = {"INDEX_KEY": settings.INDEX_KEY, "AUDIT_KEY": settings.AUDIT_KEY, "CASHIER_KEY": settings.CASHIER_KEY}
    for entry in settings.SEALING_KEYS or [":"]:
        key_id, _, value = entry.partition(":")
        wanted[f"SEALING_KEYS[{key_id}]"] = value
    found: list[CheckMessage] = []
    for name, value in wanted.items():
        try:
            whole = len(base64.b64decode(value, validate=True)) == KEY_BYTES
        except binascii.Error:
            whole = False
        if not whole:
            found.append(
                Error(f"{name} is not 32 bytes in base64", hint="Set it in the environment.", id="portal.E001")
            )
    return found
