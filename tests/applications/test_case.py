"""The whole way of a case through the services: filed, decided, paid, made, delivered, and each other end."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications import services
from applications.gateways.courier.simulator import SimulatedCourier
from applications.gateways.plant.simulator import SimulatedPlant
from applications.models import Application
from documents.models import IssuedDocument
from portal.accounts.models import Person
from portal.common import audit, clock, outbox
from portal.common.acting import Acting
from portal.common.models import Event, Promise
from portal.common.unmet import Refused
from tests.factories import cases
from tests.factories.work import holds, run_for

pytestmark = pytest.mark.django_db

ALL_KINDS = {"PASSPORT": "expiring", "HKM_PERMIT": "lost", "TWN_PERMIT": "damaged"}


@pytest.fixture(autouse=True)
def _ground() -> None:
    cases.ground()


def test_three_documents_on_one_form_all_the_way() -> None:
    person, officer = cases.person(), cases.officer()
    rows = cases.filed(person, ALL_KINDS)
    assert [row.status for row in rows] == ["accepted"] * 3
    assert [row.fee_fen for row in rows] == [12000, 6000, 6000]
    assert len({row.receipt for row in rows}) == 3
    lost = IssuedDocument.objects.get(person=person, kind="HKM_PERMIT")
    assert (lost.status, lost.end_code) == ("invalid", "lost")

    for row in rows:
        services.claim(row.pk, acting=officer)
        services.approve(row.pk, acting=officer)
    assert IssuedDocument.objects.get(person=person, kind="PASSPORT").status == "pending_invalidation"
    cases.pay(rows[0].submission_id, person)
    assert set(Application.objects.values_list("status", flat=True)) == {"paid"}
    run_for(60)
    rows = list(Application.objects.order_by("position"))
    assert [row.status for row in rows] == ["delivered"] * 3
    new = IssuedDocument.objects.filter(application_id__in=[row.pk for row in rows])
    assert {document.kind for document in new} == set(ALL_KINDS)
    assert all(document.status == "valid" for document in new)
    passport = new.get(kind="PASSPORT")
    assert passport.mrz.startswith("POCHN")
    assert passport.replaces is not None
    assert IssuedDocument.objects.filter(person=person, status="valid").count() == 3
    assert len(SimulatedPlant.ledger.entries()) == 3
    assert len(SimulatedCourier.ledger.entries()) == 3
    holds()


def test_a_second_press_files_nothing_new() -> None:
    person = cases.person()
    form = cases.draft(person)
    known = services.gather(person)
    first = services.file(form.pk, acting=person.acting, known=known, declared=cases.DECLARED)
    counts = (Application.objects.count(), Event.objects.count(), Promise.objects.count())
    second = services.file(form.pk, acting=person.acting, known=known, declared=cases.DECLARED)
    assert [row.receipt for row in first.applications] == [row.receipt for row in second.applications]
    assert (first.fresh, second.fresh) == (True, False)
    assert (Application.objects.count(), Event.objects.count(), Promise.objects.count()) == counts


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("戚公务", "X1"),
        ("谢军人", "X2"),
        ("邹无纹", "E5"),
        ("喻限制", "X4"),
        ("苏境外", "E7"),
        ("秦少年", "E2"),
        ("华外地", "E1"),
        ("卫昨日", "E4"),
        ("韩无证", "X3"),
        ("李样本", "E6"),
        ("郑恰满", "E6"),
    ],
)
def test_nobody_files_whom_the_rules_exclude(name: str, code: str) -> None:
    person = cases.person(name)
    form = cases.draft(person)
    with pytest.raises(Refused) as refusal:
        services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    assert code in {reason.code for reason in refusal.value.unmet}
    assert not Application.objects.exists()
    form.refresh_from_db()
    assert form.filed_at is None


def test_an_exit_bar_names_the_article_and_nothing_else() -> None:
    person = cases.person("喻限制")
    form = cases.draft(person)
    with pytest.raises(Refused) as refusal:
        services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    (reason,) = [r for r in refusal.value.unmet if r.code == "X4"]
    assert "第十二条" in str(reason.source)


def test_returned_corrected_accepted_again_with_the_clock_paused() -> None:
    person, officer = cases.person(), cases.officer()
    (row,) = cases.filed(person)
    due = row.due_on
    services.claim(row.pk, acting=officer)
    back = services.return_for_correction(row.pk, acting=officer, codes=["C08"])
    assert services.reopened_pages(back.submission) == {"delivery"}
    with pytest.raises(Refused):
        services.save_page(row.submission_id, "name", {}, acting=person.acting)
    with clock.set_to(clock.now() + timedelta(days=5)):
        mended = {**back.submission.answers["delivery"], "address": "示范市样例区虚构路 1 号 3 单元 401"}
        services.save_page(row.submission_id, "delivery", mended, acting=person.acting)
        (again,) = services.correct(row.submission_id, acting=person.acting, known=services.gather(person))
        assert again.status == "accepted"
        assert again.accepted_at == row.accepted_at
        assert again.due_on is not None
        assert due is not None
        assert again.due_on > due
    holds()


def test_not_corrected_in_seven_days_lapses() -> None:
    person, officer = cases.person(), cases.officer()
    (row,) = cases.filed(person)
    services.claim(row.pk, acting=officer)
    services.return_for_correction(row.pk, acting=officer, codes=["C01"])
    with clock.set_to(clock.now() + timedelta(days=7)):
        outbox.run_due()
        assert Application.objects.get().status == "returned"
    with clock.set_to(clock.now() + timedelta(days=8)):
        outbox.run_due()
    assert Application.objects.get().status == "lapsed"
    assert IssuedDocument.objects.get(person=person, kind="PASSPORT").status == "valid"
    holds()


def test_not_paid_in_seven_days_lapses_and_the_old_document_counts_again() -> None:
    person, officer = cases.person(), cases.officer()
    cases.approved(person, officer)
    assert IssuedDocument.objects.get(person=person, kind="PASSPORT").status == "pending_invalidation"
    with clock.set_to(clock.now() + timedelta(days=8)):
        outbox.run_due()
    row = Application.objects.get()
    assert row.status == "lapsed"
    assert IssuedDocument.objects.get(person=person, kind="PASSPORT").status == "valid"
    moved, closed = services.record_payment([row.pk], acting=Acting("provider", "late"))
    assert (moved, [one.pk for one in closed]) == ([], [row.pk])
    holds()


def test_a_refusal_names_its_article_and_needs_words() -> None:
    person, officer = cases.person(), cases.officer()
    (row,) = cases.filed(person)
    services.claim(row.pk, acting=officer)
    with pytest.raises(Refused):
        services.refuse(row.pk, acting=officer, code="P13-3", note=" ")
    assert Application.objects.get().status == "accepted"
    done = services.refuse(row.pk, acting=officer, code="P13-3", note="照片不是本人。")
    assert (done.status, done.reason_codes) == ("refused", ["P13-3"])
    holds()


def test_an_officer_of_another_city_cannot_touch_it() -> None:
    person, stranger = cases.person(), cases.officer("330100")
    (row,) = cases.filed(person)
    with pytest.raises(Refused):
        services.claim(row.pk, acting=stranger)
    with pytest.raises(Refused):
        services.refuse(row.pk, acting=stranger, code="P13-3", note="x")
    assert Application.objects.get().status == "accepted"


def test_without_a_claim_nothing_is_decided() -> None:
    person, officer = cases.person(), cases.officer()
    (row,) = cases.filed(person)
    with pytest.raises(Refused):
        services.approve(row.pk, acting=officer)
    services.claim(row.pk, acting=officer)
    with clock.set_to(clock.now() + timedelta(minutes=31)), pytest.raises(Refused):
        services.approve(row.pk, acting=officer)


def test_doubtful_names_wait_for_an_officer_and_silence_accepts_them() -> None:
    # A Thursday before two holidays: the five working days are 28, 29 and 30 September, 8 and 9 October.
    filed_at = datetime(2026, 9, 24, 2, tzinfo=UTC)
    silent_until = datetime(2026, 10, 9, 16, tzinfo=UTC)
    with clock.set_to(filed_at):
        odd = {"surname": "WANG", "given": "ZZZ", "confirmed": True}
        (row,) = cases.filed(cases.person(), {"PASSPORT": "damaged"}, name=odd)
    assert row.status == "filed"
    assert row.accepted_at is None
    with clock.set_to(silent_until - timedelta(seconds=1)):
        outbox.run_due()
        assert Application.objects.get().status == "filed"
    with clock.set_to(silent_until):
        outbox.run_due()
        row = Application.objects.get()
        assert (row.status, row.accepted_at) == ("accepted", filed_at)
        audit.anchor()
        holds()


def test_withdrawn_before_payment() -> None:
    person, officer = cases.person(), cases.officer()
    (row,) = cases.approved(person, officer)
    services.withdraw(row.pk, acting=person.acting)
    assert Application.objects.get().status == "withdrawn"
    assert IssuedDocument.objects.get(person=person, kind="PASSPORT").status == "valid"
    holds()


def test_a_spoiled_blank_ends_the_case_and_frees_the_old_document() -> None:
    person, officer = cases.person(), cases.officer()
    SimulatedPlant.ledger.arm("spoil")
    cases.paid(person, officer)
    run_for(30)
    assert Application.objects.get().status == "unproducible"
    assert IssuedDocument.objects.get(person=person, kind="PASSPORT").status == "valid"
    holds()


def test_lost_answers_of_plant_and_courier_make_nothing_twice() -> None:
    person, officer = cases.person(), cases.officer()
    SimulatedPlant.ledger.arm("accept_then_down")
    SimulatedCourier.ledger.arm("accept_then_down")
    (row,) = cases.paid(person, officer)
    run_for(120)
    assert Application.objects.get().status == "delivered"
    assert len(SimulatedPlant.ledger.entries()) == 1
    assert SimulatedPlant.ledger.count(str(row.pk)) == 1
    assert len(SimulatedCourier.ledger.entries()) == 1
    holds()


def test_a_returned_parcel_reopens_the_case_and_is_sent_again() -> None:
    person, officer = cases.person(), cases.officer()
    SimulatedCourier.ledger.arm("bounce")
    (row,) = cases.paid(person, officer)
    run_for(30)
    assert Application.objects.get().status == "ready"
    services.send_again(row.pk, acting=person.acting)
    run_for(30)
    assert Application.objects.get().status == "delivered"
    assert len(SimulatedCourier.ledger.entries()) == 2
    holds()


def test_pick_up_is_handed_over_by_an_officer() -> None:
    person, officer = cases.person(), cases.officer()
    (row,) = cases.paid(person, officer, delivery={"method": "pickup"})
    run_for(30)
    assert Application.objects.get().status == "ready"
    services.collect(row.pk, acting=officer)
    assert Application.objects.get().status == "delivered"
    assert SimulatedCourier.ledger.entries() == []
    holds()


def filing_queries(person: Person, kinds: list[str]) -> int:
    """File a form and withdraw it; return how many statements filing took, those of the transaction not counted."""
    form = cases.draft(person, dict.fromkeys(kinds, "damaged"))
    known = services.gather(person)
    with CaptureQueriesContext(connection) as seen:
        rows = services.file(form.pk, acting=person.acting, known=known, declared=cases.DECLARED).applications
    for row in rows:
        services.withdraw(row.pk, acting=person.acting)
    of_transactions = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return sum(not query["sql"].startswith(of_transactions) for query in seen)


def test_filing_takes_few_queries() -> None:
    """With the small dated tables in the cache, as they are in a running portal."""
    person = cases.person()
    filing_queries(person, ["PASSPORT"])
    assert filing_queries(person, ["PASSPORT"]) <= 10
    assert filing_queries(person, list(ALL_KINDS)) <= 10
