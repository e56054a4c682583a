"""Many hands at once: real connections, on whichever database the suite runs on."""

from functools import partial

import pytest

from applications import services as applications
from applications.models import Application
from payments import callbacks
from payments.gateways.simulator import cashier, signing
from payments.models import Callback, Charge, LedgerEntry, Order, Refund
from portal.common import audit
from portal.common.models import Event, Promise
from portal.common.unmet import Refused
from tests.factories.payments import approved, keep, pay_at_the_cashier
from tests.factories.work import together
from tests.payments.conftest import breaches

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 20


def test_twenty_presses_are_one_order_and_one_charge() -> None:
    case = approved()
    charges = together(lambda _: case.start(), CROWD)
    assert {charge.pk for charge in charges} == {Charge.objects.get().pk}
    assert Order.objects.count() == 1
    assert Promise.objects.filter(topic="payments.reconcile").count() == 1
    assert [entry.state for entry in cashier.books().entries()] == ["order"]
    assert Event.objects.filter(subject_kind="charge").count() == 1
    assert breaches() == []


def test_twenty_deliveries_and_reconciliations_book_once() -> None:
    case = approved()
    charge = case.start()
    cashier.books().arm("lost")
    pay_at_the_cashier(charge)
    body = cashier.message_about(cashier.reference_of(charge.pk))
    headers = signing.signed_headers(body)

    def deliver() -> str:
        return callbacks.receive("simulator", headers, body, sender="test").verdict

    def ask() -> str:
        from payments.services import reconcile

        return reconcile(charge.pk)

    said = together(lambda place: deliver() if place < CROWD * 3 // 4 else ask(), CROWD)
    assert said.count("booked") <= 1
    assert set(said) <= {"booked", "repeated", "captured"}
    assert LedgerEntry.objects.filter(account="provider").count() == 1
    assert Callback.objects.exclude(nonce="").count() == 1
    assert case.statuses() == ["paid", "paid"]
    assert (breaches(), list(audit.verify())) == ([], [])


def test_paying_and_withdrawing_at_the_same_moment_never_loses_the_money() -> None:
    for _ in range(5):
        case = approved()
        charge = case.start()
        pay_at_the_cashier(charge)

        def withdraw(row: Application) -> str:
            try:
                return applications.withdraw(row.pk, acting=row.person.acting).status
            except Refused:
                return "refused"

        def deliver() -> str:
            keep("cashier.callback")
            return ""

        acts = [deliver, *[partial(withdraw, row) for row in case.applications]]
        together(lambda place, acts=acts: acts[place](), len(acts))
        keep()
        owed = {refund.application_id for refund in Refund.objects.filter(charge=charge)}
        for row in Application.objects.filter(submission=case.submission):
            assert (row.status == "withdrawn") == (row.pk in owed or None in owed)
        assert breaches() == []
