"""`manage.py load_catalogue`: load tariff, pilot cities and rule revisions from the data files of this release."""

from django.core.management.base import BaseCommand

from documents import loading


class Command(BaseCommand):
    """Loads the dated rows of the catalogue; repeatable."""

    help = __doc__

    def handle(self, **_: object) -> None:
        """Load and report."""
        for table in loading.load():
            self.stdout.write(
                f"{table.table}: {table.added} added, {table.unchanged} unchanged, {len(table.kept)} kept"
            )
            for row in table.kept:
                self.stderr.write(f"{table.table} {row}: differs from the data file; what is in the portal was kept.")
