"""The list of cases: read-only, bounded by the jurisdiction, ordered by due date, the same few queries for any page."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import services
from applications.lifecycle import LIFECYCLE
from applications.models import Application, Submission
from portal.accounts.models import Officer, Person, User
from portal.common import clock
from portal.common.acting import NATION
from portal.common.models import AuditEntry, Event
from tests.desk.conftest import CITY, SignIn
from tests.factories import accounts

LIST = reverse("admin:applications_application_changelist")
MOST_QUERIES = 12


def many(count: int, *, authority: str = CITY) -> list[Application]:
    """File `count` forms of as many people, in bulk through the lifecycle."""
    now = clock.now()
    rows = []
    for number in range(count):
        user = User.objects.create(phone=f"137{uuid4().int % 10**8:08d}")
        person = Person.objects.create(
            user=user,
            citizen_number=f"{uuid4().int % 10**17:017d}X",
            name=f"样例{number}",
            sex="F",
            born="1990-01-01",
            hukou_code=authority,
            proved_at=now,
            proved_by="face",
        )
        form = Submission.objects.create(
            filer=user, beneficiary=person, authority=authority, answers={}, created_at=now, saved_at=now, filed_at=now
        )
        row = Application(
            submission=form,
            person=person,
            authority=authority,
            kind="PASSPORT",
            category="replace",
            reason="expiring",
            receipt=f"{authority}{uuid4().int % 10**10:010d}",
            revision="2025-11-20",
            filed_at=now,
        )
        LIFECYCLE.begin([row], actions=[("file", person.acting)])
        rows.append(row)
    return rows


def text(response: Any) -> str:
    return str(response.content.decode())


def test_queries_do_not_grow_with_the_page(officer: Officer, enter: SignIn) -> None:
    client = enter(officer)
    many(2)
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        assert client.get(LIST).status_code == 200
    many(48)
    with CaptureQueriesContext(connection) as full:
        assert text(client.get(LIST)).count("desk/cases/") >= 50
    statements = [q["sql"] for q in full if not q["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    assert len(few) == len(full)
    assert len(statements) <= MOST_QUERIES, "\n".join(statements)


def test_a_row_shows_masked_name_owner_age_and_due_day(case: Application, officer: Officer, enter: SignIn) -> None:
    services.claim(case.pk, acting=officer.acting)
    page = text(enter(officer).get(LIST))
    assert services.spoken(case.receipt) in page
    assert "王**" in page
    assert "王演示" not in page
    assert officer.name in page
    assert "0 个工作日" in page
    assert "已超期</strong>" not in page
    assert case.due_on is not None
    with clock.set_to(clock.now() + (case.due_on - clock.today()) * 2):
        late = text(enter(officer).get(LIST))
    assert "已超期</strong>" in late


def test_rows_of_another_authority_do_not_exist(case: Application, enter: SignIn) -> None:
    stranger = enter(accounts.official(authority="330100"))
    assert services.spoken(case.receipt) not in text(stranger.get(LIST))
    assert services.spoken(case.receipt) not in text(stranger.get(LIST, {"queue": "all", "q": case.receipt}))
    for name in ("review", "hand_over", "unmask", "notice"):
        assert stranger.get(reverse(f"desk:{name}", args=[case.pk])).status_code == 404, name
    assert stranger.get(reverse("admin:applications_application_change", args=[case.pk])).status_code == 404
    for action in ("accept", "approve", "return", "refuse"):
        assert stranger.post(reverse("desk:decide", args=[case.pk, action])).status_code == 404
    assert stranger.post(reverse("desk:claim", args=[case.pk])).status_code == 404
    assert services.spoken(case.receipt) in text(enter(accounts.official(authority=NATION)).get(LIST))
    case.refresh_from_db()
    assert (case.status, case.claimed_by_id) == ("accepted", None)
    assert not AuditEntry.objects.filter(action__in=("claimed", "unmasked")).exists()


def test_search_is_by_receipt_only(case: Application, officer: Officer, enter: SignIn) -> None:
    client = enter(officer)
    shown = services.spoken(case.receipt)
    for term in (case.receipt, shown, case.receipt[:8]):
        assert shown in text(client.get(LIST, {"q": term})), term
    for term in ("王演示", case.person.citizen_number, case.receipt[3:]):
        assert shown not in text(client.get(LIST, {"q": term})), term


@pytest.mark.parametrize("role", ["officer", "supervisor", "auditor"])
def test_nothing_is_typed_added_or_deleted(case: Application, enter: SignIn, role: str) -> None:
    client = enter(accounts.official(role, authority=CITY))
    before = (Event.objects.count(), Application.objects.count())
    page = text(client.get(LIST))
    assert 'name="action"' not in page
    assert client.get(reverse("admin:applications_application_add")).status_code == 403
    assert client.get(reverse("admin:applications_application_delete", args=[case.pk])).status_code == 403
    change = reverse("admin:applications_application_change", args=[case.pk])
    answer = client.post(change, {"status": "approved"})
    assert answer.url == reverse("desk:review", args=[case.pk])
    client.post(LIST, {"action": "delete_selected", "_selected_action": [str(case.pk)]})
    case.refresh_from_db()
    assert case.status == "accepted"
    assert before == (Event.objects.count(), Application.objects.count())


def test_claim_next_takes_what_is_due_first(case: Application, officer: Officer, enter: SignIn) -> None:
    client = enter(officer)
    answer = client.post(reverse("desk:claim_next"))
    assert answer.url == reverse("desk:review", args=[case.pk])
    case.refresh_from_db()
    assert case.claimed_by_id == officer.user_id
    assert client.post(reverse("desk:claim_next")).url == reverse("admin:index")
    auditor = enter(accounts.official("auditor", authority=CITY))
    assert auditor.post(reverse("desk:claim_next")).status_code == 403


@pytest.mark.parametrize("name", ["documents_tariff", "documents_numberrange"])
def test_dated_facts_are_for_reading(name: str, supervisor: Officer, enter: SignIn) -> None:
    client = enter(supervisor)
    assert client.get(reverse(f"admin:{name}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:{name}_add")).status_code == 403
