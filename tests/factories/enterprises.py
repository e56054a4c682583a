"""Enterprises registered through the services; every firm is made up."""

from typing import Any

from portal.accounts.enterprises import registering, staff
from portal.accounts.enterprises.credit_code import check_character
from portal.accounts.enterprises.models import Enterprise, StaffMember
from portal.accounts.models import Person
from portal.common.acting import Acting
from tests.factories import accounts

HANGZHOU = "330100"


def code(number: int = 1) -> str:
    """A credit code that fits its check character and belongs to nobody."""
    first = f"91330000MADEM{number:04d}"
    return first + check_character(first)


def told(**changes: Any) -> registering.Told:
    said: dict[str, Any] = {
        "credit_code": code(),
        "name": "样例进出口有限公司",
        "kind": Enterprise.LEGAL_PERSON,
        "place": HANGZHOU,
        "contact_name": "李样本",
        "contact_phone": "13800000003",
        "wanted": 3,
        "materials": ("licence", "insurance", "authority_letter"),
    }
    return registering.Told(**{**said, **changes})


def filed(agent: Person, **changes: Any) -> Enterprise:
    said = told(**changes)
    accounts.office_of(said.place)
    return registering.register(agent, said)


def registered(
    agent: Person, acting: Acting, *, quota: int = 3, is_major_project: bool = False, **changes: Any
) -> Enterprise:
    row = filed(agent, **changes)
    return registering.approve(row, quota=quota, is_major_project=is_major_project, note="材料齐全。", acting=acting)


def listed(row: Enterprise, name: str) -> StaffMember:
    """Somebody of the register on the list."""
    record = accounts.record(name)
    return staff.add(row.pk, name=record.name, number=record.citizen_number, acting=row.agent.acting)
