"""The front door: start page and a person's own documents."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """The front door: start page and a person's own documents."""

    name = "portal.home"
    label = "home"
    verbose_name = "首页"
