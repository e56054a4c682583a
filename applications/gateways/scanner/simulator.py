"""The embedded twin of a scanner: it knows one signature, the harmless test file that every scanner knows (EICAR).

It protects nobody: production settings name the real one. Faults: `down` (no answer), `finds` (something is found in
whatever is sent), `too_large` (whatever is sent is more than it takes).
"""

from applications.gateways.scanner.base import NotScanned
from portal.common.simulation import Ledger

# In two parts, so that no scanner takes this file for the test file.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = "Eicar-Test-Signature"


class SimulatedScanner:
    """A scanner in the same house; it keeps nothing of what it is sent."""

    ledger = Ledger("scanner")

    def scan(self, data: bytes) -> str:
        """See Scanner.scan."""
        self.ledger.answer_or_fail()
        if self.ledger.trips("too_large"):
            raise NotScanned
        return SIGNATURE if EICAR in data or self.ledger.trips("finds") else ""
