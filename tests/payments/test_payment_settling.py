from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from applications import services as applications
from documents import catalog
from payments import ledger, services
from payments.gateways.base import Money, Outcome
from payments.gateways.simulator import cashier
from payments.models import Callback, Charge, LedgerEntry, Order, Refund
from portal.common import clock
from portal.common.gateway import GatewayDown
from portal.common.models import AuditEntry, Event, Promise
from portal.common.outbox import Again
from portal.common.unmet import Refused
from tests.factories.payments import approve_more, approved, keep, paid, pay_at_the_cashier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("money_is_right")]


def later(**span: float) -> clock.datetime:
    return clock.now() + timedelta(**span)


def captured(charge: Charge, fen: int | None = None) -> Outcome:
    return Outcome(Money.CAPTURED, charge.amount_fen if fen is None else fen, cashier.reference_of(charge.pk))


def fresh(charge: Charge) -> Charge:
    return Charge.objects.select_related("order").get(pk=charge.pk)


def test_a_payment_books_money_and_moves_every_application_in_one_act() -> None:
    case = paid()
    assert case.statuses() == ["paid", "paid"]
    charge = Charge.objects.get()
    assert (charge.status, charge.captured_fen, charge.order.status) == ("captured", 18000, "paid")
    sides = LedgerEntry.objects.order_by("account", "credit_fen").values_list("account", "debit_fen", "credit_fen")
    assert list(sides) == [("fees", 0, 6000), ("fees", 0, 12000), ("provider", 18000, 0)]
    assert Promise.objects.filter(topic="applications.order_production").count() == 2
    assert Promise.objects.filter(topic="message", payload__code="payment.received").count() == 1
    assert Callback.objects.get().verdict == "booked"


def test_pressing_again_goes_on_with_the_same_charge() -> None:
    case = approved()
    first, second = case.start(), case.start()
    assert first.pk == second.pk
    assert Charge.objects.count() == Order.objects.count() == 1
    assert cashier.books().count(cashier.reference_of(first.pk)) == 2


def test_the_provider_is_asked_before_another_attempt(money_is_right: Callable[[], None]) -> None:
    case = approved()
    charge = case.start()
    cashier.books().arm("lost")
    pay_at_the_cashier(charge)
    attempt = services.start_charge(case.order().pk, acting=case.acting, return_url="/")
    assert attempt.url == ""
    assert attempt.charge.status == "captured"
    assert case.statuses() == ["paid", "paid"]
    assert Charge.objects.count() == 1


def test_no_second_attempt_while_the_provider_does_not_answer() -> None:
    case = approved()
    charge = case.start()
    pay_at_the_cashier(charge, pays=False)
    keep("cashier.callback")
    assert fresh(charge).status == "failed"
    cashier.books().arm("down")
    with pytest.raises(GatewayDown):
        case.start()
    assert Charge.objects.count() == 1
    second = case.start()
    assert second.pk != charge.pk


@pytest.mark.parametrize("fault", ["late", "lost", "double", "forged", "times_out"])
def test_a_disturbed_callback_ends_in_one_payment(fault: str) -> None:
    case = approved()
    cashier.books().arm(fault)
    try:
        charge = case.start()
    except GatewayDown:
        charge = Charge.objects.get()
    pay_at_the_cashier(charge)
    with clock.set_to(later(minutes=3)):
        keep()
    assert case.statuses() == ["paid", "paid"]
    assert LedgerEntry.objects.filter(account="provider").count() == 1
    assert Charge.objects.count() == 1
    verdicts = set(Callback.objects.values_list("verdict", flat=True))
    named = set(AuditEntry.objects.filter(action__startswith="callback.").values_list("action", "chain"))
    if fault == "forged":
        assert ("callback.forged", f"submission:{case.submission.pk}") in named
    if fault == "double":
        assert verdicts == {"booked", "repeated"}
        assert ("callback.repeated", f"submission:{case.submission.pk}") in named


def test_a_lost_callback_is_found_in_the_first_reconciliation() -> None:
    case = approved()
    charge = case.start()
    cashier.books().arm("lost")
    pay_at_the_cashier(charge)
    assert keep() == 0
    with clock.set_to(later(seconds=61)):
        assert keep("payments.reconcile") == 1
    assert case.statuses() == ["paid", "paid"]


