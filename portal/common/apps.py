"""The ground floor as a Django application."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Tools of every step."""

    name = "portal.common"
    label = "common"
    verbose_name = "公共"

    def ready(self) -> None:
        """Register the system checks and the invariants."""
        from portal.common import checks, invariants, registry  # noqa: F401, PLC0415 - apps.py is where this happens

        registry.invariants["I2 histories are whole"] = invariants.histories_are_whole
        registry.invariants["I6 the audit trail is whole"] = invariants.audit_is_whole
        registry.invariants["I8 nothing waits too long"] = invariants.nothing_waits_too_long
