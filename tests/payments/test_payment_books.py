import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from applications import services as applications
from applications.lifecycle import LIFECYCLE
from documents import catalog
from payments import ledger, refunding
from payments.gateways.base import Money
from payments.gateways.simulator import cashier, delivery
from payments.lifecycle import REFUND
from payments.models import Charge, LedgerEntry, Refund
from portal.common import clock
from portal.common.acting import Acting
from portal.common.models import Promise
from tests.factories.payments import Case, approved, keep, paid, pay_at_the_cashier
from tests.payments.conftest import breaches

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("money_is_right")]


def later(**span: float) -> clock.datetime:
    return clock.now() + timedelta(**span)


def test_a_document_that_cannot_be_made_is_paid_back_once() -> None:
    case = paid()
    row = case.applications[0]
    row.refresh_from_db()
    LIFECYCLE.perform(row, "declare_unproducible", acting=Acting.system("production"))
    assert [refunding.refund_unproducible(), refunding.refund_unproducible()] == [1, 0]
    keep()
    refund = Refund.objects.get()
    assert (refund.reason, refund.amount_fen, refund.status) == ("unproducible", 12000, "refunded")
    assert case.statuses() == ["unproducible", "paid"]
    assert refunding.refund_unproducible() == 0


@pytest.mark.parametrize("fault", ["down", "times_out"])
def test_a_refund_without_answer_is_one_refund(fault: str) -> None:
    case = approved()
    charge = case.start()
    for row in case.applications:
        applications.withdraw(row.pk, acting=case.acting)
    pay_at_the_cashier(charge)
    keep("cashier.callback")
    cashier.books().arm(fault)
    keep("payments.refund")
    refund = Refund.objects.get()
    assert refund.status == "asked"
    with clock.set_to(later(minutes=1)):
        keep("payments.refund")
    refund.refresh_from_db()
    assert refund.status == "refunded"
    assert list(cashier.taken_and_returned()[1].values()) == [18000]
    codes = Promise.objects.filter(topic="message").values_list("payload__code", flat=True)
    assert sorted(code for code in codes if code.startswith("payment.")) == ["payment.refund_due", "payment.refunded"]


def test_two_workers_with_the_same_answer_book_one_refund() -> None:
    case = approved()
    charge = case.start()
    for row in case.applications:
        applications.withdraw(row.pk, acting=case.acting)
    pay_at_the_cashier(charge)
    keep("cashier.callback")
    refund = REFUND.perform(Refund.objects.get(), "ask", acting=refunding.SYSTEM)
    keep("payments.refund")
    before = LedgerEntry.objects.count()
    refunding._confirm(refund)
    assert LedgerEntry.objects.count() == before


def test_a_refused_refund_waits_for_a_person() -> None:
    from portal.common import outbox

    case = approved()
    charge = case.start()
    for row in case.applications:
        applications.withdraw(row.pk, acting=case.acting)
    pay_at_the_cashier(charge)
    keep("cashier.callback")
    cashier.books().arm("refuses_refund")
    keep("payments.refund")
    refund = Refund.objects.get()
    promise = Promise.objects.get(topic="payments.refund")
    assert (refund.status, promise.dead_at is not None, refund.is_stuck) == ("stuck", True, True)
    outbox.revive(promise)
    keep("payments.refund")
    refund.refresh_from_db()
    assert refund.status == "refunded"


def test_the_ledger_refuses_changes_and_unbalanced_bookings() -> None:
    paid()
    charge = Charge.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        LedgerEntry.objects.update(debit_fen=1)
    with pytest.raises(ValueError, match="balance"):
        ledger.book("captured:else", charge, [ledger.Line("provider", 5), ledger.Line("fees", -4)])
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.book(f"captured:{charge.pk}", charge, [ledger.Line("provider", 5), ledger.Line("fees", -5)])
    with pytest.raises(ValueError, match="exceed"), transaction.atomic():
        refunding.owe(charge, amount_fen=18001, reason="closed", acting=Acting.system("test"))


def test_a_booking_that_went_astray_is_found(money_is_right: Callable[[], None]) -> None:
    case: Case = paid(catalog.PASSPORT)
    money_is_right()
    savepoint = transaction.savepoint()
    stray = {"booking": "stray", "position": 1, "account": "provider", "debit_fen": 5, "at": clock.now()}
    charge = Charge.objects.get()
    LedgerEntry.objects.create(**stray, charge=charge)
    assert breaches() == [
        "booking stray: debits and credits differ by 5 fen",
        f"charge {charge.pk}: booked 12005 in and 0 out",
    ]
    transaction.savepoint_rollback(savepoint)
    reference = cashier.reference_of(uuid.uuid4())
    cashier.books().once(f"{reference}:end", {"amount_fen": 100}, state="captured")
    assert breaches() == [f"reference {reference}: None fen here, 100 at the cashier"]
    cashier.books().update(f"{reference}:end", state="failed")
    assert case.statuses() == ["paid"]


def test_a_refund_that_the_cashier_gave_twice_is_found() -> None:
    paid()
    cashier.books().once("stray", {"reference": "x", "amount_fen": 100}, state="refund")
    assert breaches() == ["refund stray: 100 fen at the cashier"]
    cashier.books().update("stray", state="undone")


def test_the_first_decision_at_the_cashier_counts() -> None:
    charge = approved().start()
    pay_at_the_cashier(charge)
    pay_at_the_cashier(charge, pays=False)
    assert cashier.outcome_of(cashier.reference_of(charge.pk)).state is Money.CAPTURED
    assert Promise.objects.filter(topic=delivery.TOPIC).count() == 1
    keep()
