"""The ground floor as a Django application."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Tools of every step."""

    name = "portal.common"
    label = "common"
    verbose_name = "公共"

    def ready(self) -> None:
        """Register the system checks."""
        from portal.common import checks  # noqa: F401, PLC0415 - apps.py is where registration happens
