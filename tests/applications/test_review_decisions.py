"""What a correction may change and what it may not, what approval pins, and what every end of a case leaves behind."""

from datetime import UTC, timedelta
from typing import Any

import pytest

from applications import fulfilment, services, terms
from applications.gateways.courier.simulator import SimulatedCourier
from applications.gateways.plant.simulator import SimulatedPlant
from applications.models import Application, Submission
from applications.redelivery import redeliver
from applications.settlement import PRODUCTION_TOPIC
from documents.models import IssuedDocument
from photos import shots
from photos.models import PORTRAIT, Shot
from portal.accounts.models import Person
from portal.common import clock, outbox, workdays
from portal.common.acting import Acting
from portal.common.models import AuditEntry, Event, Promise
from portal.common.unmet import Refused
from tests.factories import cases
from tests.factories.work import holds, run_for

pytestmark = pytest.mark.django_db
SWORN = {"loss_sworn": True}


@pytest.fixture(autouse=True)
def _ground() -> None:
    cases.ground()


def returned(person: Person, officer: Acting, reasons: dict[str, str], *codes: str, **changes: Any) -> Application:
    """The first application of a form, returned; its siblings wait."""
    row = cases.filed(person, reasons, **changes)[0]
    services.claim(row.pk, acting=officer)
    return services.return_for_correction(row.pk, acting=officer, codes=codes or ("C06",))


def tell(row: Application, kind: str, reason: str) -> None:
    told = Submission.objects.get(pk=row.submission_id).answers["requests"]
    said = {"reason": reason, "statement": "在地铁上丢了，没有找到，已经挂失。"}
    services.save_page(row.submission_id, "requests", {**told, kind: said}, acting=row.person.acting)


def hand_in(row: Application, person: Person, **declared: Any) -> list[Application]:
    known = services.gather(person)
    return services.correct(row.submission_id, acting=person.acting, known=known, declared=declared)


def refusals(row: Application, person: Person, **declared: Any) -> set[str]:
    before = (Event.objects.count(), Promise.objects.open().count(), AuditEntry.objects.count())
    with pytest.raises(Refused) as refused:
        hand_in(row, person, **declared)
    assert (Event.objects.count(), Promise.objects.open().count(), AuditEntry.objects.count()) == before
    assert Application.objects.get(pk=row.pk).status == "returned"
    return {reason.code for reason in refused.value.unmet}


def test_a_document_found_lost_at_correction_ends_at_once_on_the_sworn_report() -> None:
    person, officer = cases.person(), cases.officer()
    row = returned(person, officer, {"PASSPORT": "expiring"})
    assert row.category == "replace"
    tell(row, "PASSPORT", "lost")
    assert refusals(row, person) == {"loss_sworn"}
    assert IssuedDocument.objects.get(person=person, kind="PASSPORT").status == "valid"
    (again,) = hand_in(row, person, **SWORN)
    assert (again.reason, again.category, again.fee_fen) == ("lost", "reissue", 12000)
    old = IssuedDocument.objects.get(person=person, kind="PASSPORT")
    assert (old.status, old.end_code) == ("invalid", "lost")
    services.claim(again.pk, acting=officer)
    assert services.approve(again.pk, acting=officer).status == "approved"
    holds()


def test_a_correction_neither_adds_nor_drops_documents_nor_touches_those_not_returned() -> None:
    person, officer = cases.person(), cases.officer()
    row = returned(person, officer, {"PASSPORT": "expiring", "HKM_PERMIT": "damaged"})
    told = Submission.objects.get().answers["requests"]
    services.save_page(row.submission_id, "requests", {"HKM_PERMIT": told["HKM_PERMIT"]}, acting=person.acting)
    assert refusals(row, person) == {"kinds"}
    services.save_page(row.submission_id, "requests", {**told, "TWN_PERMIT": told["HKM_PERMIT"]}, acting=person.acting)
    assert refusals(row, person) == {"kinds"}
    services.save_page(row.submission_id, "requests", told, acting=person.acting)
    tell(row, "HKM_PERMIT", "lost")
    assert refusals(row, person, **SWORN) == {"reason"}
    services.save_page(row.submission_id, "requests", told, acting=person.acting)
    assert [one.pk for one in hand_in(row, person)] == [row.pk]


