"""Ways out of the house, each a folder that can be deleted whole: contact.py (whom it reaches) and its adapters.

Which adapter serves a channel is settings.NOTIFICATION_CHANNELS: {channel: adapter}; an empty adapter switches the
channel off. An adapter is the module `<channel>/<adapter>.py` with a class `Adapter`.
"""

from importlib import import_module
from typing import Any, cast

from django.conf import settings

from portal.notifications.channels.base import Channel, Contact


def names() -> tuple[str, ...]:
    """Return the channels switched on, in the order in which they are tried."""
    return tuple(name for name, adapter in settings.NOTIFICATION_CHANNELS.items() if adapter)


def gateway(name: str) -> Channel:
    """Return the adapter that serves the channel `name`; raises LookupError for one that is off or unknown."""
    adapter = settings.NOTIFICATION_CHANNELS.get(name)
    if not adapter:
        raise LookupError(f"channel {name} is switched off")
    return cast("Channel", _module(name, adapter).Adapter())


def contact(name: str) -> Contact:
    """Return how the channel `name` finds, masks and names an address; raises LookupError for an unknown one."""
    return cast("Contact", _module(name, "contact").CONTACT)


def _module(channel: str, part: str) -> Any:
    try:
        return import_module(f"{__name__}.{channel}.{part}")
    except ModuleNotFoundError as error:
        raise LookupError(f"there is no {part} for channel {channel}") from error
