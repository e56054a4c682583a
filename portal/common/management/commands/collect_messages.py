"""`manage.py collect_messages`: bring the message catalogues up to date with the texts in code and templates.

With --check nothing is written: every text that lacks a translation is named, and the exit code is 1.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.common import catalogues

MOST_SHOWN = 40


class Command(BaseCommand):
    """Adds new texts, drops those no longer used, checks what is missing."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        """Take the one switch."""
        parser.add_argument("--check", action="store_true", help="only say what is missing")

    def handle(self, *, check: bool, **_: object) -> None:
        """Update or check every catalogue."""
        texts = catalogues.extract()
        faults = []
        for source in catalogues.sources():
            if not check:
                added, dropped = catalogues.update(source, texts)
                self.stdout.write(f"{source.parent.parent.name}: {added} added, {dropped} dropped")
            faults += catalogues.faults(source, texts)
        for fault in faults[:MOST_SHOWN]:
            self.stderr.write(fault)
        if len(faults) > MOST_SHOWN:
            self.stderr.write(f"and {len(faults) - MOST_SHOWN} more")
        if check and faults:
            message = f"{len(faults)} messages are not ready"
            raise CommandError(message)
