"""Filing from the page: once, with every reason, with few queries, and with the register away."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications import services
from applications.models import Application, Submission
from photos.services import shots_of
from portal.accounts.models import Person
from portal.common.models import AuditEntry, Event, Promise
from portal.common.simulation import Ledger
from tests.factories import accounts, cases

pytestmark = pytest.mark.django_db

DECLARE = {"agreed": "on", "loss_sworn": "on"}
TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")


@pytest.fixture
def person() -> Person:
    cases.ground()
    return cases.person()


@pytest.fixture
def signed_in(client: Client, person: Person) -> Client:
    assert person.user is not None
    client.force_login(person.user)
    return client


def count_queries(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len([row for row in captured.captured_queries if not row["sql"].startswith(TRANSACTION)])


def written() -> list[int]:
    return [model._default_manager.count() for model in (Application, Event, AuditEntry, Promise)]


def test_filing_takes_few_queries_and_few_more_for_each_document(person: Person) -> None:
    cases.filed(cases.person("张示例", phone="13900000009"))
    counts = []
    for kinds in ([cases.PASSPORT], [cases.HKM_PERMIT, cases.TWN_PERMIT]):
        submission = cases.draft(person, dict.fromkeys(kinds, "expiring"))
        known = services.gather(person)
        counts.append(
            count_queries(
                lambda pk=submission.pk, known=known: services.file(  # type: ignore[misc]
                    pk, acting=person.acting, known=known, declared=cases.DECLARED
                )
            )
        )
    assert counts[0] <= 12
    assert counts[1] <= counts[0] + 4


def test_the_press_of_the_button_adds_only_who_presses_and_what_they_hold(signed_in: Client, person: Person) -> None:
    cases.filed(cases.person("张示例", phone="13900000009"))
    submission = cases.draft(person)
    assert count_queries(lambda: signed_in.post(f"/apply/{submission.pk}/check/", DECLARE)) <= 12
    assert Submission.objects.get(pk=submission.pk).filed_at is not None


def test_every_reason_is_named_at_once_and_leads_to_its_page(signed_in: Client, person: Person) -> None:
    assert person.user is not None
    submission = services.start(person.user, person)
    services.save_page(
        submission.pk, "requests", {cases.PASSPORT: {"reason": "lost", "statement": "丢了"}}, acting=person.acting
    )
    before = written()
    page = signed_in.post(f"/apply/{submission.pk}/check/", {"agreed": "on"})
    shown = page.content.decode()
    assert page.status_code == 200
    assert "错误：" in shown
    for slug in ("reason-passport", "personal", "name", "contact", "photo", "signature", "delivery"):
        assert f'href="/apply/{submission.pk}/{slug}/?back=check"' in shown
    assert "还没有确认遗失或被盗的声明" in shown
    assert 'name="agreed"' in shown
    assert "checked" in shown.partition('name="agreed"')[2].partition(">")[0]
    assert written() == before


def test_a_second_press_shows_the_same_receipts_and_writes_nothing(signed_in: Client, person: Person) -> None:
    submission = cases.draft(person, {cases.PASSPORT: "expiring", cases.TWN_PERMIT: "expiring"})
    first = signed_in.post(f"/apply/{submission.pk}/check/", DECLARE)
    after = written()
    second = signed_in.post(f"/apply/{submission.pk}/check/", DECLARE)
    assert first["Location"] == second["Location"] == f"/apply/{submission.pk}/filed/"
    assert written() == after
    assert Application.objects.count() == 2


def test_a_silent_register_loses_nothing_and_the_next_press_files(signed_in: Client, person: Person) -> None:
    submission = cases.draft(person)
    before = written()
    Ledger("register").arm("down", 1)
    page = signed_in.post(f"/apply/{submission.pk}/check/", DECLARE)
    assert page.status_code == 200
    assert "人口登记系统现在没有应答" in page.content.decode()
    assert "您填的都保存了" in page.content.decode()
    assert written() == before
    page = signed_in.post(f"/apply/{submission.pk}/check/", DECLARE)
    assert page["Location"] == f"/apply/{submission.pk}/filed/"


def test_one_document_is_asked_for_once(signed_in: Client, person: Person) -> None:
    cases.filed(person)
    submission = cases.draft(person)
    page = signed_in.get(f"/apply/{submission.pk}/documents/")
    assert "普通护照：已经有一件申请在办" in page.content.decode()
    page = signed_in.post(f"/apply/{submission.pk}/check/", DECLARE)
    assert page.status_code == 200
    assert "已经有一件申请在办" in page.content.decode()
    assert Application.objects.count() == 1


def test_somebody_elses_form_does_not_exist(client: Client, person: Person) -> None:
    submission = cases.draft(person)
    other = cases.person("张示例", phone="13900000009")
    assert other.user is not None
    client.force_login(other.user)
    shot = shots_of(submission.pk, "portrait")[0]
    paths = ["", "check/", "filed/", "documents/", "photo/", "contact/", f"pictures/{shot.pk}/preview.jpg"]
    before = written()
    for path in [*paths, f"pictures/{shot.pk}/"]:
        foreign = client.get(f"/apply/{submission.pk}/{path}")
        absent = client.get(f"/apply/{uuid4()}/{path}")
        assert foreign.status_code == absent.status_code == 404
        assert len(foreign.content) == len(absent.content)
    for path in ("", "check/", "contact/", "photo/", "discard/"):
        assert client.post(f"/apply/{submission.pk}/{path}", {**cases.ANSWERS["contact"], **DECLARE}).status_code == 404
    assert written() == before


def test_a_form_that_is_not_complete_goes_back_to_its_list(signed_in: Client, person: Person) -> None:
    submission = cases.draft(person, pictures=False)
    for path in ("check/", "filed/"):
        assert signed_in.get(f"/apply/{submission.pk}/{path}")["Location"] == f"/apply/{submission.pk}/"
    shown = signed_in.get(f"/apply/{submission.pk}/").content.decode()
    assert "还不能开始" in shown
    assert "继续：照片" in shown


def test_the_open_draft_is_offered_before_another_is_made(signed_in: Client, person: Person) -> None:
    submission = cases.draft(person, pictures=False)
    shown = signed_in.get("/apply/start/").content.decode()
    assert "您有一张没填完的申请表" in shown
    assert f"/apply/{submission.pk}/" in shown
    signed_in.post("/apply/start/")
    assert Submission.objects.count() == 1
    assert signed_in.post(f"/apply/{submission.pk}/discard/").status_code == 302
    assert Submission.objects.count() == 0


def test_who_is_not_proven_is_proven_first(client: Client) -> None:
    client.force_login(accounts.signed_up())
    page = client.get("/apply/start/")
    assert page["Location"] == "/account/identity/?next=%2Fapply%2Fstart%2F"
    assert Submission.objects.count() == 0
