"""What the provider says about a charge becomes books, order and application in one transaction, once."""

from uuid import UUID

from django.db import transaction

from applications.services import record_payment
from payments import gateways, ledger
from payments.gateways.base import Money, Outcome
from payments.ledger import FEES, OWED, PROVIDER, Line
from payments.lifecycle import CHARGE, ORDER
from payments.locking import Case, lock_case
from payments.models import MONEY_STATES, OPEN_ORDER_STATES, Charge
from payments.refunding import owe
from portal.common import clock
from portal.common.acting import Acting
from portal.common.models import Promise
from portal.common.outbox import Again

RECONCILE_TOPIC = "payments.reconcile"
RECONCILE_SECONDS = 60
REOPEN_SECONDS = 900
# With the longest pause of a quarter of an hour: a provider may be away for two days before a person is asked.
TRIES = 200


def settle(charge_id: UUID, told: Outcome) -> str:
    """Book the provider's word about a charge; returns what was made of it.

    booked: the order is paid and its applications go on. surplus: the money is booked and goes back (wrong amount,
    paid twice, nothing left to pay for). failed: the order can be paid again. repeated, ignored: known already.
    mismatch: it contradicts what was said before, nothing is changed. Raises Charge.DoesNotExist.
    """
    with transaction.atomic():
        order_id = Charge.objects.values_list("order_id", flat=True).get(pk=charge_id)
        case = lock_case(order_id)
        charge = case.charge(charge_id)
        if _contradicts(charge, told):
            return "mismatch"
        if told.state is Money.CAPTURED:
            return "repeated" if charge.status in MONEY_STATES else _take(case, charge, told)
        if told.state is Money.FAILED and charge.status == "started":
            _end_without_money(case, charge, told)
            return "failed"
    return "ignored"


def _contradicts(charge: Charge, told: Outcome) -> bool:
    """Tell whether reference or amount cannot be true beside what is booked already."""
    if told.state is not Money.CAPTURED:
        return False
    if not told.reference or (charge.provider_reference or told.reference) != told.reference:
        return True
    used = Charge.objects.filter(provider=charge.provider, provider_reference=told.reference).exclude(pk=charge.pk)
    other_amount = charge.status in MONEY_STATES and charge.captured_fen != told.amount_fen
    return told.amount_fen <= 0 or other_amount or used.exists()


def _take(case: Case, charge: Charge, told: Outcome) -> str:
    """Book money that has just become known: for the order if it fits, else to be given back."""
    acting = Acting("provider", charge.provider)
    order = case.order
    if told.amount_fen != charge.amount_fen:
        _set_aside(charge, told, acting, "wrong_amount")
        if order.status == "paying" and case.pending == charge:
            ORDER.perform(order, "resume", acting=acting)
        return "surplus"
    if order.status not in OPEN_ORDER_STATES:
        _set_aside(charge, told, acting, "paid_twice" if order.status == "paid" else "closed")
        return "surplus"
    moved, closed = record_payment([application.pk for application in case.applications], acting=acting)
    if not moved:
        ORDER.perform(order, "cancel", acting=acting, codes=["applications_closed"])
        _set_aside(charge, told, acting, "closed")
        return "surplus"
    fresh = CHARGE.perform(charge, "capture", acting=acting, sets=_money(told))
    ORDER.perform(order, "settle", acting=acting, sets={"paid_at": clock.now()})
    prices = {line.application_id: line.fen for line in order.lines.all()}
    earned = [Line(FEES, -fen, application_id) for application_id, fen in sorted(prices.items())]
    ledger.book(f"captured:{charge.pk}", fresh, [Line(PROVIDER, told.amount_fen), *earned])
    for application in closed:
        owe(
            fresh,
            amount_fen=prices[application.pk],
            reason="closed",
            acting=acting,
            application_id=application.pk,
        )
    return "booked"


def _money(told: Outcome) -> dict[str, object]:
    return {"captured_fen": told.amount_fen, "provider_reference": told.reference, "ended_at": clock.now()}


def _set_aside(charge: Charge, told: Outcome, acting: Acting, reason: str) -> None:
    """Book money that settles nothing, and give all of it back."""
    fresh = CHARGE.perform(charge, "set_aside", acting=acting, codes=[reason], sets=_money(told))
    ledger.book(f"captured:{charge.pk}", fresh, [Line(PROVIDER, told.amount_fen), Line(OWED, -told.amount_fen)])
    owe(fresh, amount_fen=told.amount_fen, reason=reason, acting=acting)


def _end_without_money(case: Case, charge: Charge, told: Outcome) -> None:
    acting = Acting("provider", charge.provider)
    code = [told.code] if told.code else []
    CHARGE.perform(charge, "fail", acting=acting, codes=code, sets={"ended_at": clock.now()})
    if case.order.status == "paying":
        ORDER.perform(case.order, "resume", acting=acting)


def reconcile(charge_id: UUID, *, closing: bool = False) -> str:
    """Ask the provider about a charge, book its word, and return the charge's status; may raise GatewayDown.

    With `closing` the provider is asked to take no more money for it.
    """
    charge = Charge.objects.get(pk=charge_id)
    provider = gateways.provider(charge.provider)
    told = provider.close(charge.pk) if closing else provider.query(charge.pk)
    overdue = clock.now() > charge.started_at + provider.window
    if told.state is Money.UNKNOWN and (closing or overdue):
        # The request never arrived there, and nobody can pay it any more.
        told = Outcome(Money.FAILED, code="never_arrived")
    if told.state in (Money.CAPTURED, Money.FAILED):
        settle(charge.pk, told)
    return Charge.objects.values_list("status", flat=True).get(pk=charge_id)


def keep_reconciling(row: Promise) -> None:
    """Ask until the provider has said its last word: a failed charge may still become money for a while.

    When the order was settled or closed meanwhile, the provider is asked to take nothing for it any more.
    """
    charge = Charge.objects.select_related("order").get(pk=row.payload["charge"])
    status = reconcile(charge.pk, closing=charge.order.status not in OPEN_ORDER_STATES)
    if status == "started":
        raise Again(RECONCILE_SECONDS)
    reopens_for = gateways.provider(charge.provider).reopens_for
    if status == "failed" and clock.now() < (charge.ended_at or clock.now()) + reopens_for:
        raise Again(REOPEN_SECONDS)
