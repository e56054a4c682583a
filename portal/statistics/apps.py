"""Count: roll-ups of what happened, for supervisors."""

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    """Count: roll-ups of what happened, for supervisors."""

    name = "portal.statistics"
    label = "statistics"
    verbose_name = "统计"
