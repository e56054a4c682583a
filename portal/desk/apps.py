"""The officers' desk: queues and the review page across apps."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The officers' desk: queues and the review page across apps."""

    name = "portal.desk"
    label = "desk"
    verbose_name = "审核"

    def ready(self) -> None:
        """Put the lists of the desk on the admin site."""
        from portal.desk import admin  # noqa: F401, PLC0415 - apps.py is where registration happens
