"""System checks: the channels named in the settings exist."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from portal.notifications import channels


@register()
def channels_exist(app_configs: Sequence[Any] | None, **_kwargs: object) -> list[CheckMessage]:  # noqa: ARG001 - Django's own signature
    """Refuse to start with a channel or an adapter that is not there."""
    problems: list[CheckMessage] = []
    for name in channels.names():
        try:
            channels.contact(name)
            channels.gateway(name)
        except (LookupError, AttributeError):
            adapter = settings.NOTIFICATION_CHANNELS[name]
            hint = f"See portal/notifications/channels/{name}/, or switch the channel off with an empty name."
            problems.append(Error(f"Channel {name!r} has no adapter {adapter!r}.", hint=hint, id="notifications.E001"))
    return problems
