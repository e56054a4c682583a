"""The portrait: standards, inspection, crop."""

from django.apps import AppConfig


class PhotosConfig(AppConfig):
    """The portrait: standards, inspection, crop."""

    name = "photos"
    label = "photos"
    verbose_name = "照片"
