"""The courier: which adapter speaks to it."""

from django.conf import settings

from applications.gateways.courier.base import Courier
from applications.gateways.courier.simulator import SimulatedCourier

_ADAPTERS: dict[str, type[Courier]] = {"simulator": SimulatedCourier}


def courier() -> Courier:
    """Return the adapter that the settings name."""
    return _ADAPTERS[settings.COURIER]()
