"""Tell: messages, channels and their delivery."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Tell: messages, channels and their delivery."""

    name = "portal.notifications"
    label = "notifications"
    verbose_name = "通知"
