"""What payers are told: money received, money owed back, money returned."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from applications.models import Submission
from applications.services import told_of
from payments.models import Order, Refund
from portal.common.registry import MessageSpec, Told
from portal.common.templatetags.portal import fen

_LINK = "payments:receipt"
# Why money goes back, as a whole sentence each, so that no language has to glue words together.
REASONS = {
    "wrong_amount": _("收到的金额和应缴的不一样，所以原路退回。"),
    "paid_twice": _("这笔钱重复缴了，所以原路退回。"),
    "closed": _("钱到的时候申请已经结束，所以原路退回。"),
    "unproducible": _("证件无法制作，所以缴的费用原路退回。"),
}


def _told(submission: Submission, params: Mapping[str, str | int]) -> Told:
    return told_of(submission, params, _LINK)


def _of_order(subject: UUID, payload: Mapping[str, object]) -> Told:  # noqa: ARG001 - the registry's signature
    order = Order.objects.select_related("submission__beneficiary").get(pk=subject)
    return _told(order.submission, {"amount_fen": order.amount_fen, "count": order.lines.count()})


def _of_refund(subject: UUID, payload: Mapping[str, object]) -> Told:  # noqa: ARG001 - the registry's signature
    refund = Refund.objects.select_related("charge__order__submission__beneficiary").get(pk=subject)
    return _told(refund.charge.order.submission, {"amount_fen": refund.amount_fen, "reason": refund.reason})


def _present(params: Mapping[str, object]) -> dict[str, object]:
    shown = {**params, "amount": fen(int(str(params["amount_fen"])))}
    if "reason" in params:
        shown["reason"] = REASONS[str(params["reason"])]
    return shown


_REFUND_SAMPLE: dict[str, str | int] = {"amount_fen": 12000, "reason": "wrong_amount"}

SPECS = (
    MessageSpec(
        "payment.received",
        _("收到 %(amount)s"),
        _("已收到 %(amount)s，共 %(count)s 件申请。缴费凭据可以随时查看、打印。"),
        _of_order,
        # Each application says by phone and e-mail that it is paid; the receipt is for reading in the portal.
        channels=("inbox",),
        present=_present,
        sample={"amount_fen": 18000, "count": 2},
    ),
    MessageSpec(
        "payment.refund_due",
        _("正在退回 %(amount)s"),
        _("我们正在退回 %(amount)s。%(reason)s到账后再通知您。"),
        _of_refund,
        present=_present,
        sample=_REFUND_SAMPLE,
    ),
    MessageSpec(
        "payment.refunded",
        _("已退回 %(amount)s"),
        _("%(amount)s已经退回原付款账户。%(reason)s"),
        _of_refund,
        present=_present,
        sample=_REFUND_SAMPLE,
    ),
)
