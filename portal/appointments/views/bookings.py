"""Pages of a booking: made for a place, shown by its secret link, moved, cancelled."""

from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications.services import asked_in_checker, asked_on_form, gather, open_draft
from portal.accounts.services import chosen
from portal.appointments import booking, qr
from portal.appointments.catalog import ALL_MATTERS
from portal.appointments.forms import BookForm
from portal.appointments.lifecycle import BOOKING
from portal.appointments.models import Booking, Slot, WindowCase
from portal.appointments.views.points import day_context, serving_point
from portal.appointments.views.who import acting_of, ask_who, get_or_post, holder_of
from portal.common import clock
from portal.common.access import public
from portal.common.gateway import GatewayDown, GatewayRefused
from portal.common.masking import mask_name
from portal.common.templatetags.portal import moment
from portal.common.unmet import Refused
from portal.notifications.services import address_of

CHECKER = "checker"
CONFLICT = 409


@public
@get_or_post
def book(request: HttpRequest, point_id: UUID) -> HttpResponse:
    """Book a place: what for, for whom, and what goes along."""
    point = serving_point(point_id)
    slot = _slot(request, point_id)
    back = reverse("appointments:point", args=[point_id])
    if slot is None:
        return redirect(back)
    holder = holder_of(request)
    if holder is None:
        return ask_who(f"{request.path}?slot={slot.pk}")
    told = told_by(request)
    is_known = bool(holder.citizen_number)
    form = BookForm(
        request.POST if request.method == "POST" else None,
        is_known=is_known,
        told=told is not None,
        initial={"bring": True, "matter": _matter_of(told)},
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if not is_known:
            holder = replace(holder, name=data["name"], citizen_number=data["citizen_number"])
        try:
            row = booking.book(slot.pk, holder=holder, matter=data["matter"], told=told if data.get("bring") else None)
        except Refused as refused:
            form.refuse(refused.unmet)
            status = CONFLICT
        else:
            return redirect("appointments:booking", reference=row.reference)
    context = {
        "form": form,
        "point": point,
        "slot": slot,
        "name": mask_name(holder.name) if is_known else "",
        "back_url": f"{back}?day={clock.local_day(slot.starts_at).isoformat()}",
        "back_text": _("换一个时段"),
    }
    return render(request, "appointments/book.html", context, status=status)


@public
@require_safe
def show(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a booking to whoever has its link."""
    row = _booking(reference)
    case = WindowCase.objects.filter(booking=row).first()
    context = {
        "row": row,
        "state": BOOKING.states[row.status].label,
        "name": mask_name(row.name),
        "at": moment(row.slot.starts_at) if row.slot else "",
        "matter": ALL_MATTERS[row.matter],
        "has_sheet": bool(case and case.told),
        "is_fresh": row.event_seq == 1 and row.may_change,
    }
    return render(request, "appointments/booking.html", context)


@public
@require_safe
def code_image(request: HttpRequest, reference: str) -> HttpResponse:  # noqa: ARG001 - a view
    """Send the QR code by which the counter finds the booking."""
    row = _booking(reference)
    address = address_of(reverse("appointments:arrive", args=[row.reference]))
    return HttpResponse(qr.draw(address), content_type="image/svg+xml")


@public
@get_or_post
def move(request: HttpRequest, reference: str) -> HttpResponse:
    """Offer the places of the same point, and change to one."""
    row = _booking(reference)
    problems: list[Any] = []
    if request.method == "POST":
        try:
            booking.move(row, _uuid(request.POST.get("slot", "")) or row.pk, acting=acting_of(request, row))
        except Refused as refused:
            problems = [{"text": one.text, "remedy": one.remedy} for one in refused.unmet]
        else:
            return redirect("appointments:booking", reference=reference)
    context = {
        **day_context(request, row.point),
        "row": row,
        "at": moment(row.slot.starts_at) if row.slot else "",
        "problems": problems,
        "back_url": reverse("appointments:booking", args=[reference]),
        "back_text": _("返回预约"),
    }
    return render(request, "appointments/move.html", context, status=CONFLICT if problems else 200)


@public
@get_or_post
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask once, then give the place back."""
    row = _booking(reference)
    problems: list[Any] = []
    if request.method == "POST":
        try:
            booking.cancel(row, acting=acting_of(request, row))
        except Refused as refused:
            problems = [{"text": one.text, "remedy": one.remedy} for one in refused.unmet]
        else:
            return redirect("appointments:booking", reference=reference)
    context = {
        "row": row,
        "at": moment(row.slot.starts_at) if row.slot else "",
        "problems": problems,
        "back_url": reverse("appointments:booking", args=[reference]),
        "back_text": _("返回预约"),
    }
    return render(request, "appointments/cancel.html", context, status=CONFLICT if problems else 200)


def told_by(request: HttpRequest) -> dict[str, Any] | None:
    """Return what this person told before: on an open form, else to the checker; None where there is nothing."""
    if request.user.is_authenticated and not request.user.staff_code:
        person = chosen(request)
        draft = open_draft(person) if person else None
        if person and draft and (draft.answers.get("requests") or draft.answers.get("endorsements")):
            # Without the register the form cannot be judged; the checker's answers may still do.
            with suppress(GatewayDown, GatewayRefused):
                return asked_on_form(draft, gather(person))
    kept = request.session.get(CHECKER)
    return asked_in_checker(kept, on=clock.today()) if isinstance(kept, dict) else None


def _matter_of(told: dict[str, Any] | None) -> str:
    """Return what to book for by what was told before: nobody is asked twice."""
    wants = told["wants"] if told else []
    if not wants:
        return ""
    return "endorsement" if all(one["destination"] for one in wants) else "document"


def _booking(reference: str) -> Booking:
    row = booking.find(reference)
    if row is None:
        raise Http404
    return row


def _slot(request: HttpRequest, point_id: UUID) -> Slot | None:
    pk = _uuid(request.GET.get("slot", ""))
    return Slot.objects.filter(pk=pk, point_id=point_id).first() if pk else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
