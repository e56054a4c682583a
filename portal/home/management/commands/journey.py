"""`manage.py journey --url URL`: the whole path over HTTP, as three people; exit 1 at the first step that fails."""

import json
from argparse import ArgumentParser
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.accounts.services import list_people
from portal.common import clock
from portal.home.journey.browser import Stuck, Upload
from portal.home.journey.papers import Credentials, Somebody
from portal.home.journey.path import Journey

PORTRAIT = Path(settings.BASE_DIR) / "photos" / "demonstration" / "portrait.jpg"
ADULT_YEARS = 16


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
        parser.add_argument("--city", default="3301", help="first digits of the division whose people are used")

    def handle(self, *, url: str, photo: Path, accounts: Path, city: str, **_: object) -> None:
        """Walk and print each step with its time in milliseconds."""
        if urlsplit(url).scheme not in ("http", "https"):
            message = f"--url must begin with http:// or https://, not {url!r}"
            raise CommandError(message, returncode=2)
        try:
            portrait = Upload(photo.name, photo.read_bytes())
            known = json.loads(accounts.read_text(encoding="utf-8"))
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}", returncode=2) from error
        officials = {
            role: Credentials(known[role]["name"], known[role]["password"], known[role]["totp_secret"])
            for role in ("officer", "supervisor")
        }
        path = Journey(url, officials["officer"], officials["supervisor"], portrait, able_people(city), self._say)
        self.stdout.write(f"picture: {photo.name}")
        try:
            path.run()
        except Stuck as stuck:
            raise CommandError(f"failed: {stuck}", returncode=1) from stuck
        self.stdout.write("the whole path was walked")

    def _say(self, name: str, seconds: float) -> None:
        self.stdout.write(f"{round(seconds * 1000):>8} ms  {name}")
        self.stdout.flush()


def able_people(city: str) -> list[Somebody]:
    """Return the register's synthetic people of a division whom nothing keeps from renewing online."""
    today = clock.today()
    latest = today.replace(year=today.year - ADULT_YEARS, day=min(today.day, 28))
    records = [one.record for one in list_people() if one.face_matches and one.record.born <= latest]
    return [
        Somebody(record.name, record.citizen_number)
        for record in records
        if record.hukou_code.startswith(city)
        and not (record.state_employee or record.military or record.exit_barred)
        and record.fingerprints_on_file
        and any(document.state == "valid" for document in record.holds)
    ]
