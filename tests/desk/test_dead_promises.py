"""Steps that were given up: on the desk of their authority, tried again by a supervisor with a reason."""

from uuid import uuid4

from django.urls import reverse

from applications.models import Application
from portal.accounts.models import Officer
from portal.common import audit, clock, outbox
from portal.common.models import AuditEntry, Promise
from portal.desk.queues import dead_promises, desk
from tests.desk.conftest import SignIn
from tests.factories import accounts

LIST = reverse("admin:common_promise_changelist")


def dead(**payload: str) -> Promise:
    key = str(uuid4())
    outbox.promise("applications.poll_parcel", key=key, payload=payload)
    Promise.objects.filter(key=key).update(dead_at=clock.now(), last_code="courier.refused")
    return Promise.objects.get(key=key)


def test_a_step_belongs_to_the_authority_of_its_case(case: Application, officer: Officer) -> None:
    own, nobodys = dead(application=str(case.pk)), dead()
    assert set(dead_promises(officer.acting)) == {own, nobodys}
    assert set(dead_promises(accounts.official(authority="330100").acting)) == {nobodys}
    assert {pile.name: pile.count for pile in desk(officer.acting).attention}["dead"] == 2


def test_only_a_supervisor_has_it_tried_again(
    case: Application, officer: Officer, supervisor: Officer, enter: SignIn
) -> None:
    row = dead(application=str(case.pk))
    url = reverse("admin:common_promise_revive", args=[row.pk])
    assert enter(officer).get(LIST).status_code == 200
    assert enter(officer).post(url, {"note": "x"}).status_code == 403
    far = accounts.official("supervisor", authority="330100")
    assert enter(far).post(url, {"note": "x"}).status_code == 404
    boss = enter(supervisor)
    assert url in boss.get(LIST).content.decode()
    assert boss.get(url).status_code == 200
    assert boss.post(url, {"note": ""}).status_code == 200
    row.refresh_from_db()
    assert row.dead_at is not None
    assert not AuditEntry.objects.filter(action="promise.revived").exists()
    assert boss.post(url, {"note": "快递系统已恢复"}).url == LIST
    row.refresh_from_db()
    assert (row.dead_at, row.attempts, row.last_code) == (None, 0, "revived")
    assert AuditEntry.objects.get(action="promise.revived").actor == supervisor.acting.label
    assert list(audit.verify()) == []
