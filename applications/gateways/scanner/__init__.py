"""The scanner that looks for malicious content in what applicants upload: which adapter speaks to it."""

from django.conf import settings

from applications.gateways.scanner.base import Scanner
from applications.gateways.scanner.clamav import ClamAV
from applications.gateways.scanner.simulator import SimulatedScanner

_ADAPTERS: dict[str, type[Scanner]] = {"simulator": SimulatedScanner, "clamav": ClamAV}


def scanner() -> Scanner:
    """Return the adapter that the settings name."""
    return _ADAPTERS[settings.SCANNER]()
