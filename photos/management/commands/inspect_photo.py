"""`manage.py inspect_photo FILE… --json`: inspect photos from the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from photos.checks import CheckResult
from photos.inspection import Inspection, inspect
from photos.nets.load import NetUnavailable
from photos.reading import LARGEST_BYTES
from portal.common import clock


class Command(BaseCommand):
    """Inspect each file and print one answer a line; exit 1 only if a file could not be opened at all."""

    help = "Inspects photos by the online document-photo standard and prints one answer a line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the files, and whether to print JSON."""
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object a line")

    def handle(self, *_args: object, **options: Any) -> None:
        """Go on to the next file whatever a file holds."""
        unopened = 0
        for name in options["files"]:
            try:
                with Path(name).open("rb") as file:
                    # One byte more than allowed is enough to be refused.
                    data = file.read(LARGEST_BYTES + 1)
            except OSError:
                unopened += 1
                self._print(_unopened(name), as_json=options["as_json"])
                continue
            try:
                found = inspect(data, today=clock.today())
            except NetUnavailable as missing:
                raise CommandError(str(missing)) from missing
            self._print(_answer(name, found), as_json=options["as_json"])
        if unopened:
            message = f"{unopened} of {len(options['files'])} files could not be opened."
            raise CommandError(message)

    def _print(self, answer: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        self.stdout.write(f"{answer['file']}: {answer['outcome']} ({answer['milliseconds']} ms)")
        for check in answer["checks"]:
            if check["verdict"] != "pass":
                self.stdout.write(f"  {check['verdict']} {check['code']} {check['value']}: {check['remedy']}")


def _answer(name: str, found: Inspection) -> dict[str, Any]:
    crop = found.crop and {
        "accepted": found.crop.accepted,
        "width": found.crop.width,
        "height": found.crop.height,
        "bytes": len(found.crop.jpeg),
        "checks": [_check(check) for check in found.crop.checks if check.verdict != "pass"],
    }
    refusal = found.crop_refusal and {
        "code": found.crop_refusal.code,
        "value": found.crop_refusal.value,
        "limit": found.crop_refusal.limit,
        "remedy": str(found.crop_refusal.remedy),
    }
    return {
        "file": name,
        "accepted": found.accepted,
        "outcome": found.outcome,
        "checks": [_check(check) for check in found.checks],
        "crop": crop,
        "crop_refusal": refusal,
        "milliseconds": found.milliseconds,
    }


def _check(check: CheckResult) -> dict[str, Any]:
    limit = {"min": check.low, "max": check.high}
    return {
        "code": check.code,
        "verdict": check.verdict,
        "value": check.value,
        "limit": limit if any(bound is not None for bound in limit.values()) else check.limit_text or None,
        "unit": str(check.unit),
        "remedy": str(check.remedy),
        "cured_by_crop": check.cured_by_crop,
    }


def _unopened(name: str) -> dict[str, Any]:
    check = {
        "code": "FileUnreadable",
        "verdict": "fail",
        "value": None,
        "limit": None,
        "unit": "",
        "remedy": "检查文件名和读取权限。",
        "cured_by_crop": False,
    }
    return {
        "file": name,
        "accepted": False,
        "outcome": "refused",
        "checks": [check],
        "crop": None,
        "crop_refusal": None,
        "milliseconds": 0,
    }
