"""Outside systems of this step, each in a folder of its own; here is chosen which adapter answers."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.accounts.gateways.register.base import PopulationRegister
from portal.accounts.gateways.register.simulator import SimulatedRegister

_REGISTERS: dict[str, type[PopulationRegister]] = {"simulator": SimulatedRegister}


def register_gateway() -> PopulationRegister:
    """Return the adapter named by settings.POPULATION_REGISTER; raises ImproperlyConfigured for an unknown name."""
    adapter = _REGISTERS.get(settings.POPULATION_REGISTER)
    if adapter is None:
        message = f"POPULATION_REGISTER must be one of: {', '.join(sorted(_REGISTERS))}"
        raise ImproperlyConfigured(message)
    return adapter()