@pytest.mark.parametrize(("change", "code"), [({"identity": "military"}, "X2"), ({"identity": "state_employee"}, "X1")])
def test_the_rules_run_again_at_correction(change: dict[str, Any], code: str) -> None:
    person, officer = cases.person(), cases.officer()
    row = returned(person, officer, {"PASSPORT": "expiring"}, "C04")
    told = Submission.objects.get().answers["personal"]
    services.save_page(row.submission_id, "personal", {**told, **change}, acting=person.acting)
    assert refusals(row, person) == {code}
    services.save_page(row.submission_id, "personal", {**told, "identity_changed": True}, acting=person.acting)
    assert refusals(row, person) == {"X5"}


def test_a_reason_that_does_not_hold_is_refused_at_correction() -> None:
    person, officer = cases.person(), cases.officer()
    row = returned(person, officer, {"HKM_PERMIT": "damaged"})
    tell(row, "HKM_PERMIT", "pages_used")
    assert refusals(row, person) == {"E6"}


def test_after_24_o_clock_nothing_is_corrected_even_if_no_worker_wrote_the_lapse() -> None:
    person, officer = cases.person(), cases.officer()
    row = returned(person, officer, {"PASSPORT": "expiring"}, "C08")
    assert row.correct_by is not None
    with clock.set_to(row.correct_by):
        assert refusals(row, person) == {"correct_by"}
    with clock.set_to(row.correct_by - timedelta(seconds=1)):
        assert hand_in(row, person)[0].status == "accepted"


def test_a_second_press_of_the_correction_changes_nothing() -> None:
    person, officer = cases.person(), cases.officer()
    row = returned(person, officer, {"PASSPORT": "expiring"}, "C08")
    hand_in(row, person)
    before = Submission.objects.get()
    shot = shots.receive(
        cases.PORTRAIT_FILE.read_bytes(), owner=before.pk, purpose=PORTRAIT, authority="310000", acting=person.acting
    )
    outbox.run_due()
    shots.choose(shot.pk, owner=before.pk)
    counts = (Event.objects.count(), AuditEntry.objects.count())
    assert hand_in(row, person) == []
    assert Submission.objects.get().portrait_id == before.portrait_id
    assert (Event.objects.count(), AuditEntry.objects.count()) == counts


def test_silence_counts_anew_from_the_correction() -> None:
    person, officer = cases.person(), cases.officer()
    odd = {"surname": "WANG", "given": "ZZZ", "confirmed": True}
    row = returned(person, officer, {"PASSPORT": "expiring"}, "C08", name=odd)
    assert row.accepted_at is None
    corrected_at = clock.now() + timedelta(days=4)
    with clock.set_to(corrected_at):
        assert hand_in(row, person)[0].status == "filed"
    silent_until = terms.days_from(corrected_at, "acceptance").astimezone(UTC)
    with clock.set_to(silent_until - timedelta(seconds=1)):
        outbox.run_due()
        assert Application.objects.get().status == "filed"
    with clock.set_to(silent_until):
        outbox.run_due()
    done = Application.objects.get()
    assert (done.status, done.accepted_at) == ("accepted", corrected_at)
    assert done.due_on == workdays.add_working_days(clock.local_day(corrected_at), 7).on
    holds()


def test_what_was_approved_is_printed_whatever_another_document_of_the_form_is_corrected_to() -> None:
    person, officer = cases.person(), cases.officer()
    first, second = cases.filed(person, {"PASSPORT": "expiring", "HKM_PERMIT": "damaged"})
    for row in (first, second):
        services.claim(row.pk, acting=officer)
    approved = services.approve(first.pk, acting=officer)
    services.return_for_correction(second.pk, acting=officer, codes=["C05", "C01"])
    form = Submission.objects.get()
    name = form.answers["name"]
    services.save_page(form.pk, "name", {**name, "given": "OTHER"}, acting=person.acting)
    shot = shots.receive(
        cases.PORTRAIT_FILE.read_bytes(), owner=form.pk, purpose=PORTRAIT, authority="310000", acting=person.acting
    )
    outbox.run_due()
    shots.choose(shot.pk, owner=form.pk)
    hand_in(second, person)
    assert Submission.objects.get().portrait_id == shot.pk
    cases.pay(first.submission_id, person)
    run_for(30)
    new = IssuedDocument.objects.get(application_id=first.pk)
    assert (new.surname, new.given) == (name["surname"], name["given"])
    (order,) = SimulatedPlant.ledger.entries()
    assert order.body["given"] == name["given"]
    assert approved.printed["portrait"] == str(form.portrait_id)
    holds()


