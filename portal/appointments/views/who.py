"""Who a page is for: the signed-in citizen, or somebody whose phone this session has proven."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal.accounts.models import PhoneCode
from portal.accounts.services import chosen, phone_of, request_code
from portal.appointments.forms import CodeForm, PhoneForm
from portal.appointments.holders import Holder, acting_by_link, confirm, of_user, of_visitor
from portal.appointments.models import Booking, HomeVisit, Visitor
from portal.common import clock
from portal.common.access import public
from portal.common.acting import Acting
from portal.common.masking import mask_phone
from portal.common.throttle import address_of
from portal.common.unmet import Refused

CODE, VISITOR = "appointments_code", "appointments_visitor"
PROVEN_FOR = timedelta(hours=1)
TOO_MANY = 429

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def holder_of(request: HttpRequest) -> Holder | None:
    """Return whom this browser may book for, or None while nobody is known."""
    if request.user.is_authenticated and not request.user.staff_code:
        return of_user(request.user, chosen(request))
    kept = request.session.get(VISITOR)
    if not kept:
        return None
    rows = Visitor.objects.filter(pk=UUID(str(kept)), confirmed_at__gt=clock.now() - PROVEN_FOR)
    visitor = rows.first()
    return of_visitor(visitor) if visitor else None


def acting_of(request: HttpRequest, row: Booking | HomeVisit) -> Acting:
    """Return as whom this browser acts on what it has the link of."""
    return acting_by_link(row, request.user if request.user.is_authenticated else None)


def ask_who(after: str) -> HttpResponse:
    """Send on to the page that asks for a phone, and to `after` behind it."""
    return redirect(_on("appointments:phone", after))


@public
@get_or_post
def phone(request: HttpRequest) -> HttpResponse:
    """Ask for a phone number, or offer to sign in."""
    form = PhoneForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            row = request_code(
                form.cleaned_data["phone"],
                purpose=PhoneCode.BOOKING,
                address=address_of(request),
                language=_language(),
            )
        except Refused as refused:
            form.refuse(refused.unmet)
            status = TOO_MANY
        else:
            request.session[CODE] = str(row.pk)
            return redirect(_on("appointments:code", _next(request)))
    context = {"form": form, "sign_in": _on("accounts:sign_in", _next(request)), "next": _next(request)}
    return render(request, "appointments/phone.html", context, status=status)


@public
@sensitive_post_parameters("code")
@get_or_post
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code; the phone is proven for an hour."""
    kept = request.session.get(CODE)
    sent_to = phone_of(UUID(str(kept))) if kept else None
    if sent_to is None:
        return redirect(_on("appointments:phone", _next(request)))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            visitor = confirm(UUID(str(kept)), code=form.cleaned_data["code"], language=_language())
        except Refused as refused:
            form.refuse(refused.unmet)
        else:
            request.session.pop(CODE, None)
            request.session[VISITOR] = str(visitor.pk)
            return redirect(_next(request))
    context = {
        "form": form,
        "phone": mask_phone(sent_to),
        "next": _next(request),
        "back_url": _on("appointments:phone", _next(request)),
        "back_text": _("换一个手机号"),
    }
    return render(request, "appointments/code.html", context)


def _on(view: str, after: str) -> str:
    return f"{reverse(view)}?{urlencode({'next': after})}"


def _language() -> str:
    return get_language() or "zh-hans"


def _next(request: HttpRequest) -> str:
    """Return the page to go on to: one of ours, or the list of service points."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if ours and asked.startswith("/window/") else reverse("appointments:points")
