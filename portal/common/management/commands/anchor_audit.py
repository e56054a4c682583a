"""`manage.py anchor_audit`: write the moved heads of the audit chains to the anchor file now."""

from django.core.management.base import BaseCommand

from portal.common import audit


class Command(BaseCommand):
    """Anchors the audit trail outside the database."""

    help = __doc__

    def handle(self, **_: object) -> None:
        """Anchor and report."""
        self.stdout.write(f"{audit.anchor()} heads anchored")
