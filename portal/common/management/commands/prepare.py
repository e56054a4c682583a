"""`manage.py prepare`: bring an installation up to date before it starts; what is already done costs little."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand

LOADERS = ("load_calendar", "load_catalogue")
DEMONSTRATION = ("load_demonstration", "load_service_points")
# Blank stock of the demonstration: numbers that none of its people holds.
RANGES = (
    ("PASSPORT", "E10000000", "E10999999"),
    ("HKM_PERMIT", "C10000000", "C10999999"),
    ("TWN_PERMIT", "L10000000", "L10999999"),
)


class Command(BaseCommand):
    """Compiles messages, migrates, loads what the law fixes, collects static files when they changed."""

    help = __doc__

    def add_arguments(self, parser: object) -> None:
        """Take the one switch."""
        parser.add_argument("--demonstration", action="store_true", help="load the synthetic demonstration people")  # type: ignore[attr-defined]

    def handle(self, *, demonstration: bool, **_: object) -> None:
        """Do every step in order."""
        for folder in ("broker", "broker-control"):
            (settings.VAR_DIR / folder).mkdir(parents=True, exist_ok=True)
        call_command("compile_messages", stdout=self.stdout)
        call_command("migrate", interactive=False, verbosity=0, stdout=self.stdout)
        wanted = (*LOADERS, *DEMONSTRATION) if demonstration else LOADERS
        for name in wanted:
            if name in get_commands():
                call_command(name, stdout=self.stdout, stderr=self.stderr)
        if demonstration:
            for kind, first, last in RANGES:
                call_command("open_number_range", kind, first, last, stdout=self.stdout)
        self._collect_static()

    def _collect_static(self) -> None:
        """Collect only when a source file changed: hashing and compressing them takes seconds at every start."""
        mark = Path(settings.STATIC_ROOT) / ".sources"
        sources = self._sources()
        if mark.is_file() and mark.read_text() == sources:
            return
        call_command("collectstatic", interactive=False, clear=True, verbosity=0, stdout=self.stdout)
        mark.write_text(sources)
        self.stdout.write("static files collected")

    @staticmethod
    def _sources() -> str:
        """Return a digest over path, size and time of every static source file."""
        lines = []
        for finder in get_finders():
            for path, storage in finder.list([]):
                stat = Path(storage.path(path)).stat()
                lines.append(f"{path} {stat.st_size} {stat.st_mtime_ns}")
        return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
