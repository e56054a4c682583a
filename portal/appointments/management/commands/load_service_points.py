"""Opens the synthetic service points of the demonstration (development only)."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.appointments import demonstration


class Command(BaseCommand):
    """Make the demonstration's halls with their opening hours and places; repeatable."""

    help = "Open the synthetic service points of the demonstration (development only)."

    def handle(self, **_: Any) -> None:
        """Load and say how many."""
        if not settings.DEVELOPMENT_PAGES:
            message = "demonstration service points exist in development settings only"
            raise CommandError(message)
        self.stdout.write(f"{demonstration.load()} synthetic service points opened; none of them exists.")
