"""Count: roll-ups of what happened, for supervisors."""

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    """Registers what must hold of the figures."""

    name = "portal.statistics"
    label = "statistics"
    verbose_name = "统计"

    def ready(self) -> None:
        """Fill the registries."""
        from portal.common import registry  # noqa: PLC0415 - see above
        from portal.statistics import invariants  # noqa: PLC0415

        registry.invariants["I10 rollups equal raw counts"] = invariants.rollups_equal_raw_counts
