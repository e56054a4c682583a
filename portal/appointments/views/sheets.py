"""Pages of the one-trip sheet: from the checker's answers, from a booking, or kept under a link sent to a phone."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from portal.appointments import booking, pdf, sheets
from portal.appointments.forms import SheetForm
from portal.appointments.models import Booking, Sheet, WindowCase
from portal.appointments.views.bookings import told_by
from portal.common.access import public
from portal.common.throttle import address_of
from portal.common.unmet import Refused

TOO_MANY = 429


@public
@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """Show the sheet of what this browser told."""
    told = told_by(request)
    return redirect("applications:checker") if told is None else _page(request, told, SheetForm())


@public
@require_safe
def sheet_pdf(request: HttpRequest) -> HttpResponse:
    """Send the same as a PDF."""
    told = told_by(request)
    return redirect("applications:checker") if told is None else _file(told)


@public
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Keep the sheet and send its link to a phone."""
    told = told_by(request)
    if told is None:
        return redirect("applications:checker")
    form = SheetForm(request.POST)
    status = 200
    if form.is_valid():
        try:
            sheets.keep(
                told,
                phone=form.cleaned_data["phone"],
                language=get_language() or "zh-hans",
                address=address_of(request),
            )
        except Refused as refused:
            form.refuse(refused.unmet)
            status = TOO_MANY
        else:
            return _page(request, told, SheetForm(), is_sent=True)
    return _page(request, told, form, status=status)


@public
@require_safe
def kept_sheet(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a kept sheet to whoever has its link."""
    return _page(request, _kept(reference).told, None, pdf_url=reverse("appointments:kept_sheet_pdf", args=[reference]))


@public
@require_safe
def kept_sheet_pdf(request: HttpRequest, reference: str) -> HttpResponse:  # noqa: ARG001 - a view
    """Send the same as a PDF."""
    return _file(_kept(reference).told)


@public
@require_safe
def booking_sheet(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the sheet of a booking, with the place kept."""
    row, told = _booked(reference)
    pdf_url = reverse("appointments:booking_sheet_pdf", args=[reference])
    return _page(request, told, None, row=row, pdf_url=pdf_url)


@public
@require_safe
def booking_sheet_pdf(request: HttpRequest, reference: str) -> HttpResponse:  # noqa: ARG001 - a view
    """Send the same as a PDF."""
    row, told = _booked(reference)
    return _file(told, row)


def _kept(reference: str) -> Sheet:
    row = Sheet.objects.filter(reference=reference).first()
    if row is None:
        raise Http404
    return row


def _booked(reference: str) -> tuple[Booking, dict[str, Any]]:
    row = booking.find(reference)
    case = WindowCase.objects.filter(booking=row).first() if row else None
    if row is None or case is None or not case.told:
        raise Http404
    return row, case.told


def _page(  # noqa: PLR0913 - what differs between the three ways to a sheet
    request: HttpRequest,
    told: dict[str, Any],
    form: SheetForm | None,
    *,
    row: Booking | None = None,
    pdf_url: str = "",
    is_sent: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "sheet": sheets.content(told, booking=row),
        "form": form,
        "row": row,
        "is_sent": is_sent,
        "pdf_url": pdf_url or reverse("appointments:sheet_pdf"),
    }
    return render(request, "appointments/sheet.html", context, status=status)


def _file(told: dict[str, Any], row: Booking | None = None) -> HttpResponse:
    answer = HttpResponse(pdf.render(sheets.content(told, booking=row)), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="one-trip-sheet.pdf"'
    return answer
