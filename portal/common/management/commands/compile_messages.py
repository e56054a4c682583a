"""`manage.py compile_messages`: compile the message catalogues that changed; needs no gettext on the machine."""

from django.core.management.base import BaseCommand

from portal.common import catalogues


class Command(BaseCommand):
    """Compiles locale/*/LC_MESSAGES/*.po."""

    help = __doc__

    def handle(self, **_: object) -> None:
        """Compile and report."""
        for source in catalogues.sources():
            if catalogues.compile_if_changed(source):
                self.stdout.write(f"messages compiled: {source.parent.parent.name}/{source.name}")
