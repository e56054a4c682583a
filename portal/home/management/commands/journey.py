"""`manage.py journey --url URL`: the whole path over HTTP, as three people; exit 1 at the first step that fails."""

import json
from argparse import ArgumentParser
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.home.journey.browser import Stuck, Upload
from portal.home.journey.papers import Credentials, Somebody
from portal.home.journey.path import Journey

PORTRAIT = Path(settings.BASE_DIR) / "photos" / "demonstration" / "portrait.jpg"


class Command(BaseCommand):
    """Walks through a running portal as its users do; reads no table and writes none."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address, the picture and where the officials' credentials are."""
        parser.add_argument("--url", required=True, help="address of the running portal, such as http://127.0.0.1:8000")
        parser.add_argument("--photo", type=Path, default=PORTRAIT, help="JPEG, PNG or HEIC of the applicant")
        parser.add_argument(
            "--accounts",
            type=Path,
            default=Path(settings.VAR_DIR) / "demonstration.json",
            help="file in which the portal keeps its demonstration accounts",
        )

    def handle(self, *, url: str, photo: Path, accounts: Path, **_: object) -> None:
        """Walk and print each step with its time in milliseconds."""
        if urlsplit(url).scheme not in ("http", "https"):
            message = f"--url must begin with http:// or https://, not {url!r}"
            raise CommandError(message, returncode=2)
        try:
            portrait = Upload(photo.name, photo.read_bytes())
            known = json.loads(accounts.read_text(encoding="utf-8"))
            officials = {
                role: Credentials(known[role]["name"], known[role]["password"], known[role]["totp_secret"])
                for role in ("officer", "supervisor")
            }
            people = [Somebody(**one) for one in known["people"]]
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}", returncode=2) from error
        except (ValueError, KeyError, TypeError) as error:
            message = f"{accounts}: not the file of demonstration accounts (manage.py load_demonstration writes it)"
            raise CommandError(message, returncode=2) from error
        path = Journey(url, officials["officer"], officials["supervisor"], portrait, people, self._say)
        self.stdout.write(f"picture: {photo.name}")
        try:
            path.run()
        except Stuck as stuck:
            raise CommandError(f"failed: {stuck}", returncode=1) from stuck
        self.stdout.write("the whole path was walked")

    def _say(self, name: str, seconds: float) -> None:
        self.stdout.write(f"{round(seconds * 1000):>8} ms  {name}")
        self.stdout.flush()
