"""The payer's pages: what is due, on to the provider, back again, and the receipt."""

from textwrap import wrap
from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applications.models import Application, Submission
from payments import gateways, services
from payments.messages import REASONS
from payments.models import Charge, Order, Refund
from portal.accounts.models import User
from portal.accounts.services import acting_for, choose, concerning
from portal.common import access, throttle
from portal.common.gateway import GatewayDown
from portal.common.phrases import remark
from portal.common.unmet import Refused

# A page that asks again every two seconds asks the provider less often than that.
ASK_SECONDS = 5


@access.citizen
@require_safe
def pay(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what is due, or that a payment is being checked, or why there is nothing to pay."""
    submission = _own(request, reference)
    if services.pending_charge(submission.pk):
        return _waiting(request, submission)
    due = services.quote(submission.pk)
    if due is None:
        if _settled(submission).exists():
            return _to("receipt", submission)
        return render(request, "payments/nothing.html", _context(submission))
    later = [row for row in _open_applications(submission) if row not in due.applications]
    context = {**_context(submission), "due": due, "later": later, "provider": gateways.provider()}
    return render(request, "payments/pay.html", context)


@access.citizen
@require_POST
def start(request: HttpRequest, reference: str) -> HttpResponse:
    """Go to the provider; pressed again, go on with the same payment. What is paid is what was shown."""
    submission = _own(request, reference)
    acting = acting_for(cast("User", request.user), submission.beneficiary)
    try:
        order = services.open_order(submission.pk, acting=acting)
        if order is None:
            return _to("pay", submission)
        if request.POST.get("amount_fen") != str(order.amount_fen) and not services.pending_charge(submission.pk):
            messages.warning(request, _("要缴的金额有变化，请看过再缴。"))
            return _to("pay", submission)
        address = request.build_absolute_uri(reverse("payments:return", args=[submission.reference]))
        attempt = services.start_charge(order.pk, acting=acting, return_url=address)
    except GatewayDown:
        messages.warning(request, _("暂时联系不上缴费平台。请过几分钟再看，不要重复付款。"))
        return _to("pay", submission)
    except Refused as refused:
        for reason in refused.unmet:
            messages.error(request, remark(reason.text, reason.remedy))
        return _to("pay", submission)
    return HttpResponseRedirect(attempt.url) if attempt.url else _to("receipt", submission)


@access.citizen
@require_safe
def come_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Receive the payer from the provider: ask it at once, whatever its callback does."""
    submission = _own(request, reference)
    status = _ask(submission)
    if status == "failed":
        messages.warning(request, _("这次没有付成，没有扣钱。可以再试一次。"))
    return _to("pay", submission)


@access.citizen
@require_safe
def state(request: HttpRequest, reference: str) -> HttpResponse:
    """Answer the waiting page's script: the same words, or where to go now."""
    submission = _own(request, reference)
    _ask(submission)
    context = _context(submission)
    if not services.pending_charge(submission.pk):
        context["done_url"] = reverse("payments:pay", args=[submission.reference])
    response = render(request, "payments/_state.html", context)
    if "done_url" in context:
        response["X-Poll"] = "done"
    return response


@access.citizen
@require_safe
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what was paid and what goes back, to read and print."""
    submission = _own(request, reference)
    orders = list(_settled(submission).prefetch_related("lines__application").order_by("paid_at"))
    refunds = list(
        Refund.objects.filter(charge__order__submission=submission).select_related("application").order_by("due_at")
    )
    if not orders and not refunds:
        return _to("pay", submission)
    for refund in refunds:
        refund.why = REASONS[refund.reason]  # type: ignore[attr-defined]
    charges = Charge.objects.filter(order__in=orders, status="captured")
    references = {charge.order_id: charge.provider_reference for charge in charges}
    paid = [{"order": order, "parts": wrap(references.get(order.pk, ""), 8)} for order in orders]
    returned = {refund.application_id for refund in refunds}
    lines = {line.application_id for order in orders for line in order.lines.all()}
    context = {
        **_context(submission),
        "paid": paid,
        "refunds": refunds,
        "is_kept": bool(lines - returned),
        "due": services.quote(submission.pk),
    }
    return render(request, "payments/receipt.html", context)


def _own(request: HttpRequest, reference: str) -> Submission:
    """Return the form of this reference if it is the person's or of somebody they act for; else it does not exist."""
    mine = concerning(cast("User", request.user))
    rows = Submission.objects.filter(mine, reference=reference).exclude(filed_at=None)
    submission = rows.select_related("beneficiary").first()
    if submission is None:
        raise Http404
    choose(request, submission.beneficiary)
    return submission


def _ask(submission: Submission) -> str:
    """Ask the provider about the pending payment, at most every few seconds; returns its status, "" for none."""
    charge = services.pending_charge(submission.pk)
    if charge is None:
        return ""
    if not throttle.spend("payments.ask", key=str(charge.pk), limit=1, seconds=ASK_SECONDS):
        return charge.status
    try:
        return services.reconcile(charge.pk)
    except GatewayDown:
        return charge.status


def _waiting(request: HttpRequest, submission: Submission) -> HttpResponse:
    charge = services.pending_charge(submission.pk)
    context = {**_context(submission), "amount_fen": charge.amount_fen if charge else 0}
    return render(request, "payments/waiting.html", context)


def _settled(submission: Submission) -> "QuerySet[Order]":
    return Order.objects.filter(submission=submission, status="paid")


def _open_applications(submission: Submission) -> list[Application]:
    return list(Application.objects.open().filter(submission=submission, paid_at=None).order_by("position"))


def _context(submission: Submission) -> dict[str, Any]:
    return {
        "submission": submission,
        "reference": submission.reference,
        "name": submission.beneficiary.name,
        "place": "applications",
        "back_text": _("申请进度"),
    }


def _to(page: str, submission: Submission) -> HttpResponse:
    return HttpResponseRedirect(reverse(f"payments:{page}", args=[submission.reference]))
