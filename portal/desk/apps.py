"""The officers' desk: queues and the review page across apps."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The officers' desk: queues and the review page across apps."""

    name = "portal.desk"
    label = "desk"
    verbose_name = "审核"
