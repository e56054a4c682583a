"""The review page: the case side by side, masked until it is held, with the register asked afresh."""

from typing import Any

from django.urls import reverse

from applications import services
from applications.models import Application
from portal.accounts.gateways.register.simulator import LEDGER
from portal.accounts.models import Officer
from portal.common import audit
from portal.common.models import AuditEntry
from portal.desk.models import CaseNote
from tests.desk.conftest import CITY, SignIn
from tests.factories import accounts, cases

OTHER_SPELLING = {"surname": "WANG", "given": "YANXI", "confirmed": True}


def text(response: Any) -> str:
    return str(response.content.decode())


def review(case: Application) -> str:
    return reverse("desk:review", args=[case.pk])


def secrets_of(case: Application) -> list[str]:
    told, person = case.submission.answers, case.person
    return [
        person.citizen_number,
        str(case.old_document and case.old_document.number),
        told["contact"]["phone"],
        told["contact"]["emergency_phone"],
    ]


def test_names_pictures_and_the_register_are_for_whoever_holds_the_case(
    case: Application, officer: Officer, enter: SignIn
) -> None:
    client, asked = enter(officer), len(LEDGER.entries())
    page = text(client.get(review(case)))
    personal = ["王演示", "YANSHI", case.person.born, case.submission.answers["personal"]["address"]]
    assert not [word for word in (*personal, *secrets_of(case)) if word in page]
    assert "认领这一件" in page
    assert "资格规则还没有重算" in page
    assert len(LEDGER.entries()) == asked
    portrait = reverse("desk:picture", args=[case.submission.portrait_id, "final"])
    assert client.get(portrait).status_code == 404

    assert client.post(reverse("desk:claim", args=[case.pk])).url == review(case)
    page = text(client.get(review(case)))
    assert not [word for word in personal if word not in page]
    assert not [word for word in secrets_of(case) if word in page]
    assert "资格规则全部符合" in page
    assert "上海市浦东新区" in page
    assert len(LEDGER.entries()) == asked + 1
    picture = client.get(portrait)
    assert picture["Content-Type"] == "image/jpeg"
    assert picture["Cache-Control"] == "no-store"
    other = enter(accounts.official(authority=CITY))
    assert other.get(portrait).status_code == 404
    assert "王演示" not in text(other.get(review(case)))


def test_only_differing_rows_are_coloured_and_only_differing_characters_marked(officer: Officer, enter: SignIn) -> None:
    case = cases.filed(cases.person(), name=OTHER_SPELLING)[0]
    services.accept(case.pk, acting=officer.acting)
    services.claim(case.pk, acting=officer.acting)
    page = text(enter(officer).get(review(case)))
    assert page.count("is-diff") == 1
    assert "WANG / YAN<mark>X</mark>I" in page
    assert "WANG / YAN<mark>SH</mark>I" in page
    assert 'name="judge_spelling"' in page
    assert "checked" not in page


def test_a_silent_register_is_said_and_stops_nothing_else(case: Application, officer: Officer, enter: SignIn) -> None:
    services.claim(case.pk, acting=officer.acting)
    LEDGER.arm("down", 1)
    page = text(enter(officer).get(review(case)))
    assert "人口登记系统没有应答" in page
    assert "王演示" in page
    assert "资格规则还没有重算" in page


def test_buttons_are_what_the_lifecycle_opens(case: Application, officer: Officer, enter: SignIn) -> None:
    client = enter(officer)

    def offered() -> set[str]:
        page = text(client.get(review(case)))
        return {a for a in ("accept", "approve", "return", "refuse", "collect") if f"/do/{a}/" in page}

    assert offered() == set()
    services.claim(case.pk, acting=officer.acting)
    assert offered() == {"approve", "return", "refuse"}
    services.approve(case.pk, acting=officer.acting)
    assert offered() == set()


def test_numbers_are_shown_once_for_a_purpose_that_is_written_down(
    case: Application, officer: Officer, enter: SignIn
) -> None:
    client, url = enter(officer), reverse("desk:unmask", args=[case.pk])
    for data in ({}, {"purpose": "curiosity"}):
        page = text(client.post(url, data))
        assert not [word for word in secrets_of(case) if word in page]
    assert not AuditEntry.objects.filter(action="unmasked").exists()
    shown = client.post(url, {"purpose": "contact"})
    assert not [word for word in secrets_of(case) if word not in text(shown)]
    assert shown["Cache-Control"] == "no-store"
    entry = AuditEntry.objects.get(action="unmasked")
    assert (entry.content, entry.actor) == ({"purpose": "contact"}, officer.acting.label)
    assert entry.chain == case.chain
    assert not [word for word in secrets_of(case) if word in text(client.get(url))]
    auditor = enter(accounts.official("auditor", authority=CITY))
    assert auditor.post(url, {"purpose": "contact"}).status_code == 403
    assert list(audit.verify()) == []


def test_a_held_case_is_handed_over_with_a_note(case: Application, officer: Officer, enter: SignIn) -> None:
    services.claim(case.pk, acting=officer.acting)
    client, url = enter(officer), reverse("desk:hand_over", args=[case.pk])
    version = {"version": case.event_seq}
    assert client.post(url, {**version, "note": ""}).status_code == 400
    case.refresh_from_db()
    assert case.claimed_by_id == officer.user_id
    assert client.post(url, {**version, "note": "请会日语的同事看"}).url == review(case)
    case.refresh_from_db()
    assert case.claimed_by_id is None
    other = accounts.official(authority=CITY)
    assert "请会日语的同事看" in text(enter(other).get(review(case)))
    assert "请会日语" not in str(AuditEntry.objects.get(action="handed_over").content)
    assert enter(other).post(url, {**version, "note": "x"}).status_code == 409
    assert CaseNote.objects.count() == 1


def test_a_supervisor_puts_a_case_into_somebodys_hands(
    case: Application, officer: Officer, supervisor: Officer, enter: SignIn
) -> None:
    url = reverse("desk:reassign", args=[case.pk])
    far = accounts.official(authority="330100")
    told = {"version": case.event_seq, "to": str(officer.user_id), "note": "由您接着办"}
    assert enter(officer).post(url, told).status_code == 403
    boss = enter(supervisor)
    assert boss.post(url, {**told, "to": str(far.user_id)}).status_code == 400
    case.refresh_from_db()
    assert case.claimed_by_id is None
    assert boss.post(url, told).url == review(case)
    case.refresh_from_db()
    assert case.claimed_by_id == officer.user_id
    assert AuditEntry.objects.get(action="reassigned").content["to"] == str(officer.user_id)
    assert "由您接着办" in text(enter(officer).get(review(case)))


def test_release_puts_it_back(case: Application, officer: Officer, enter: SignIn) -> None:
    services.claim(case.pk, acting=officer.acting)
    other = enter(accounts.official(authority=CITY))
    other.post(reverse("desk:release", args=[case.pk]))
    case.refresh_from_db()
    assert case.claimed_by_id == officer.user_id
    enter(officer).post(reverse("desk:release", args=[case.pk]))
    case.refresh_from_db()
    assert case.claimed_by_id is None
