"""Two people with drafts, pictures and sessions, and what may change around them: the register, and the scope."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.test import Client

from documents.services import endorse
from photos.models import Shot
from portal.accounts.gateways.register.base import RegisterRecord
from portal.accounts.models import Person
from portal.accounts.services import register_facts
from portal.common.acting import NATION, Acting
from tests.factories import accounts, cases
from tests.factories import scope as changes

# Two days before the second cities join, and before the birthday below.
START = datetime(2025, 11, 18, 1, 0, tzinfo=UTC)
SIXTEEN_SOON = date(2009, 11, 20)
# All three kinds, each under six months; two kinds with years left, and an endorsement in force.
NAMES = ("王演示", "赵测试")
SPELLED = (("WANG", "YANSHI"), ("ZHAO", "CESHI"))
STATEMENT = "在地铁上丢了，没有找到，已经挂失。"
# Two browsers of each of them.
DOORS = (0, 0, 1, 1)

CHANGES: Mapping[str, Mapping[str, Any]] = {
    "barred": {"exit_barred": True},
    "state employee": {"state_employee": True},
    "serving": {"military": True},
    "without fingerprints": {"fingerprints_on_file": False},
    "abroad": {"in_mainland": False},
    "in a city of no pilot": {"hukou_code": "620102"},
    "in a city that joins later": {"hukou_code": "320506"},
    "without household": {"hukou_code": ""},
    "fifteen": {"born": SIXTEEN_SOON},
    "living elsewhere": {"residence_code": "440106"},
}
# Changes of the scope: which act, for residents of which city, on which kinds.
SHANGHAI, GUANGZHOU, LANZHOU = "310000", "440100", "620100"
SCOPES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "the first one's city leaves": ("close", SHANGHAI, changes.ALL_KINDS),
    "it joins again": ("open", SHANGHAI, changes.ALL_KINDS),
    "the other one's city leaves for permits": ("close", GUANGZHOU, ("HKM_PERMIT",)),
    "it joins again for permits": ("open", GUANGZHOU, ("HKM_PERMIT",)),
    "a city of no pilot joins": ("open", LANZHOU, changes.ALL_KINDS),
    "it leaves for passports": ("close", LANZHOU, ("PASSPORT",)),
}


@dataclass(frozen=True)
class Town:
    """Two people with a complete draft each, an official, and what the register says of them at first."""

    people: tuple[Person, Person]
    records: tuple[RegisterRecord, RegisterRecord]
    official: Acting
    supervisors: tuple[Acting, Acting]
    pictures: tuple[Shot, ...]
    sessions: tuple[str, ...]


def found() -> Town:
    cases.ground()
    people = (cases.person(NAMES[0], phone="13911110001"), cases.person(NAMES[1], phone="13911110002"))
    drafts = (cases.draft(people[0]), cases.draft(people[1], {"PASSPORT": "pages_used"}, pictures=False))
    pictures = tuple(Shot.objects.filter(owner=drafts[0].pk, is_chosen=True))
    lay_out(pictures, drafts[1].pk)
    permit = people[1].documents.get(kind="HKM_PERMIT")
    endorse(permit, application_id=uuid4(), destination="HK", letter="T", option="1yM", acting=Acting.system("tests"))
    records = (register_facts(people[0]), register_facts(people[1]))
    sessions = tuple(accounts.sign_in(Client(), people[who]).session.session_key for who in DOORS)
    supervisors = (changes.supervisor().acting, changes.supervisor().acting)
    return Town(people, records, accounts.official(authority=NATION).acting, supervisors, pictures, sessions)


def lay_out(pictures: tuple[Shot, ...], form: UUID) -> None:
    """Put the pictures of the first draft into another: inspecting them again takes a second each time."""
    rows = [copy.copy(shot) for shot in pictures]
    for row in rows:
        row.pk, row.owner = uuid4(), form
    Shot.objects.bulk_create(rows)
