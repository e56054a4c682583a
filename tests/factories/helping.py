"""Helpers and whom they help, made as people make them: both confirm with a code to their own phone."""

from datetime import timedelta
from uuid import UUID

from portal.accounts import helping, services
from portal.accounts.models import Authorisation, Person, PhoneCode
from portal.common import clock, throttle
from tests.factories import accounts

OLDER, HELPER, YOUNGER = "吕长者", "张示例", "王演示"


def rested(*people: Person) -> None:
    """Let their phones get another message: tests do not wait a minute."""
    for person in people:
        assert person.user is not None
        throttle.forget("phone_code.minute", key=person.user.phone)


def code_for(person: Person) -> tuple[UUID, str]:
    """A code sent to the person's own phone: its key and its digits."""
    assert person.user is not None
    rested(person)
    row = PhoneCode.objects.get(pk=services.send_own_code(person.user, address="test", language="zh-hans"))
    return row.pk, row.code


def invited(beneficiary: Person, *, phone: str, days: int = 30) -> Authorisation:
    """An invitation to whoever has this phone."""
    code_id, code = code_for(beneficiary)
    last_day = clock.today() + timedelta(days=days)
    return helping.invite(beneficiary, phone=phone, ends_on=last_day, code_id=code_id, typed=code)


def authorised(beneficiary: Person, helper: Person, *, days: int = 30) -> Authorisation:
    """An authorisation in force."""
    assert helper.user is not None
    row = invited(beneficiary, phone=helper.user.phone, days=days)
    code_id, code = code_for(helper)
    return helping.accept(row, helper=helper, code_id=code_id, typed=code)


def pair() -> tuple[Person, Person]:
    """An older person and somebody who may help them."""
    return accounts.proven(OLDER), accounts.proven(HELPER)