def test_a_picture_nobody_has_found_in_order_keeps_the_service_from_approving() -> None:
    person, officer = cases.person(), cases.officer()
    form = cases.draft(person)
    Shot.objects.filter(owner=form.pk, purpose=PORTRAIT).update(is_chosen=False)
    blank = cases.signature()
    for _ in range(2):
        shots.receive(blank, owner=form.pk, purpose=PORTRAIT, authority="310000", acting=person.acting)
    outbox.run_due()
    bad = Shot.objects.filter(owner=form.pk, purpose=PORTRAIT, status="refused").order_by("number")[0]
    shots.ask_human(bad.pk, owner=form.pk, acting=person.acting)
    known = services.gather(person)
    (row,) = services.file(form.pk, acting=person.acting, known=known, declared=cases.DECLARED).applications
    assert row.status == "filed"
    services.claim(row.pk, acting=officer)
    with pytest.raises(Refused) as refused:
        services.approve(row.pk, acting=officer)
    assert {reason.code for reason in refused.value.unmet} == {PORTRAIT}
    assert Application.objects.get().status == "filed"
    # Another picture, good but not handed in, does not help either.
    good = Shot.objects.get(owner=form.pk, purpose=PORTRAIT, status="accepted")
    shots.choose(good.pk, owner=form.pk)
    with pytest.raises(Refused):
        services.approve(row.pk, acting=officer)


@pytest.mark.parametrize("role", ["auditor", "system", "citizen"])
def test_only_those_who_decide_can_claim(role: str) -> None:
    person = cases.person()
    officer = cases.officer()
    (row,) = cases.filed(person)
    with pytest.raises(Refused):
        services.claim(row.pk, acting=Acting(role, officer.id, "310000"))
    with pytest.raises(Refused):
        services.claim_next(acting=Acting(role, officer.id, "310000"))
    assert Application.objects.get().claimed_by_id is None
    assert not AuditEntry.objects.filter(action="claimed").exists()


def test_giving_a_claim_back_is_on_record_and_only_the_holder_can() -> None:
    person, officer, other = cases.person(), cases.officer(), cases.officer(code="D002")
    (row,) = cases.filed(person)
    services.claim(row.pk, acting=officer)
    services.release(row.pk, acting=other)
    assert str(Application.objects.get().claimed_by_id) == officer.id
    services.release(row.pk, acting=officer)
    assert Application.objects.get().claimed_by_id is None
    assert list(AuditEntry.objects.filter(action="released").values_list("actor", flat=True)) == [officer.label]
    holds()


def with_dependant(person: Person, officer: Acting, *, approve: int) -> tuple[Application, Application]:
    """Two applications of a form, the second standing on the first; `approve` of them approved."""
    rows = cases.filed(person, {"HKM_PERMIT": "damaged", "PASSPORT": "expiring"})
    Application.objects.filter(pk=rows[1].pk).update(depends_on=rows[0])
    for row in rows:
        services.claim(row.pk, acting=officer)
    for row in rows[:approve]:
        services.approve(row.pk, acting=officer)
    return Application.objects.get(pk=rows[0].pk), Application.objects.get(pk=rows[1].pk)


@pytest.mark.parametrize("approve", [0, 1, 2])
@pytest.mark.parametrize("end", ["refuse", "withdraw", "lapse", "unproducible"])
def test_what_stands_on_a_permit_falls_with_it_however_it_ends(end: str, approve: int) -> None:
    person, officer = cases.person(), cases.officer()
    first, second = with_dependant(person, officer, approve=approve)
    if end == "refuse":
        if approve:
            return
        services.refuse(first.pk, acting=officer, code="EEL12", note="依法不准出境。")
    elif end == "withdraw":
        services.withdraw(first.pk, acting=person.acting)
    elif end == "lapse":
        if not approve:
            return
        assert services.lapse(first.pk, event_seq=first.event_seq)
    else:
        if not approve:
            return
        SimulatedPlant.ledger.arm("reject", -1)
        cases.pay(first.submission_id, person)
        run_for(12)
        SimulatedPlant.ledger.arm("reject", 0)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.status == {"refuse": "refused", "withdraw": "withdrawn", "lapse": "lapsed"}.get(end, "unproducible")
    assert second.status == ("unproducible" if (end, approve) == ("unproducible", 2) else "refused")
    assert set(IssuedDocument.objects.filter(person=person).values_list("status", flat=True)) == {"valid"}
    holds()


