"""`manage.py recount`: count days again from the events, all of them or those between two days."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from portal.common import clock
from portal.statistics import counting

BEGINNING = date(2024, 5, 6)


class Command(BaseCommand):
    """Marks days and counts them; the figures afterwards are what the events say."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        """Take the first and the last day."""
        parser.add_argument("--first", type=date.fromisoformat, default=BEGINNING)
        parser.add_argument("--last", type=date.fromisoformat, default=None)

    def handle(self, *, first: date, last: date | None, **_: object) -> None:
        """Mark and count until nothing is marked."""
        marked = counting.mark_all(first, last or clock.today())
        while counting.count_marked():
            pass
        self.stdout.write(f"{marked} days counted")
