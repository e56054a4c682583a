"""The case: one form, several documents, from draft to delivery."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """The case: one form, several documents, from draft to delivery."""

    name = "applications"
    label = "applications"
    verbose_name = "申请"
