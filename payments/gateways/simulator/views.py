"""The simulated cashier's page, as the payer sees it; in real life it stands on the provider's own site."""

from textwrap import wrap

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from payments.gateways.base import Money
from payments.gateways.simulator import cashier, delivery
from portal.common import access

DECISIONS = {"pay": (True, ""), "fail": (False, "declined"), "leave": (False, "cancelled")}


@access.public
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, reference: str, token: str) -> HttpResponse:
    """Show an order and take the payer's decision; the address itself is the proof of who may pay."""
    order = cashier.find(reference, token)
    if order is None:
        raise Http404
    outcome = cashier.outcome_of(reference)
    if request.method == "POST" and request.POST.get("decision") in DECISIONS:
        pays, code = DECISIONS[request.POST["decision"]]
        if cashier.decide(reference, pays=pays, code=code).is_new:
            delivery.announce(reference)
        return HttpResponseRedirect(order.body["return_url"])
    context = {
        "parts": wrap(reference, 8),
        "amount_fen": order.body["amount_fen"],
        "is_open": outcome.state is Money.PENDING,
        "is_paid": outcome.state is Money.CAPTURED,
        "return_url": order.body["return_url"],
    }
    return render(request, "payments/simulated_cashier.html", context)
