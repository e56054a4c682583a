"""The table of eligibility: expectations written by hand from the law's tables, never from the catalogue's files."""

import json
from collections import Counter
from collections.abc import Mapping
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.applications.eligibility_table import (
    section_1_4,
    section_1_cities,
    section_3_1,
    section_3_2,
    section_3_3,
    section_3_4,
    section_3_6,
    section_4,
    section_5,
)
from tests.applications.eligibility_table.shapes import Answer, Case

SECTIONS = (
    section_1_cities,
    section_1_4,
    section_3_1,
    section_3_2,
    section_3_3,
    section_3_4,
    section_3_6,
    section_4,
    section_5,
)
# The mark is what makes the runner prepare a database of its own.
pytestmark = pytest.mark.django_db
CASES: list[Case] = [one for section in SECTIONS for one in section.CASES]


@pytest.fixture(scope="module")
def answers(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, dict[str, Any]]:
    """The command's lines on all cases at once, by id; the database is left as it was."""
    file = tmp_path_factory.mktemp("table") / "cases.json"
    file.write_text(json.dumps([one.record for one in CASES]), encoding="utf-8")
    out = StringIO()
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("check_eligibility", str(file), json=True, stdout=out, stderr=StringIO())
        transaction.set_rollback(True)
    return {line["id"]: line for line in map(json.loads, out.getvalue().splitlines())}


def test_the_table_is_long_enough_and_every_case_has_its_name() -> None:
    assert len(CASES) >= 400
    assert [name for name, count in Counter(one.id for one in CASES).items() if count > 1] == []


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.id)
def test_the_answer_is_that_of_the_law(one: Case, answers: Mapping[str, dict[str, Any]]) -> None:
    line = answers[one.id]
    assert len(line["codes"]) == len(set(line["codes"]))
    fee = line["fee_fen"]
    term = line["term"]
    assert one.answer == Answer(
        channel=line["channel"],
        codes=frozenset(line["codes"]),
        fee=None if fee is None else fee / 100,
        term=None if term is None else (term["days"], term["unit"]),
    )
    assert [reason["code"] for reason in line["reasons"] if not (reason["text"] and reason["source"])] == []
