"""What the portal asks of a scanner for malicious content, whichever it is."""

from typing import Protocol

from portal.common.gateway import GatewayRefused


class NotScanned(GatewayRefused):
    """The scanner will never look through these bytes as it is set up: they are more than it takes."""

    def __init__(self) -> None:
        super().__init__("scanner.too_large")


class Scanner(Protocol):
    """A scanner names what it finds in some bytes, or nothing."""

    def scan(self, data: bytes) -> str:
        """Return the name of the signature found, empty for clean bytes.

        Ends within settings.SCANNER_TIMEOUT_SECONDS; raises GatewayDown (ask again later) or NotScanned.
        """
        ...
