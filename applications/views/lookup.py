"""The public look-up: two secrets in a form, the same answer to everything that does not fit together."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from applications.forms.lookup import LookupForm
from applications.tracking import look_up
from portal.common import failures, throttle
from portal.common.access import public

# A second secret has 11,000 values: at ten tries an hour half of them take three weeks, with the reference known.
PER_REFERENCE, REFERENCE_SECONDS = 10, 3600
PER_ADDRESS, ADDRESS_SECONDS = 30, 600


@public
@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    """Ask for reference and second secret."""
    return render(request, "applications/lookup.html", {"form": LookupForm()})


@public
@require_http_methods(["GET", "HEAD", "POST"])
def public_status(request: HttpRequest) -> HttpResponse:
    """Answer with state and day of each application, or with one sentence for every other case.

    What was typed is not written into that sentence's page: a wrong secret, a wrong reference and somebody else's
    reference give the same bytes. The address of the page holds nothing; nothing is kept in the session.
    """
    if request.method != "POST":
        return redirect("applications:lookup")
    address = throttle.address_of(request)
    if not throttle.spend("lookup_address", key=address, limit=PER_ADDRESS, seconds=ADDRESS_SECONDS):
        return failures.too_many(request, minutes=ADDRESS_SECONDS // 60)
    form = LookupForm(request.POST)
    if not form.is_valid():
        return render(request, "applications/lookup.html", {"form": form})
    reference, tail = form.cleaned_data["reference"], form.cleaned_data["tail"]
    if not throttle.spend("lookup_reference", key=reference, limit=PER_REFERENCE, seconds=REFERENCE_SECONDS):
        return failures.too_many(request, minutes=REFERENCE_SECONDS // 60)
    states = look_up(reference, tail)
    if not states:
        return render(request, "applications/lookup.html", {"form": LookupForm(), "is_absent": True})
    throttle.forget("lookup_reference", key=reference)
    return render(request, "applications/status.html", {"states": states})
