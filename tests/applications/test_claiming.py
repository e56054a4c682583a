"""A claim: half an hour, one officer, a case that waits for a decision."""

from datetime import timedelta

import pytest

from applications import services
from applications.models import Application
from portal.common import clock
from portal.common.models import AuditEntry
from portal.common.unmet import Refused
from tests.factories import cases

pytestmark = pytest.mark.django_db


def test_a_claim_holds_for_half_an_hour_and_then_falls_to_whoever_asks() -> None:
    cases.ground()
    one, other = cases.officer(code="D001"), cases.officer(code="D002")
    (row,) = cases.filed(cases.person())
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
