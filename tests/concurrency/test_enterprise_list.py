"""The list of an enterprise under concurrency: many put people on it at once, the quota holds."""

import pytest

from portal.accounts.citizen_number import check_character
from portal.accounts.enterprises import staff
from portal.accounts.enterprises.models import Enterprise, StaffMember
from portal.common import audit
from portal.common.unmet import Refused
from tests.factories import accounts, enterprises
from tests.factories.work import together

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE, QUOTA = 12, 5


def number(place: int) -> str:
    first = f"330106199001{place + 1:02d}001"
    return first + check_character(first)


def test_many_at_once_fill_the_list_to_the_quota_and_no_further() -> None:
    agent = accounts.proven("张示例", phone="13911112222")
    row = enterprises.registered(agent, accounts.official(authority=enterprises.HANGZHOU).acting, quota=QUOTA)

    def add(place: int) -> str:
        try:
            staff.add(row.pk, name="甲", number=number(place), acting=agent.acting)
        except Refused as refused:
            return refused.unmet[0].code
        return "added"

    said = together(add, PEOPLE)
    assert sorted(said) == ["added"] * QUOTA + ["quota"] * (PEOPLE - QUOTA)
    assert StaffMember.objects.count() == QUOTA
    assert Enterprise.objects.get().staff_count == QUOTA
    assert list(audit.verify()) == []
