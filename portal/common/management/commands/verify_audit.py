"""`manage.py verify_audit`: exit 1 and name the first bad row of the audit trail."""

from django.core.management.base import BaseCommand, CommandError

from portal.common import audit
from portal.common.models import AuditEntry, AuditHead


class Command(BaseCommand):
    """Checks every link, head and anchor of the audit trail."""

    help = __doc__

    def handle(self, **_: object) -> None:
        """Print the counts, or fail with the first breach."""
        first = next(audit.verify(), None)
        if first:
            raise CommandError(first, returncode=1)
        self.stdout.write(f"audit whole: {AuditHead.objects.count()} chains, {AuditEntry.objects.count()} links")
