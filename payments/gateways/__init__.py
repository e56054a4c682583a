"""Payment providers, each in a folder of its own; here is chosen which one takes the money."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from payments.gateways.base import PaymentProvider
from payments.gateways.simulator.cashier import SimulatedCashier

_PROVIDERS: dict[str, type[PaymentProvider]] = {"simulator": SimulatedCashier}


def provider(name: str = "") -> PaymentProvider:
    """Return the provider called `name`, else the one of settings.PAYMENT_PROVIDER; raises ImproperlyConfigured."""
    adapter = _PROVIDERS.get(name or settings.PAYMENT_PROVIDER)
    if adapter is None:
        message = f"PAYMENT_PROVIDER must be one of: {', '.join(sorted(_PROVIDERS))}"
        raise ImproperlyConfigured(message)
    return adapter()
