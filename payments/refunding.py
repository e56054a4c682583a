"""Money back: what is owed, asking the provider once for each refund, and documents that cannot be made."""

from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from payments import gateways, ledger
from payments.ledger import FEES, OWED, PROVIDER, Line
from payments.lifecycle import REFUND
from payments.locking import lock_case
from payments.models import Charge, OrderLine, Refund
from portal.common import clock, outbox
from portal.common.acting import Acting
from portal.common.gateway import GatewayRefused
from portal.common.models import Event, Promise
from portal.common.outbox import GiveUp

REFUND_TOPIC = "payments.refund"
# A provider may be away for days; money owed is asked for until a person looks.
TRIES = 200
SYSTEM = Acting.system("refund")


def owe(charge: Charge, *, amount_fen: int, reason: str, acting: Acting, application_id: UUID | None = None) -> Refund:
    """Book money of a charge as owed and promise its refund; the caller holds the charge's lock.

    Raises ValueError when the refunds of the charge would exceed what was captured.
    """
    owed = charge.refunds.aggregate(fen=Sum("amount_fen"))["fen"] or 0
    if owed + amount_fen > charge.captured_fen:
        message = f"refunds of charge {charge.pk} would exceed its money"
        raise ValueError(message)
    refund = Refund(
        charge=charge,
        application_id=application_id,
        authority=charge.authority,
        amount_fen=amount_fen,
        reason=reason,
        due_at=clock.now(),
    )
    REFUND.begin([refund], actions=[("owe", acting)], params={"reason": reason, "amount_fen": amount_fen})
    if application_id:
        # Money for an application was earned when it was captured; surplus was owed from the start.
        lines = [Line(FEES, amount_fen, application_id), Line(OWED, -amount_fen, application_id)]
        ledger.book(f"owed:{refund.pk}", charge, lines)
    outbox.promise(REFUND_TOPIC, key=str(refund.pk), payload={"refund": str(refund.pk)})
    return refund


def give_back(row: Promise) -> None:
    """Ask the provider for one refund; its key makes a repeated request one refund, and the state guards the books."""
    refund = Refund.objects.select_related("charge__order").get(pk=row.payload["refund"])
    if refund.status == "refunded":
        return
    if refund.status != "asked":
        refund = REFUND.perform(refund, "ask", acting=SYSTEM)
    charge = refund.charge
    try:
        provider = gateways.provider(charge.provider)
        provider.refund(charge.provider_reference, amount_fen=refund.amount_fen, key=str(refund.pk))
    except GatewayRefused as refusal:
        raise GiveUp(refusal.code) from refusal
    _confirm(refund)


def _confirm(refund: Refund) -> None:
    with transaction.atomic():
        charge = lock_case(refund.charge.order_id).charge(refund.charge_id)
        fresh = Refund.objects.select_for_update().get(pk=refund.pk)
        if fresh.status == "refunded":
            return
        fresh.charge = charge
        REFUND.perform(fresh, "confirm", acting=Acting("provider", charge.provider), sets={"refunded_at": clock.now()})
        lines = [Line(OWED, refund.amount_fen, refund.application_id), Line(PROVIDER, -refund.amount_fen)]
        ledger.book(f"refunded:{refund.pk}", charge, lines)


def refund_stuck(row: Promise, code: str) -> None:
    """The provider will not give the money back: the refund waits for a person, who can revive the promise."""
    refund = Refund.objects.get(pk=row.payload["refund"])
    if refund.status in ("due", "asked"):
        REFUND.perform(refund, "get_stuck", acting=SYSTEM, codes=[code])


def refund_unproducible() -> int:
    """Give the fee back for every paid application whose document cannot be made; returns how many.

    Read from the events, not from a cursor: whatever has such an event, its money and no refund yet is found,
    in whichever order transactions committed.
    """
    impossible = Event.objects.filter(action="declare_unproducible", subject_kind="application")
    lines = OrderLine.objects.filter(
        application_id__in=impossible.values("subject_id"), order__charges__status="captured"
    ).exclude(application__refunds__charge__status="captured")
    count = 0
    for line in lines.order_by("pk"):
        with transaction.atomic():
            case = lock_case(line.order_id)
            charge = next(charge for charge in case.charges if charge.status == "captured")
            if not charge.refunds.filter(application_id=line.application_id).exists():
                owe(
                    charge,
                    amount_fen=line.fen,
                    reason="unproducible",
                    acting=SYSTEM,
                    application_id=line.application_id,
                )
                count += 1
    return count
