"""`manage.py load_calendar`: load every holiday notice that is part of this release, and say loudly what is missing."""

from django.core.management.base import BaseCommand

from portal.common import workdays


class Command(BaseCommand):
    """Loads the working-day calendar."""

    help = __doc__

    def handle(self, **_: object) -> None:
        """Load and report."""
        for year in workdays.available_years():
            self.stdout.write(f"{year}: {workdays.load(year)} days differ from their weekday")
        for year in workdays.missing_years():
            self.stderr.write(
                f"{year}: the State Council's holiday notice is not loaded. Due dates in {year} are provisional. "
                f"Add portal/common/data/calendar-{year}.json and run load_calendar again."
            )
