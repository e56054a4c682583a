"""A claim: half an hour, one officer, a case that waits for a decision."""

from datetime import timedelta

import pytest

from applications import services
from applications.models import Application
from portal.common import clock
from portal.common.acting import Acting
from portal.common.models import AuditEntry, Event
from portal.common.unmet import Refused
from tests.factories import cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def row() -> Application:
    cases.ground()
    return cases.filed(cases.person())[0]


@pytest.mark.parametrize("days", [-1, 1])
def test_the_case_due_first_is_the_next(row: Application, days: int) -> None:
    name = next(one.record.name for one in cases.list_people() if one.record.holds and one.record.name != "王演示")
    (later,) = cases.filed(cases.person(name, phone="13800000009"))
    assert row.due_on
    Application.objects.update(authority="310000")
    Application.objects.filter(pk=later.pk).update(due_on=row.due_on + timedelta(days=days))
    officer = cases.officer()
    expected = [row, later] if days > 0 else [later, row]
    assert [services.claim_next(acting=officer) for _ in range(3)] == [*expected, None]


def test_what_waits_for_no_decision_cannot_be_claimed(row: Application) -> None:
    services.withdraw(row.pk, acting=row.person.acting)
    officer = cases.officer()
    assert services.claim_next(acting=officer) is None
    with pytest.raises(Refused):
        services.claim(row.pk, acting=officer)
    assert not AuditEntry.objects.filter(action="claimed").exists()


def test_a_decision_needs_a_claim_of_ones_own_that_holds(row: Application) -> None:
    one, other = cases.officer(code="D001"), cases.officer(code="D002")
    moment, before = clock.now(), Event.objects.count()

    def refused(acting: Acting) -> None:
        with pytest.raises(Refused) as refusal:
            services.approve(row.pk, acting=acting)
        assert [reason.code for reason in refusal.value.unmet] == ["claim"]
        assert Event.objects.count() == before

    with clock.set_to(moment):
        refused(one)
        services.claim(row.pk, acting=one)
        refused(other)
    with clock.set_to(moment + timedelta(minutes=30, seconds=1)):
        refused(one)
    assert Application.objects.get().status == "accepted"


@pytest.mark.parametrize(
    ("authority", "is_seen"),
    [("330100", True), ("330200", False), ("330000", True), ("310000", False), ("000000", True)],
)
def test_a_case_lies_in_its_city_its_province_and_the_nation(
    row: Application, authority: str, *, is_seen: bool
) -> None:
    Application.objects.update(authority="330100")
    assert Application.objects.of(authority).exists() is is_seen


def test_a_claim_holds_for_half_an_hour_and_then_falls_to_whoever_asks(row: Application) -> None:
    one, other = cases.officer(code="D001"), cases.officer(code="D002")
    moment = clock.now()
    with clock.set_to(moment):
        services.claim(row.pk, acting=one)
    with clock.set_to(moment + timedelta(minutes=29, seconds=59)):
        assert services.claim_next(acting=other) is None
        with pytest.raises(Refused):
            services.claim(row.pk, acting=other)
        assert services.claim_next(acting=one) is None
        assert str(Application.objects.get().claimed_by_id) == one.id
    assert AuditEntry.objects.filter(action="claimed").count() == 1
    with clock.set_to(moment + timedelta(minutes=30, seconds=1)):
        assert services.claim_next(acting=other) == row
    assert str(Application.objects.get().claimed_by_id) == other.id
    assert AuditEntry.objects.filter(action="claimed").count() == 2
