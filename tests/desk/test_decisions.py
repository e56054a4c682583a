"""Decisions: each on a page of its own, with its reason, on the version the officer saw; refused without a trace."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications import services
from applications.models import Application
from documents.models import IssuedDocument
from portal.accounts.gateways.register.simulator import LEDGER
from portal.accounts.models import Officer
from portal.common import audit, clock, outbox
from portal.common.models import AuditEntry, Event, Promise
from tests.desk.conftest import CITY, SignIn
from tests.factories import accounts, cases

OTHER_SPELLING = {"surname": "WANG", "given": "YANXI", "confirmed": True}


def text(response: Any) -> str:
    return str(response.content.decode())


def do(client: Client, case: Application, action: str, **data: Any) -> Any:
    return client.post(
        reverse("desk:decide", args=[case.pk, action]), {"version": case.event_seq, **data}, follow=False
    )


def traces() -> tuple[int, ...]:
    return Event.objects.count(), Promise.objects.count(), AuditEntry.objects.count()


@pytest.fixture
def held(case: Application, officer: Officer) -> Application:
    services.claim(case.pk, acting=officer.acting)
    return Application.objects.get(pk=case.pk)


def test_approval_asks_for_an_opinion_and_records_it(held: Application, officer: Officer, enter: SignIn) -> None:
    client, before = enter(officer), traces()
    assert "checked" not in text(client.get(reverse("desk:decide", args=[held.pk, "approve"])))
    page = do(client, held, "approve")
    assert page.status_code == 400
    assert "请选择核查意见" in text(page)
    assert before == traces()
    assert do(client, held, "approve", opinion="consistent").url == reverse("desk:review", args=[held.pk])
    held.refresh_from_db()
    assert (held.status, held.claimed_by_id) == ("approved", None)
    assert AuditEntry.objects.get(action="assessed").content == {"opinion": "consistent", "judged": {}}
    assert list(audit.verify()) == []


def test_a_difference_is_judged_before_approval(officer: Officer, enter: SignIn) -> None:
    case = cases.filed(cases.person(), name=OTHER_SPELLING)[0]
    services.accept(case.pk, acting=officer.acting)
    services.claim(case.pk, acting=officer.acting)
    case.refresh_from_db()
    client, before = enter(officer), traces()
    assert "请先判断：拼音不同" in text(do(client, case, "approve", opinion="explained"))
    sent_back = do(client, case, "approve", opinion="explained", judge_spelling="send_back")
    assert "请返回案件，按“退回补正”" in text(sent_back)
    assert "请选“有差异" in text(do(client, case, "approve", opinion="consistent", judge_spelling="as_typed"))
    assert before == traces()
    assert do(client, case, "approve", opinion="explained", judge_spelling="as_typed").status_code == 302
    content = AuditEntry.objects.get(action="assessed").content
    assert content == {"opinion": "explained", "judged": {"spelling": "as_typed"}}


def test_the_rules_run_again_and_every_reason_is_shown(held: Application, officer: Officer, enter: SignIn) -> None:
    form = held.submission
    form.facts = {**form.facts, "fingerprints": False, "in_mainland": False}
    form.save(update_fields=["facts"])
    client = enter(officer)
    page = do(client, held, "approve", opinion="consistent")
    assert page.status_code == 409
    assert "以前办证没有留过指纹" in text(page)
    assert "您现在不在内地" in text(page)
    held.refresh_from_db()
    assert held.status == "accepted"
    assert not Event.objects.filter(subject_id=held.pk, action="approve").exists()


def test_a_silent_register_leaves_the_case_as_it_was(held: Application, officer: Officer, enter: SignIn) -> None:
    client = enter(officer)
    LEDGER.arm("down", 2)
    page = do(client, held, "approve", opinion="consistent")
    assert page.status_code == 503
    assert "没有作出决定" in text(page)
    held.refresh_from_db()
    assert (held.status, held.claimed_by_id) == ("accepted", officer.user_id)
    assert not Event.objects.filter(subject_id=held.pk, action="approve").exists()


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("approve", {"opinion": "consistent"}),
        ("return", {"codes": ["C01"]}),
        ("refuse", {"code": "EEL12", "note": "理由"}),
    ],
)
def test_a_stale_page_decides_nothing(
    held: Application, officer: Officer, enter: SignIn, action: str, data: dict[str, Any]
) -> None:
    client = enter(officer)
    seen = held.event_seq
    services.return_for_correction(held.pk, acting=officer.acting, codes=["C02"])
    person = held.person
    services.correct(held.submission_id, acting=person.acting, known=services.gather(person))
    services.claim(held.pk, acting=officer.acting)
    before = traces()
    page = client.post(reverse("desk:decide", args=[held.pk, action]), {"version": seen, **data})
    assert page.status_code == 409
    assert "没有作出决定" in text(page)
    assert before == traces()


def test_two_officers_cannot_decide_one_case(held: Application, enter: SignIn) -> None:
    other = enter(accounts.official(authority=CITY))
    before = traces()
    for action, data in (("approve", {"opinion": "consistent"}), ("return", {"codes": ["C01"]})):
        page = do(other, held, action, **data)
        assert page.status_code == 409
        assert "不在您名下" in text(page)
    held.refresh_from_db()
    assert held.status == "accepted"
    assert Event.objects.count() == before[0]


def test_return_names_everything_at_once(held: Application, officer: Officer, enter: SignIn) -> None:
    client, before = enter(officer), traces()
    assert "请选择要补正的内容" in text(do(client, held, "return"))
    assert do(client, held, "return", codes=["C99"]).status_code == 400
    assert before == traces()
    assert do(client, held, "return", codes=["C01", "C05"], note="背景有影子").status_code == 302
    held.refresh_from_db()
    assert (held.status, held.reason_codes) == ("returned", ["C01", "C05"])
    assert Event.objects.get(action="return").note == "背景有影子"
    assert services.reopened_pages(held.submission) == {"photo", "name"}


def test_refusal_needs_article_and_facts_and_gives_a_notice(held: Application, officer: Officer, enter: SignIn) -> None:
    client, before = enter(officer), traces()
    assert "请填写事实和理由" in text(do(client, held, "refuse", code="P13-3"))
    assert "请选择法律依据" in text(do(client, held, "refuse", note="理由"))
    assert do(client, held, "refuse", code="TWN12", note="理由").status_code == 400
    assert before == traces()
    notice = do(client, held, "refuse", code="P13-3", note="所附说明与登记不符。")
    assert notice.url == reverse("desk:notice", args=[held.pk])
    page = text(client.get(notice.url))
    for words in ("不予批准决定书", "第十三条第（三）项", "所附说明与登记不符。", "60 日内", "6 个月内", "王演示"):
        assert words in page
    assert held.person.citizen_number not in page
    held.refresh_from_db()
    assert (held.status, held.reason_codes) == ("refused", ["P13-3"])
    assert AuditEntry.objects.filter(action="unmasked").count() == 1


def test_acceptance_by_an_officer(officer: Officer, enter: SignIn) -> None:
    case = cases.filed(cases.person(), name=OTHER_SPELLING)[0]
    client = enter(officer)
    assert do(client, case, "accept").status_code == 400
    assert do(client, case, "accept", complete="on").status_code == 302
    case.refresh_from_db()
    assert case.status == "accepted"
    assert case.due_on is not None


def test_pick_up_at_the_window(officer: Officer, enter: SignIn) -> None:
    person = cases.person()
    delivery = {"method": "pickup"}
    case = cases.paid(person, officer.acting, delivery=delivery)[0]
    start = clock.now()
    for seconds in range(0, 60, 6):
        with clock.set_to(start + timedelta(seconds=seconds)):
            outbox.run_due()
    case.refresh_from_db()
    assert case.status == "ready"
    client = enter(officer)
    assert "collect" in text(client.get(reverse("desk:review", args=[case.pk])))
    assert do(client, case, "collect").status_code == 400
    assert do(client, case, "collect", proof="own_card").status_code == 302
    case.refresh_from_db()
    assert case.status == "delivered"
    assert IssuedDocument.objects.get(application_id=case.pk).status == "valid"


def test_a_supervisor_ends_what_cannot_be_made(supervisor: Officer, officer: Officer, enter: SignIn) -> None:
    case = cases.paid(cases.person(), officer.acting)[0]
    client = enter(supervisor)
    assert do(enter(officer), case, "declare_unproducible", note="空白证用完").status_code == 409
    assert do(client, case, "declare_unproducible").status_code == 400
    assert do(client, case, "declare_unproducible", note="空白证用完").status_code == 302
    case.refresh_from_db()
    assert case.status == "unproducible"
    assert case.old_document is not None
    case.old_document.refresh_from_db()
    assert case.old_document.status == "valid"


def test_an_unknown_act_or_case_is_not_found(held: Application, officer: Officer, enter: SignIn) -> None:
    client = enter(officer)
    assert do(client, held, "lapse").status_code == 404
    assert client.get(reverse("desk:review", args=["00000000-0000-0000-0000-000000000000"])).status_code == 404
    assert (
        enter(accounts.official("auditor", authority=CITY))
        .get(reverse("desk:decide", args=[held.pk, "approve"]))
        .status_code
        == 403
    )


def test_there_is_no_notice_without_a_refusal(held: Application, officer: Officer, enter: SignIn) -> None:
    assert services.decision_notice(held) is None
    page = text(enter(officer).get(reverse("desk:notice", args=[held.pk])))
    assert "没有决定书" in page
    assert "王演示" not in page
    assert not AuditEntry.objects.filter(action="unmasked").exists()
