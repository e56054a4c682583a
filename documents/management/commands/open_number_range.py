"""`manage.py open_number_range KIND FIRST LAST`: open a block of blank documents for numbering; repeatable."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from documents import catalog, services


class Command(BaseCommand):
    """Opens a number range."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the kind and both ends."""
        parser.add_argument("kind", choices=sorted(catalog.KINDS))
        parser.add_argument("first")
        parser.add_argument("last")

    def handle(self, *, kind: str, first: str, last: str, **_: object) -> None:
        """Open and report."""
        try:
            row = services.open_range(kind, first=first, last=last)
        except services.RangeRefused as error:
            message = {
                "wrong_kind": f"first and last must be numbers of the series {catalog.kind(kind).series[0]}",
                "wrong_order": "first must not lie behind last",
                "overlap": "another range holds some of these numbers",
            }[error.code]
            raise CommandError(message) from None
        self.stdout.write(f"{kind}: {row}, {row.left} left")
