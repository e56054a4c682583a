"""`manage.py assert_invariants`: exit 1 and name the first row that breaks a promise of the design."""

from django.core.management.base import BaseCommand, CommandError

from portal.common import registry


class Command(BaseCommand):
    """Runs every invariant that the apps registered."""

    help = __doc__

    def handle(self, **_: object) -> None:
        """Print the invariants that hold, or fail with the first breach."""
        for name, check in sorted(registry.invariants.items()):
            first = next(iter(check()), None)
            if first:
                message = f"{name}: {first}"
                raise CommandError(message, returncode=1)
            self.stdout.write(f"{name}: holds")
