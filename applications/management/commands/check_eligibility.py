"""`manage.py check_eligibility FILE.json`: the verdict of the rules on plain facts, one line a record."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import translation

from applications import eligibility
from applications.eligibility import Channel
from applications.plain_facts import Unreadable, facts_of, wants_of
from documents.models import RuleRevision
from documents.services import scope_on


class Command(BaseCommand):
    """Judges a list of {id, on, person, holds, wants}; exits 1 when a record could not be read."""

    help = "Answer who may apply for what, and how, on plain facts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file and the form of the answer."""
        parser.add_argument("file", type=Path, help="a JSON list of records")
        parser.add_argument("--json", action="store_true", help="one JSON object a line instead of text")

    def handle(self, *, file: Path, json: bool, **_options: object) -> None:
        """Print a line for each record."""
        self._load_rules()
        unread = 0
        for record in _records(file):
            answer = _answer(record)
            unread += "error" in answer
            self.stdout.write(_as_json(answer) if json else _as_text(answer))
        if unread:
            message = f"{unread} records could not be read"
            raise CommandError(message)

    def _load_rules(self) -> None:
        """The rules are rows: a database that was never set up gets them first."""
        if not connection.introspection.table_names():
            call_command("migrate", interactive=False, verbosity=0, stdout=self.stderr)
        if not RuleRevision.objects.exists():
            call_command("load_catalogue", stdout=self.stderr)


def _records(file: Path) -> list[dict[str, Any]]:
    try:
        records = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        message = f"{file} is not a JSON file that can be read"
        raise CommandError(message) from error
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        message = f"{file} must hold a list of objects"
        raise CommandError(message)
    return records


def _answer(record: dict[str, Any]) -> dict[str, Any]:
    try:
        facts = facts_of(record)
        wants = wants_of(record, facts)
    except Unreadable as error:
        unread = {"channel": Channel.NONE.value, "codes": ["unreadable"], "fee_fen": None, "term": None}
        return {"id": record.get("id"), **unread, "error": str(error)}
    verdict = eligibility.judge(facts, wants, scope_on(facts.on))
    term = {"days": verdict.term.amount, "unit": verdict.term.unit.value} if verdict.term else None
    with translation.override("zh-hans"):
        reasons = [
            {"code": reason.code, "text": str(reason.text), "source": str(reason.source), "remedy": str(reason.remedy)}
            for reason in verdict.unmet
        ]
    return {
        "id": record.get("id"),
        "channel": verdict.channel.value,
        "codes": list(verdict.codes),
        "fee_fen": verdict.fee_fen,
        "term": term,
        "materials": [material.code for material in verdict.materials],
        "reasons": reasons,
    }


def _as_json(answer: dict[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False)


def _as_text(answer: dict[str, Any]) -> str:
    if "error" in answer:
        return f"{answer['id']}: {answer['error']}"
    lines = [f"{answer['id']}: {answer['channel']}"]
    lines += [f"  {reason['code']}  {reason['text']} {reason['remedy']}" for reason in answer["reasons"]]
    return "\n".join(lines)
