"""The command itself: what cannot be read is named by field, the rest is answered, a new database gets its rules."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from documents.models import RuleRevision, ScopeLine, Tariff
from tests.applications.eligibility_table.shapes import case, held, online, replace, soon

pytestmark = pytest.mark.django_db

Record = dict[str, Any]


def record(name: str = "good", **changes: Any) -> Record:
    return case(name, replace("PASSPORT"), online(120), holds=soon("PASSPORT")).record | changes


def run(tmp_path: Path, records: object, *, json: bool = True) -> tuple[list[str], str]:
    """Return the lines of the command and the error it ends with."""
    file = tmp_path / "records.json"
    file.write_text(records if isinstance(records, str) else _dump(records), encoding="utf-8")
    out, ended = StringIO(), ""
    try:
        call_command("check_eligibility", str(file), json=json, stdout=out, stderr=StringIO())
    except CommandError as error:
        ended = str(error)
    return out.getvalue().splitlines(), ended


def _dump(records: object) -> str:
    return json.dumps(records)


def person(**changes: Any) -> Record:
    return {"person": record()["person"] | changes}


def want(**changes: Any) -> Record:
    return {"wants": [record()["wants"][0] | changes]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"on": "2026-02-30"}, "on"),
        ({"on": None}, "on"),
        ({"person": "SECRET"}, "person"),
        ({"person": None}, "person"),
        (person(born="SECRET"), "person.born"),
        (person(hukou="SECRET"), "person.hukou"),
        (person(hukou="11010"), "person.hukou"),
        (person(hukou="１１０１０１"), "person.hukou"),
        (person(residence_permit="1101011"), "person.residence_permit"),
        (person(state_employee="SECRET"), "person.state_employee"),
        (person(military=None), "person.military"),
        (person(fingerprints=1), "person.fingerprints"),
        (person(in_mainland="yes"), "person.in_mainland"),
        (person(exit_barred=0), "person.exit_barred"),
        ({"holds": "SECRET"}, "holds"),
        ({"holds": ["SECRET"]}, "holds"),
        ({"holds": [held("PASSPORT"), held("SECRET")]}, "holds[1].kind"),
        ({"holds": [held("PASSPORT", "SECRET")]}, "holds[0].expires"),
        ({"holds": [held("PASSPORT", state="SECRET")]}, "holds[0].state"),
        ({"holds": [held("PASSPORT") | {"kind": ["SECRET"]}]}, "holds[0].kind"),
        ({"holds": [held("PASSPORT") | {"state": ["SECRET"]}]}, "holds[0].state"),
        ({"wants": {}}, "wants"),
        (want(kind=["SECRET"]), "wants[0].kind"),
        (want(category={"SECRET": 1}), "wants[0].category"),
        (want(kind="SECRET"), "wants[0].kind"),
        (want(category="SECRET"), "wants[0].category"),
        (person(born="2026-06-02"), "person.born"),
        ({"on": "9999-12-31"}, "on"),
        ({"holds": [held("PASSPORT", "9999-12-31")]}, "holds[0].expires"),
        ({"holds": [held("PASSPORT") | {"pages_used": 48}]}, "holds[0].pages_used"),
        (want(category="endorse", destination="hk"), "wants[0].destination"),
        (want(category="endorse", destination=["HK"]), "wants[0].destination"),
        (want(reason={"SECRET": 1}), "wants[0].reason"),
    ],
)
def test_a_record_that_cannot_be_read_is_named_by_its_field_and_the_others_are_answered(
    tmp_path: Path, changes: Record, field: str
) -> None:
    lines, ended = run(tmp_path, [record("before"), record("bad", **changes), record("after")])
    before, bad, after = (json.loads(line) for line in lines)
    assert (before["id"], before["channel"], after["id"], after["channel"]) == ("before", "online", "after", "online")
    answer = {"id": "bad", "channel": "none", "codes": ["unreadable"], "fee_fen": None, "term": None}
    assert {key: value for key, value in bad.items() if key != "error"} == answer
    assert bad["error"].startswith(f"{field}: ")
    assert "SECRET" not in bad["error"]
    assert ended == "1 records could not be read"


@pytest.mark.parametrize("text", ["", "{", "SECRET", '{"id": 1}', "[1]", "null"])
def test_a_file_of_another_shape_is_refused_whole(tmp_path: Path, text: str) -> None:
    lines, ended = run(tmp_path, text)
    assert lines == []
    assert "records.json" in ended
    assert "SECRET" not in ended


def test_an_answer_has_what_the_contract_names(tmp_path: Path) -> None:
    [line], ended = run(tmp_path, [record()])
    answer = json.loads(line)
    assert ended == ""
    assert {key: answer[key] for key in ("id", "channel", "codes", "fee_fen", "term")} == {
        "id": "good",
        "channel": "online",
        "codes": [],
        "fee_fen": 12000,
        "term": {"days": 7, "unit": "working_day"},
    }


def test_people_read_it_as_text(tmp_path: Path) -> None:
    lines, _ = run(tmp_path, [record("one"), record("two", **person(fingerprints=False))], json=False)
    assert lines[:2] == ["one: online", "two: window"]
    assert lines[2].startswith("  E5  ")


def test_no_records_are_no_lines(tmp_path: Path) -> None:
    assert run(tmp_path, []) == ([], "")


def test_a_database_without_rules_gets_them_once(tmp_path: Path) -> None:
    assert not RuleRevision.objects.exists()
    run(tmp_path, [record()])
    counts = [table.objects.count() for table in (RuleRevision, ScopeLine, Tariff)]
    assert all(counts)
    Tariff.objects.filter(item="PASSPORT").update(fen=11000)
    run(tmp_path, [record()])
    assert [table.objects.count() for table in (RuleRevision, ScopeLine, Tariff)] == counts
    assert Tariff.objects.get(item="PASSPORT").fen == 11000


def test_a_database_without_tables_gets_both_and_the_process_ends_with_one(tmp_path: Path) -> None:
    file = tmp_path / "records.json"
    file.write_text(_dump([record(), record("bad", on="")]), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "PORTAL_VAR_DIR": str(tmp_path),
        "PORTAL_DATABASE_URL": f"sqlite:///{tmp_path / 'new.sqlite3'}",
    }
    ended = subprocess.run(
        [sys.executable, "manage.py", "check_eligibility", str(file), "--json"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    # Nothing but the answers stands on the standard output.
    good, bad = (json.loads(line) for line in ended.stdout.splitlines())
    assert (good["channel"], good["fee_fen"]) == ("online", 12000)
    assert bad["error"].startswith("on: ")
    assert ended.returncode == 1
    assert "1 records could not be read" in ended.stderr
