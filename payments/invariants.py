"""What must hold of the money (I3); `manage.py assert_invariants` names the first row for which it does not."""

from collections.abc import Iterator
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from applications.models import Application
from payments import callbacks
from payments.gateways.simulator import cashier
from payments.ledger import FEES, OWED, PROVIDER
from payments.models import MONEY_STATES, Callback, Charge, LedgerEntry, OrderLine, Refund
from payments.settling import RECONCILE_TOPIC
from portal.common.invariants import states_after
from portal.common.models import Promise


def chains() -> Iterator[str]:
    """Name the audit chain of odd callbacks that belong to no charge, once there is one; charges share their form's."""
    if Callback.objects.filter(charge=None).exclude(verdict__in=callbacks.EXPECTED).exists():
        yield callbacks.CHAIN


def bookings_balance() -> Iterator[str]:
    """Debits equal credits in every booking."""
    sums = LedgerEntry.objects.values("booking").annotate(out=Sum(F("debit_fen") - F("credit_fen")))
    for row in sums.exclude(out=0).order_by("booking"):
        yield f"booking {row['booking']}: debits and credits differ by {row['out']} fen"


def applications_are_paid_once() -> Iterator[str]:
    """What is held for an application (captured less refunded) is nothing or its fee, by at most one charge."""
    held = (
        LedgerEntry.objects.filter(account__in=(FEES, OWED))
        .exclude(application=None)
        .values("application", "application__fee_fen")
        .annotate(fen=Sum(F("credit_fen") - F("debit_fen")))
    )
    for row in held.exclude(fen=0).exclude(fen=F("application__fee_fen")).order_by("application"):
        yield f"application {row['application']}: {row['fen']} fen are held for it"
    twice = OrderLine.objects.filter(order__charges__status="captured").values("application")
    for settled in twice.annotate(n=Count("pk")).filter(n__gt=1).order_by("application"):
        yield f"application {settled['application']}: settled by {settled['n']} charges"


def paid_applications_have_money() -> Iterator[str]:
    """For every application that went on as paid its whole fee was captured, whether or not it was returned later."""
    captured = Coalesce(Sum("ledger_entries__credit_fen", filter=Q(ledger_entries__account=FEES)), 0)
    paid = Application.objects.filter(status__in=states_after("application", "record_payment")).exclude(fee_fen=0)
    rows = paid.annotate(captured=captured).filter(Q(captured__lt=F("fee_fen")) | Q(fee_fen=None))
    for pk, status, fen, fee in rows.order_by("pk").values_list("pk", "status", "captured", "fee_fen"):
        yield f"application {pk} is {status}: {fen} fen were captured for a fee of {fee}"


def charges_are_booked() -> Iterator[str]:
    """The provider's account holds, for each charge, what was captured less what was refunded."""
    entries = LedgerEntry.objects.filter(account=PROVIDER).values_list("charge")
    sums = entries.annotate(Sum("debit_fen"), Sum("credit_fen")).order_by()
    booked = {charge: (taken, returned) for charge, taken, returned in sums}
    refunds = Refund.objects.filter(status="refunded").values_list("charge")
    refunded = dict(refunds.annotate(Sum("amount_fen")).order_by())
    for charge in Charge.objects.order_by("pk").iterator():
        taken, returned = booked.get(charge.pk, (0, 0))
        wanted = charge.captured_fen if charge.status in MONEY_STATES else 0
        if (taken, returned) != (wanted, refunded.get(charge.pk, 0)):
            yield f"charge {charge.pk}: booked {taken} in and {returned} out"


def paid_orders_moved_on() -> Iterator[str]:
    """Every line of a paid order stands on an application that was paid, or whose money goes back."""
    lines = OrderLine.objects.filter(order__status="paid", application__paid_at=None)
    owed = lines.exclude(application__refunds__charge__order=F("order"))
    yield from (f"order line {pk}: its application is not paid" for pk in owed.values_list("pk", flat=True))


def books_agree_with_the_cashier() -> Iterator[str]:
    """Our ledger is the simulated cashier's, except for what is still on its way between the two."""
    if settings.PAYMENT_PROVIDER != "simulator":
        return
    taken, returned = cashier.taken_and_returned()
    rows = Charge.objects.with_money().filter(provider="simulator")
    ours = dict(rows.values_list("provider_reference", "captured_fen"))
    asked = Promise.objects.filter(topic=RECONCILE_TOPIC, done_at=None).values_list("key", flat=True)
    on_their_way = {cashier.reference_of(UUID(key)) for key in asked} - ours.keys()
    for reference in sorted((ours.keys() | taken.keys()) - on_their_way):
        if ours.get(reference) != taken.get(reference):
            yield f"reference {reference}: {ours.get(reference)} fen here, {taken.get(reference)} at the cashier"
    refunds = {str(r.pk): r for r in Refund.objects.filter(charge__provider="simulator")}
    for key in sorted(refunds.keys() | returned.keys()):
        refund = refunds.get(key)
        there = returned.get(key)
        is_done = refund is not None and refund.status == "refunded"
        if refund is None or (is_done and there != refund.amount_fen) or there not in (None, refund.amount_fen):
            yield f"refund {key}: {there} fen at the cashier"


ALL = {
    "I3 bookings balance": bookings_balance,
    "I3 applications are paid once": applications_are_paid_once,
    "I3 paid applications have money": paid_applications_have_money,
    "I3 charges are booked": charges_are_booked,
    "I3 paid orders moved on": paid_orders_moved_on,
    "I3 books agree with the cashier": books_agree_with_the_cashier,
}
