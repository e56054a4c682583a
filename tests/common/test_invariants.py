"""`manage.py assert_invariants` is silent over a whole world, and names the one row of it that was damaged."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F

from applications import casework, services
from applications.models import Application, Attachment, Submission
from documents.models import IssuedDocument, NumberRange
from payments.ledger import OWED, PROVIDER
from payments.models import Charge, LedgerEntry, OrderLine
from payments.tasks import refund_unproducible
from photos.models import Shot
from portal.accounts.models import IdentityProof, Officer
from portal.common import clock, lifecycle, outbox, registry
from portal.common.models import AuditEntry, Event, LifecycleModel, Promise
from portal.notifications.models import Delivery, Message
from portal.statistics.counting import COUNTED
from portal.statistics.models import DailyCount, MonthlyCount
from portal.statistics.tasks import rollup
from tests.factories import cases, papers

KINDS = ("application", "attachment", "charge", "document", "identity_proof", "order", "refund", "shot")
# The check of histories asks every table alike; this world needs no row of each.
ALIKE = {
    "authorisation",
    "booking",
    "enterprise",
    "guardian_consent",
    "home_visit",
    "rule_revision",
    "window_case",
}
# Damaged beside the tests of what they are about.
DAMAGED_BESIDE = {
    "I4 endorsements have a permit",
    "accounts.enterprise_lists",
    "nothing of the window is kept past its time",
    "revisions were decided as they stand",
    "slots hold as many as they sold",
}
Damage = Callable[[], str]
damages: list[tuple[str, Damage]] = []


def build() -> None:
    """A passport that was delivered, a permit that could not be made and was paid back, and a claimed application."""
    cases.ground()
    owner, other, officer = cases.person(), cases.person("吴样例", phone="13800000009"), cases.officer()
    supervisor = cases.officer(role="supervisor")
    rows = cases.paid(owner, officer, {cases.PASSPORT: "expiring", cases.HKM_PERMIT: "damaged"})
    casework.declare_unproducible(rows[1].pk, acting=supervisor, note="卡体缺货。")
    refund_unproducible()
    form = cases.draft(other)
    papers.handed_in(form, other, "kinship")
    done = services.file(form.pk, acting=other.acting, known=services.gather(other), declared=cases.DECLARED)
    waiting = done.applications[0]
    services.claim(waiting.pk, acting=cases.officer(waiting.authority))
    moment = clock.now()
    for _ in range(6):
        moment += timedelta(seconds=10)
        with clock.set_to(moment):
            outbox.run_due()
    rollup()
    assert delivered().status == "delivered"


def delivered() -> Application:
    return Application.objects.get(kind=cases.PASSPORT, submission__applications__status="unproducible")


def unproducible() -> Application:
    return Application.objects.get(status="unproducible")


def waiting() -> Application:
    return Application.objects.exclude(claimed_by=None).get()


def change(row: Any, **columns: Any) -> Any:
    """Write into a row what no service writes."""
    assert type(row).objects.filter(pk=row.pk).update(**columns) == 1
    return row


def damage(name: str) -> Callable[[Damage], Damage]:
    """Collect a damage to one row; it returns how the invariant `name` must name it."""

    def collect(act: Damage) -> Damage:
        damages.append((name, act))
        return act

    return collect


@damage("I1 filed forms have applications")
def an_application_on_a_draft() -> str:
    row = waiting()
    change(row.submission, filed_at=None)
    return f"application {row.pk}"


@damage("I1 filed forms have applications")
def a_filing_acknowledged_and_lost() -> str:
    return f"message {change(Message.objects.filter(code='submission.filed').latest('pk'), event=uuid4()).pk}"


@damage("I1 receipts are kept")
def a_receipt_without_application() -> str:
    row = waiting()
    change(row, receipt=f"{row.receipt[:-4]}0099")
    return f"receipt {row.receipt} was given out"


@damage("I10 rollups equal raw counts")
def a_day_counted_twice() -> str:
    row = change(DailyCount.objects.latest("pk"), n=F("n") + 1)
    return f"{row.day} {row.authority}"


@damage("I10 rollups equal raw counts")
def a_month_that_is_not_its_days() -> str:
    return f"month {change(MonthlyCount.objects.latest('pk'), n=F('n') + 1).month}"


def without_its_last_event(kind: str) -> Damage:
    def act() -> str:
        last = Event.objects.filter(subject_kind=kind).exclude(action__in=COUNTED).latest("seq")
        last.delete()
        return f"{kind} {last.subject_id}"

    return act


for of_kind in KINDS:
    damage("I2 histories are whole")(without_its_last_event(of_kind))


@damage("I2 histories are whole")
def a_step_that_is_not_in_the_table() -> str:
    event = Event.objects.get(subject_id=delivered().pk, action="mail")
    change(event, source="paid")
    return f"application {event.subject_id}: event {event.seq} (mail) does not follow"


@damage("I2 histories are whole")
def a_row_that_is_gone() -> str:
    proof = IdentityProof.objects.latest("pk")
    key = proof.pk
    proof.delete()
    return f"identity_proof {key}: its events are there, the row is not"


@damage("I2 histories are whole")
def an_event_of_nothing() -> str:
    event = Event.objects.latest("pk")
    event.pk, event.subject_kind, event.subject_id = uuid4(), "thing", uuid4()
    event.save(force_insert=True)
    return f"event {event.pk}"


@damage("I3 applications are paid once")
def more_held_than_the_fee() -> str:
    return f"application {change(delivered(), fee_fen=1).pk}"


@damage("I3 paid applications have money")
def less_captured_than_the_fee() -> str:
    return f"application {change(unproducible(), fee_fen=F('fee_fen') + 1).pk} is unproducible"


@damage("I3 bookings balance")
def half_a_booking() -> str:
    entry = LedgerEntry.objects.filter(account=PROVIDER).earliest("at")
    entry.pk, entry.position = uuid4(), 99
    entry.save(force_insert=True)
    return f"booking {entry.booking}"


@damage("I3 charges are booked")
def a_booking_too_many() -> str:
    charge, now = Charge.objects.get(), clock.now()
    for position, (account, debit) in enumerate(((PROVIDER, 5), (OWED, 0)), start=1):
        LedgerEntry.objects.create(
            booking="x",
            position=position,
            account=account,
            debit_fen=debit,
            credit_fen=5 - debit,
            charge=charge,
            at=now,
        )
    return f"charge {charge.pk}"


@damage("I3 books agree with the cashier")
def a_reference_the_cashier_does_not_know() -> str:
    change(Charge.objects.get(), provider_reference="!")
    return "reference !"


@damage("I3 paid orders moved on")
def a_paid_order_whose_application_is_not() -> str:
    row = change(delivered(), paid_at=None)
    return f"order line {OrderLine.objects.get(application=row).pk}"


@damage("I4 documents match applications")
def an_issued_application_without_document() -> str:
    return f"application {change(delivered(), document_id=None).pk}"


@damage("I4 documents match applications")
def a_document_without_application() -> str:
    documents = IssuedDocument.objects.filter(person=waiting().person)
    return f"document {change(documents.latest('pk'), application_id=uuid4()).pk}"


def told(channel: str = "sms") -> Delivery:
    return Delivery.objects.filter(channel=channel, message__code="application.paid", state="delivered").latest("pk")


@damage("I5 books agree with the providers")
def a_delivery_the_provider_never_took() -> str:
    return f"delivery {change(told(), provider_reference='sms-x').pk}"


@damage("I5 books agree with the providers")
def a_message_nobody_sent() -> str:
    row = told()
    row.delete()
    return f"sms took {row.provider_reference}"


@damage("I5 books agree with the providers")
def the_opposite_of_what_the_provider_says() -> str:
    return f"delivery {change(told(), state='bounced').pk}"


@damage("I5 every step is told")
def a_message_that_is_gone() -> str:
    message = Message.objects.get(code="payment.received")
    message.delete()
    return f"event {message.event}"


@damage("I6 the audit trail is whole")
def another_actor() -> str:
    entry = change(AuditEntry.objects.filter(action="claimed").latest("pk"), actor="system:somebody")
    return f"audit {entry.chain} link {entry.seq}"


@damage("I7 claims are lawful")
def half_a_claim() -> str:
    return f"application {change(waiting(), claimed_until=None).pk}"


@damage("I7 claims are lawful")
def a_claim_without_end() -> str:
    return f"application {change(waiting(), claimed_until=clock.now() + timedelta(days=1)).pk}"


@damage("I7 claims are lawful")
def a_citizens_claim() -> str:
    row = waiting()
    return f"application {change(row, claimed_by=row.person.user).pk}"


@damage("I7 claims are lawful")
def a_claim_from_another_province() -> str:
    row = waiting()
    change(Officer.objects.get(user=row.claimed_by), authority=cases.accounts.office_of("650100"))
    return f"application {row.pk}"


@damage("I7 decisions are an officer's")
def a_decision_nobody_took() -> str:
    return f"application {change(delivered(), decided_by=uuid4()).pk}"


@damage("I7 decisions are an officer's")
def a_decision_on_ones_own_form() -> str:
    row = delivered()
    change(row.submission, filer_id=row.decided_by)
    decided = Application.objects.filter(submission=row.submission).exclude(decided_by=None).earliest("pk")
    return f"application {decided.pk}: decided by its own applicant"


@damage("I8 nothing waits too long")
def a_promise_nobody_keeps() -> str:
    promise = Promise.objects.open().latest("due_at")
    return f"promise {change(promise, due_at=clock.now() - timedelta(minutes=6)).pk}"


@damage("I9 filed forms have pictures")
def a_form_without_portrait() -> str:
    return f"submission {change(Submission.objects.latest('pk'), portrait_id=uuid4()).pk}"


@damage("I9 files match shots")
def a_shot_without_file() -> str:
    return f"shot {change(Shot.objects.latest('pk'), final='').pk}"


@damage("I9 files match shots")
def a_file_that_is_gone() -> str:
    change(Shot.objects.latest("pk"), preview="shots/gone")
    return "file shots/gone"


@damage("I9 files match attachments")
def an_attachment_opened_unscanned() -> str:
    return f"attachment {change(Attachment.objects.get(), original='attachments/unscanned').pk}"


@damage("I9 files match attachments")
def an_attachment_that_is_gone() -> str:
    change(Attachment.objects.get(), final="attachments/gone")
    return "file attachments/gone"


@damage("accounts.live_picture_gone")
def a_live_picture_kept() -> str:
    proof = change(IdentityProof.objects.latest("pk"), picture="live/x", picture_at=clock.now())
    return f"live picture of proof {proof.pk}"


@damage("issued numbers were taken from their range")
def a_number_that_will_be_given_out_again() -> str:
    change(NumberRange.objects.get(kind=cases.PASSPORT), next=F("first"))
    return f"document {delivered().document_id}"


@damage("number ranges do not overlap")
def a_range_inside_another() -> str:
    row = NumberRange.objects.get(kind=cases.PASSPORT)
    row.pk, row.first, row.next = None, row.last, row.last
    row.save()
    return f"number range {row.pk}"


@damage("replaced documents have ended")
def a_replaced_document_that_still_counts() -> str:
    held = IssuedDocument.objects.filter(person=waiting().person, status="valid").latest("pk")
    change(IssuedDocument.objects.get(pk=delivered().document_id), replaces=held)
    return f"document {held.pk}"


@damage("open deliveries are promised")
def a_delivery_nobody_follows() -> str:
    return f"delivery {change(told(), settled_at=None).pk}"


@damage("lost messages are on the desk")
def a_message_that_reached_nobody() -> str:
    message = told().message
    message.deliveries.update(state=Delivery.FAILED)
    return f"message {message.pk}"


@pytest.mark.django_db
def test_a_whole_world_has_no_breach_and_each_damaged_row_is_named(subtests: pytest.Subtests) -> None:
    build()
    # Late enough for the providers' last words, early enough for what is still to be done.
    with clock.set_to(clock.now() + timedelta(minutes=2)):
        call_command("assert_invariants", stdout=StringIO())
        for name, act in damages:
            with subtests.test(act.__name__, invariant=name), transaction.atomic():
                named = act()
                with pytest.raises(CommandError) as breach:
                    call_command("assert_invariants", stdout=StringIO())
                transaction.set_rollback(True)
                assert str(breach.value).startswith(f"{name}: {named}")
                assert breach.value.returncode == 1
        call_command("assert_invariants", stdout=StringIO())


def test_every_invariant_and_every_kind_of_row_is_damaged_once() -> None:
    assert {name for name, _ in damages} | DAMAGED_BESIDE == registry.invariants.keys()
    assert set(KINDS) | ALIKE == {model.subject_kind for model in LifecycleModel.__subclasses__()}
    assert set(KINDS) | ALIKE <= lifecycle.tables.keys()
