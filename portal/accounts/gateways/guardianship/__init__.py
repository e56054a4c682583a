"""The register of guardianship: which adapter answers."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.accounts.gateways.guardianship.base import GuardianshipRegister
from portal.accounts.gateways.guardianship.simulator import SimulatedGuardianships

_ADAPTERS: dict[str, type[GuardianshipRegister]] = {"simulator": SimulatedGuardianships}


def guardianship_register() -> GuardianshipRegister:
    """Return the adapter named by settings.SHARED_REGISTERS; raises ImproperlyConfigured for an unknown name."""
    adapter = _ADAPTERS.get(settings.SHARED_REGISTERS)
    if adapter is None:
        message = f"SHARED_REGISTERS must be one of: {', '.join(sorted(_ADAPTERS))}"
        raise ImproperlyConfigured(message)
    return adapter()
