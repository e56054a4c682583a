"""A child comes into a guardian's care on the registers' word alone, and leaves it when the word changes."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from portal.accounts import guardians, representing
from portal.accounts.gateways.guardianship import simulator
from portal.accounts.models import Guardianship, Person
from portal.common import clock
from portal.common.gateway import GatewayDown
from portal.common.models import AuditEntry, Promise
from portal.common.unmet import Refused
from tests.factories import accounts as make
from tests.factories.children import CHILD, FATHER, MOTHER

pytestmark = pytest.mark.django_db

EXPIRED_GUARDIAN, REVOKED_GUARDIAN, OTHER_CHILD = "周虚构", "吴样例", "许明满"


def take(guardian: Person, name: str = CHILD, **changes: str) -> Person:
    claim = {"name": name, "number": make.record(name).citizen_number, **changes}
    return guardians.take_into_care(guardian, **claim)


def refusal(guardian: Person, name: str = CHILD, **changes: str) -> list[tuple[str, str]]:
    """The codes and fields of a refusal that wrote nothing."""
    before = (Person.objects.count(), Guardianship.objects.count(), Promise.objects.count(), AuditEntry.objects.count())
    with pytest.raises(Refused) as refused:
        take(guardian, name, **changes)
    after = (Person.objects.count(), Guardianship.objects.count(), Promise.objects.count(), AuditEntry.objects.count())
    assert after == before
    return [(one.code, one.field) for one in refused.value.unmet]


def test_a_child_comes_into_care() -> None:
    mother = make.proven(MOTHER)
    child = take(mother)
    assert mother.user
    assert (child.user, child.proved_by, child.name) == (None, "guardian", CHILD)
    assert representing.may_act_for(mother.user, child)
    assert AuditEntry.objects.filter(chain=f"person:{mother.user_id}", action="child.taken_into_care").exists()
    assert Promise.objects.filter(topic="person.proved", key=str(child.pk)).count() == 1


def test_both_guardians_share_one_child() -> None:
    mother, father = make.proven(MOTHER), make.proven(FATHER)
    assert take(mother) == take(father)
    assert Guardianship.objects.in_force().count() == 2


@pytest.mark.parametrize(
    ("guardian", "code"),
    [
        (EXPIRED_GUARDIAN, "guardian.expired"),
        (REVOKED_GUARDIAN, "guardian.revoked"),
        (MOTHER, "guardian.unknown"),
    ],
)
def test_who_is_no_guardian_today_is_told_why(guardian: str, code: str) -> None:
    assert refusal(make.proven(guardian), OTHER_CHILD) == [(code, "citizen_number")]


def test_nobody_is_their_own_guardian() -> None:
    mother = make.proven(MOTHER)
    number = mother.citizen_number
    assert refusal(mother, MOTHER, number=number) == [("guardian.oneself", "citizen_number")]


def test_a_wrong_name_and_number_are_refused_at_their_field() -> None:
    mother = make.proven(MOTHER)
    with pytest.raises(Refused) as refused:
        guardians.take_into_care(mother, name="秦某", number=make.record(CHILD).citizen_number)
    assert [(one.code, one.field) for one in refused.value.unmet] == [("identity.unmatched", "citizen_number")]


@pytest.mark.parametrize("fault", ["down", "wrong"])
def test_without_the_register_there_is_no_care(fault: str) -> None:
    mother = make.proven(MOTHER)
    simulator.LEDGER.arm(fault)
    assert refusal(mother) == [("identity.register_down", "citizen_number")]
    assert take(mother)


def test_the_register_is_not_asked_without_end() -> None:
    father = make.proven("李样本")
    codes: list[Any] = [refusal(father) for _ in range(guardians.CLAIMS_A_DAY + 1)]
    assert codes[0] == [("guardian.unknown", "citizen_number")]
    assert codes[-1] == [("guardian.too_often", "citizen_number")]


def test_a_guardianship_revoked_there_ends_here_once_it_is_asked_for() -> None:
    mother = make.proven(MOTHER)
    child = take(mother)
    assert mother.user
    simulator.revoke(child.citizen_number, mother.citizen_number)
    guardians.refresh(child, guardians.guardians_of(child))
    assert not representing.may_act_for(mother.user, child)
    unmet = representing.unmet_to_act(representing.acting_for(mother.user, child))
    assert [one.code for one in unmet] == ["representing.guardian_over"]


def test_care_ends_the_day_before_the_eighteenth_birthday() -> None:
    mother = make.proven(MOTHER)
    child = take(mother)
    row = Guardianship.objects.get()
    assert row.last_day
    assert child.age_on(row.last_day) == 17
    assert child.age_on(row.last_day + timedelta(days=1)) == 18
    with clock.set_to(clock.midnight(row.last_day + timedelta(days=1))):
        assert not Guardianship.objects.in_force().exists()


def test_the_database_knows_no_child_of_itself() -> None:
    take(make.proven(MOTHER))
    row = Guardianship.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Guardianship.objects.filter(pk=row.pk).update(guardian=row.child)


def test_a_silent_register_is_said_so() -> None:
    child = take(make.proven(MOTHER))
    simulator.LEDGER.arm("down")
    with pytest.raises(GatewayDown):
        guardians.guardians_of(child)
