"""The personalisation plant: which adapter speaks to it."""

from django.conf import settings

from applications.gateways.plant.base import Plant
from applications.gateways.plant.simulator import SimulatedPlant

_ADAPTERS: dict[str, type[Plant]] = {"simulator": SimulatedPlant}


def plant() -> Plant:
    """Return the adapter that the settings name."""
    return _ADAPTERS[settings.PLANT]()
