"""From approved applications to a payment under way: what is due, the order, the charge at the provider."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.models import Application, Submission
from applications.services import payable
from payments import gateways
from payments.gateways.base import Money, Outcome, PaymentProvider
from payments.lifecycle import CHARGE, ORDER
from payments.locking import lock_case
from payments.models import Charge, Order, OrderLine
from payments.settling import RECONCILE_SECONDS, RECONCILE_TOPIC, reconcile, settle
from portal.accounts.services import require_leave
from portal.common import clock, outbox
from portal.common.acting import Acting
from portal.common.gateway import GatewayRefused
from portal.common.models import Promise
from portal.common.outbox import Again
from portal.common.unmet import Refused, Unmet

ORDER_DUE_TOPIC = "payments.order_due"
DUE_AGAIN_SECONDS = 60


@dataclass(frozen=True)
class Quote:
    """What a form has to pay now, and by when the first of it lapses."""

    applications: tuple[Application, ...]
    amount_fen: int
    pay_by: datetime


@dataclass(frozen=True)
class Attempt:
    """A charge and where to pay it; without an address when the provider took the money meanwhile or is silent."""

    charge: Charge
    url: str = ""


def quote(submission_id: UUID) -> Quote | None:
    """Return what a form has to pay now, or None; writes nothing."""
    rows = [row for row in payable(submission_id) if row.pay_by and row.pay_by > clock.now() and row.fee_fen]
    if not rows:
        return None
    pay_by = min(row.pay_by for row in rows if row.pay_by)
    return Quote(tuple(rows), sum(row.fee_fen or 0 for row in rows), pay_by)


def pending_charge(submission_id: UUID) -> Charge | None:
    """Return the charge of a form whose money may be on its way, or None."""
    return Charge.objects.pending().select_related("order").filter(order__submission_id=submission_id).first()


def open_order(submission_id: UUID, *, acting: Acting) -> Order | None:
    """Return the open order over what a form has to pay now, making it if needed; None when nothing is due.

    An order that no longer fits (an application was withdrawn, another approved) is replaced, but never while the
    provider may still take money for it: then the provider is asked to close first. May raise GatewayDown, NoLeave for
    whoever may not act for the applicant any more, Submission.DoesNotExist for somebody else's form.
    """
    with transaction.atomic():
        # Before the provider is asked anything in their name, and once more where the order is written.
        require_leave(acting)
    known = Order.objects.open().filter(submission_id=submission_id).first()
    if known and not _fits(known, quote(submission_id)):
        pending = known.charges.filter(status="started").first()
        if pending:
            reconcile(pending.pk, closing=True)
    with transaction.atomic():
        return _open_order(submission_id, known, acting)


def _open_order(submission_id: UUID, known: Order | None, acting: Acting) -> Order | None:
    require_leave(acting)
    case = lock_case(known.pk) if known else None
    submission = Submission.objects.select_for_update().get(pk=submission_id, beneficiary_id=UUID(acting.owner))
    current = Order.objects.open().filter(submission_id=submission_id).first()
    if current and (known is None or current.pk != known.pk):
        return current  # made by another press, between the look and the lock
    due = quote(submission_id)
    if current and case:
        if _fits(current, due) or case.pending:
            return current
        ORDER.perform(current, "cancel", acting=acting, codes=["replaced"])
    return _make(submission, due, acting) if due else None


def _fits(order: Order, due: Quote | None) -> bool:
    lines = {line.application_id: line.fen for line in order.lines.all()}
    return due is not None and lines == {row.pk: row.fee_fen for row in due.applications}


def _make(submission: Submission, due: Quote, acting: Acting) -> Order:
    order = Order(
        submission=submission,
        person_id=submission.beneficiary_id,
        authority=submission.authority,
        amount_fen=due.amount_fen,
        pay_by=due.pay_by,
        made_at=clock.now(),
    )
    ORDER.begin([order], actions=[("make", acting)], params={"amount_fen": due.amount_fen})
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            application=row,
            kind=row.kind,
            category=row.category,
            position=position,
            fen=row.fee_fen or 0,
        )
        for position, row in enumerate(due.applications, start=1)
    )
    outbox.promise(ORDER_DUE_TOPIC, key=str(order.pk), payload={"order": str(order.pk)}, after=due.pay_by)
    return order


def start_charge(order_id: UUID, *, acting: Acting, return_url: str) -> Attempt:
    """Start paying an order, or go on with the attempt that is pending: pressing twice gives the same charge.

    The provider is asked about the last attempt before there can be another one, so nobody pays twice. Raises
    GatewayDown when it does not answer (nothing new was started), Refused when the order cannot be paid any more,
    NoLeave for whoever may not act for the applicant any more.
    """
    with transaction.atomic():
        require_leave(acting)
    last = Charge.objects.filter(order_id=order_id).order_by("-started_at").first()
    if last and last.status in ("started", "failed") and reconcile(last.pk) in ("captured", "surplus"):
        return Attempt(Charge.objects.select_related("order").get(pk=last.pk))
    provider = gateways.provider()
    charge = _charge(order_id, provider, acting)
    try:
        started = provider.start(
            charge.pk, amount_fen=charge.amount_fen, description_code="exit_entry_fees", return_url=return_url
        )
    except GatewayRefused as refusal:
        settle(charge.pk, Outcome(Money.FAILED, code=refusal.code))
        text = _("缴费平台没有接受这次缴费。")
        raise Refused([Unmet("provider", text, remedy=_("钱没有扣。请过几分钟再试，或者拨打 12367。"))]) from refusal
    Charge.objects.filter(pk=charge.pk, provider_reference="").update(provider_reference=started.reference)
    return Attempt(charge, started.url)


def _charge(order_id: UUID, provider: PaymentProvider, acting: Acting) -> Charge:
    """Return the pending charge of an order, or make one; the case is locked, so that there is only one."""
    with transaction.atomic():
        require_leave(acting)
        case = lock_case(order_id)
        if str(case.order.person_id) != acting.owner:
            raise Refused([Unmet("owner", _("这件申请不是您的。"), remedy=_("请用本人的账户登录。"))])
        if case.pending:
            return case.pending
        order = case.order
        if order.status != "open" or order.pay_by <= clock.now() or _gone(case.applications):
            text = _("这张缴费单已经不能缴了。")
            raise Refused([Unmet("order", text, remedy=_("请看申请进度，按最新的状态办理。"))])
        now = clock.now()
        charge = Charge(
            order=order,
            authority=order.authority,
            provider=provider.name,
            amount_fen=order.amount_fen,
            started_at=now,
        )
        CHARGE.begin([charge], actions=[("start", acting)], params={"amount_fen": charge.amount_fen})
        ORDER.perform(order, "begin_payment", acting=acting)
        after = now + timedelta(seconds=RECONCILE_SECONDS)
        outbox.promise(RECONCILE_TOPIC, key=str(charge.pk), payload={"charge": str(charge.pk)}, after=after)
    return charge


def _gone(applications: Sequence[Application]) -> bool:
    return any(row.status != "approved" for row in applications)


def money_is_on_its_way(application_id: UUID) -> bool:
    """Tell whether an application must not lapse yet: a payment for it has begun and its end is not known."""
    return Charge.objects.pending().filter(order__lines__application_id=application_id).exists()


def close_overdue(row: Promise) -> None:
    """End an order whose time ran out, after its applications lapsed and once no money can be on its way."""
    with transaction.atomic():
        case = lock_case(UUID(str(row.payload["order"])))
        if case.order.status not in ("open", "paying"):
            return
        waiting = [a for a in case.applications if a.status == "approved"]
        if case.pending or any(a.pay_by and a.pay_by <= clock.now() for a in waiting):
            raise Again(DUE_AGAIN_SECONDS)
        action = "cancel" if waiting else "lapse"
        ORDER.perform(case.order, action, acting=Acting.system("order_due"))