def test_reconciliation_goes_on_until_the_provider_has_said_its_last_word() -> None:
    case = approved()
    charge = case.start()
    promise = Promise.objects.get(topic="payments.reconcile")
    with clock.set_to(later(minutes=2)):
        keep("payments.reconcile")
        promise.refresh_from_db()
        assert promise.done_at is None
    with clock.set_to(later(minutes=31)):
        keep("payments.reconcile")
        assert (fresh(charge).status, fresh(charge).order.status) == ("failed", "open")
        promise.refresh_from_db()
        assert promise.done_at is None
    cashier.turn_into_money(cashier.reference_of(charge.pk))
    with clock.set_to(later(hours=2)):
        keep("payments.reconcile")
    promise.refresh_from_db()
    assert promise.done_at is not None
    assert case.statuses() == ["paid", "paid"]


def test_a_failed_attempt_that_succeeds_late_beside_a_second_one_is_paid_back() -> None:
    case = approved()
    first = case.start()
    pay_at_the_cashier(first, pays=False)
    keep("cashier.callback")
    second = case.start()
    pay_at_the_cashier(second)
    keep("cashier.callback")
    cashier.turn_into_money(cashier.reference_of(first.pk))
    with clock.set_to(later(hours=1)):
        keep()
    assert (fresh(first).status, fresh(second).status) == ("surplus", "captured")
    refund = Refund.objects.get()
    assert (refund.reason, refund.amount_fen, refund.status) == ("paid_twice", 18000, "refunded")
    assert case.statuses() == ["paid", "paid"]


def test_an_attempt_left_open_beside_a_paid_order_is_closed_at_the_provider() -> None:
    case = approved()
    first = case.start()
    pay_at_the_cashier(first, pays=False)
    keep("cashier.callback")
    second = case.start()
    cashier.turn_into_money(cashier.reference_of(first.pk))
    services.reconcile(first.pk)
    assert case.statuses() == ["paid", "paid"]
    with clock.set_to(later(seconds=61)):
        keep("payments.reconcile")
    pay_at_the_cashier(second)
    assert cashier.outcome_of(cashier.reference_of(second.pk)).state is Money.FAILED
    assert not Refund.objects.exists()


def test_a_wrong_amount_is_booked_and_goes_back_and_the_order_can_be_paid_again() -> None:
    case = approved()
    cashier.books().arm("wrong_amount")
    charge = case.start()
    pay_at_the_cashier(charge)
    keep()
    assert (fresh(charge).status, fresh(charge).captured_fen) == ("surplus", 17900)
    assert case.statuses() == ["approved", "approved"]
    assert Refund.objects.get().status == "refunded"
    assert AuditEntry.objects.filter(action="callback.surplus").exists()
    pay_at_the_cashier(case.start())
    keep()
    assert case.statuses() == ["paid", "paid"]


def test_money_for_a_case_that_ended_is_booked_and_goes_back() -> None:
    case = approved()
    charge = case.start()
    for row in case.applications:
        applications.withdraw(row.pk, acting=case.acting)
    pay_at_the_cashier(charge)
    keep()
    assert (fresh(charge).status, fresh(charge).order.status) == ("surplus", "cancelled")
    assert Refund.objects.get().reason == "closed"
    assert case.statuses() == ["withdrawn", "withdrawn"]
    assert not Promise.objects.filter(topic="applications.order_production").exists()
    assert Callback.objects.get().verdict == "surplus"


def test_money_for_one_application_that_ended_goes_back_alone() -> None:
    case = approved()
    charge = case.start()
    applications.withdraw(case.applications[1].pk, acting=case.acting)
    pay_at_the_cashier(charge)
    keep()
    assert case.statuses() == ["paid", "withdrawn"]
    refund = Refund.objects.get()
    assert (refund.application_id, refund.amount_fen, refund.status) == (case.applications[1].pk, 6000, "refunded")
    assert fresh(charge).order.status == "paid"


def test_a_payment_under_way_holds_an_application_against_lapsing() -> None:
    case = approved()
    row = case.applications[0]
    with clock.set_to(later(days=6, hours=23, minutes=50)):
        charge = case.start()
    with clock.set_to(later(days=7, minutes=5)):
        with pytest.raises(Again):
            applications.lapse(row.pk, event_seq=row.event_seq)
        assert case.statuses() == ["approved", "approved"]
        pay_at_the_cashier(charge)
        keep("cashier.callback")
    assert case.statuses() == ["paid", "paid"]


def test_an_order_nobody_paid_lapses_with_its_applications() -> None:
    case = approved()
    charge = case.start()
    with clock.set_to(later(days=7, minutes=1)):
        keep("payments.order_due")
        assert fresh(charge).order.status == "paying"
        keep("payments.reconcile")
        for row in case.applications:
            assert applications.lapse(row.pk, event_seq=row.event_seq)
    with clock.set_to(later(days=7, minutes=3)):
        keep("payments.order_due")
    assert fresh(charge).order.status == "lapsed"
    cashier.turn_into_money(cashier.reference_of(charge.pk))
    with clock.set_to(later(days=7, hours=1)):
        keep()
    assert (fresh(charge).status, Refund.objects.get().reason) == ("surplus", "closed")
    assert case.statuses() == ["lapsed", "lapsed"]