def test_a_plant_that_is_away_for_a_day_ends_no_case() -> None:
    person, officer = cases.person(), cases.officer()
    SimulatedPlant.ledger.arm("down", -1)
    cases.paid(person, officer)
    start = clock.now()
    for hours in range(25):
        with clock.set_to(start + timedelta(hours=hours)):
            outbox.run_due(rounds=1)
    assert Application.objects.get().status == "paid"
    SimulatedPlant.ledger.arm("down", 0)
    with clock.set_to(start + timedelta(hours=26)):
        run_for(60)
    assert Application.objects.get().status == "delivered"
    holds()


def test_a_promise_of_production_given_up_leaves_the_case_to_a_person() -> None:
    person, officer = cases.person(), cases.officer()
    SimulatedPlant.ledger.arm("down", -1)
    (row,) = cases.paid(person, officer)
    promise = Promise.objects.get(topic=PRODUCTION_TOPIC)
    Promise.objects.filter(pk=promise.pk).update(attempts=fulfilment.TRIES)
    assert outbox.attempt(promise.pk)
    promise.refresh_from_db()
    assert (promise.dead_at is not None, Application.objects.get().status) == (True, "paid")
    SimulatedPlant.ledger.arm("down", 0)
    outbox.revive(promise)
    run_for(60)
    assert Application.objects.get(pk=row.pk).status == "delivered"


def test_an_address_the_courier_does_not_serve_comes_back_to_the_applicant() -> None:
    person, officer = cases.person(), cases.officer()
    SimulatedCourier.ledger.arm("refuse")
    cases.paid(person, officer)
    run_for(30)
    row = Application.objects.get()
    assert row.status == "ready"
    assert Event.objects.filter(subject_id=row.pk, action="bounce").count() == 1
    delivery = {**Submission.objects.get().answers["delivery"], "address": "示范市样例区虚构路 9 号 1 单元"}
    redeliver(row.submission_id, acting=person.acting, delivery=delivery)
    run_for(30)
    assert Application.objects.get().status == "delivered"
    holds()


def test_a_parcel_not_sent_yet_stays_when_the_form_is_changed_to_the_window() -> None:
    person, officer = cases.person(), cases.officer()
    cases.paid(person, officer)
    SimulatedCourier.ledger.arm("down", -1)
    run_for(30)
    form = Submission.objects.get()
    form.answers = {**form.answers, "delivery": {"method": "pickup"}}
    form.save(update_fields=["answers"])
    SimulatedCourier.ledger.arm("down", 0)
    with clock.set_to(clock.now() + timedelta(hours=2)):
        outbox.run_due()
    assert Application.objects.get().status == "ready"
    assert not Promise.objects.open().filter(topic=fulfilment.SEND_TOPIC).exists()
    assert SimulatedCourier.ledger.entries() == []


def test_days_waited_for_money_do_not_count_and_a_provisional_term_stays_provisional() -> None:
    person, officer = cases.person(), cases.officer()
    (row,) = cases.approved(person, officer)
    assert row.due_on is not None
    with clock.set_to(clock.now() + timedelta(days=4)):
        cases.pay(row.submission_id, person)
    paid = Application.objects.get()
    waited = workdays.working_days_between(clock.today(), clock.today() + timedelta(days=4))
    assert paid.due_on == workdays.add_working_days(row.due_on, waited).on
    assert paid.waiting_since is None


def test_a_term_in_a_year_without_its_notice_stays_provisional_over_a_correction() -> None:
    with clock.set_to(clock.now().replace(month=12, day=28)):
        person, officer = cases.person(), cases.officer()
        row = returned(person, officer, {"PASSPORT": "damaged"}, "C08")
        assert row.due_provisional
        assert hand_in(row, person)[0].due_provisional


def test_a_supervisor_gives_a_reason_for_what_cannot_be_made() -> None:
    person, officer = cases.person(), cases.officer()
    supervisor = cases.officer(role="supervisor", code="D009")
    (row,) = cases.paid(person, officer)
    with pytest.raises(Refused):
        services.declare_unproducible(row.pk, acting=supervisor, note=" ")
    assert Application.objects.get().status == "paid"
