"""The shared registers of other authorities: which adapter asks them."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.accounts.gateways.shared.base import SharedRegisters
from portal.accounts.gateways.shared.simulator import SimulatedRegisters

_ADAPTERS: dict[str, type[SharedRegisters]] = {"simulator": SimulatedRegisters}


def shared_registers() -> SharedRegisters:
    """Return the adapter named by settings.SHARED_REGISTERS; raises ImproperlyConfigured for an unknown name."""
    adapter = _ADAPTERS.get(settings.SHARED_REGISTERS)
    if adapter is None:
        message = f"SHARED_REGISTERS must be one of: {', '.join(sorted(_ADAPTERS))}"
        raise ImproperlyConfigured(message)
    return adapter()