def test_an_order_past_its_term_cannot_be_started() -> None:
    case = approved()
    order = case.order()
    with clock.set_to(later(days=7, seconds=1)):
        assert services.quote(case.submission.pk) is None
        with pytest.raises(Refused):
            services.start_charge(order.pk, acting=case.acting, return_url="/")
    assert not Charge.objects.exists()
    assert cashier.books().entries() == []


def test_an_application_approved_later_joins_the_order_unless_money_is_on_its_way() -> None:
    case = approved(catalog.PASSPORT)
    first = case.order()
    approve_more(case, catalog.TWN_PERMIT)
    second = case.order()
    assert (second.pk != first.pk, second.amount_fen) == (True, 18000)
    charge = case.start()
    approve_more(case, catalog.HKM_PERMIT)
    third = case.order()
    assert third.amount_fen == 24000
    assert fresh(charge).status == "failed"
    pay_at_the_cashier(charge)
    assert cashier.outcome_of(cashier.reference_of(charge.pk)).state is Money.FAILED
    pay_at_the_cashier(case.start())
    keep()
    assert case.statuses() == ["paid", "paid", "paid"]


def test_more_than_the_price_settles_nothing_and_goes_back_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    case = approved()
    monkeypatch.setattr(cashier, "SHORT_BY_FEN", -1)
    cashier.books().arm("wrong_amount")
    charge = case.start()
    pay_at_the_cashier(charge)
    keep()
    assert (fresh(charge).status, fresh(charge).captured_fen) == ("surplus", 18001)
    assert (Refund.objects.get().amount_fen, Refund.objects.get().status) == (18001, "refunded")
    assert case.statuses() == ["approved", "approved"]


def test_a_reference_settles_one_charge_alone() -> None:
    taken = Charge.objects.get(order__submission=paid().submission)
    case = approved()
    cashier.books().arm("times_out")
    with pytest.raises(GatewayDown):
        case.start()
    charge = Charge.objects.get(order__submission=case.submission)
    assert charge.provider_reference == ""
    assert services.settle(charge.pk, Outcome(Money.CAPTURED, 18000, taken.provider_reference)) == "mismatch"
    assert services.settle(charge.pk, Outcome(Money.CAPTURED, 18000)) == "mismatch"
    assert fresh(charge).status == "started"
    services.reconcile(charge.pk, closing=True)


def test_a_word_that_contradicts_the_books_changes_nothing() -> None:
    case = approved()
    charge = case.start()
    assert services.settle(charge.pk, Outcome(Money.CAPTURED, 18000, "SIMother")) == "mismatch"
    assert services.settle(charge.pk, captured(charge, 0)) == "mismatch"
    assert fresh(charge).status == "started"
    other = paid()
    taken = Charge.objects.get(order__submission=other.submission)
    assert services.settle(taken.pk, captured(taken, 100)) == "mismatch"
    assert services.settle(taken.pk, Outcome(Money.FAILED)) == "ignored"
    assert case.statuses() == ["approved", "approved"]
    services.reconcile(charge.pk, closing=True)


def test_what_fails_inside_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    case = approved()
    charge = case.start()
    events = Event.objects.count()

    def fail(*_: object, **__: object) -> None:
        raise DatabaseError

    pay_at_the_cashier(charge)
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "book", fail)
        with pytest.raises(DatabaseError):
            services.settle(charge.pk, captured(charge))
    assert (Event.objects.count(), LedgerEntry.objects.count(), fresh(charge).status) == (events, 0, "started")
    assert case.statuses() == ["approved", "approved"]
    keep("cashier.callback")
    assert case.statuses() == ["paid", "paid"]


def test_the_database_holds_one_open_order_one_pending_and_one_settling_charge() -> None:
    case = paid()
    charge = Charge.objects.get()
    for clash in (
        Charge(order=charge.order, provider="simulator", provider_reference=charge.provider_reference),
        Charge(order=charge.order, provider="simulator", provider_reference="SIMelse"),
    ):
        clash.amount_fen = clash.captured_fen = 18000
        clash.started_at, clash.authority = clock.now(), charge.authority
        clash.__dict__["status"] = "captured"
        with pytest.raises(IntegrityError), transaction.atomic():
            clash.save(force_insert=True)
    assert case.statuses() == ["paid", "paid"]
