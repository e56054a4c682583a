"""Pages of the counter: who waits, check-in by card or QR code, calling and finishing; the supervisors' figures."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.models import ServicePoint
from portal.appointments import booking, counter, waiting
from portal.appointments.catalog import ALL_MATTERS
from portal.appointments.forms import CheckInForm, WalkInForm
from portal.appointments.lifecycle import BOOKING
from portal.appointments.models import Booking
from portal.common.access import official
from portal.common.admin import acting_of, sentences
from portal.common.masking import mask_name
from portal.common.unmet import Refused

DECIDING = ("officer", "supervisor")
CONFLICT = 409


@official(*DECIDING)
@require_safe
def hall(request: HttpRequest) -> HttpResponse:
    """Show one service point today: the first of the jurisdiction unless another is chosen."""
    points = list(counter.points_of(acting_of(request)))
    chosen = next((one for one in points if str(one.pk) == request.GET.get("point")), points[0] if points else None)
    return _page(request, chosen, CheckInForm(prefix="card"), WalkInForm(prefix="walk"))


@official(*DECIDING)
@require_POST
def check_in(request: HttpRequest, point_id: UUID) -> HttpResponse:
    """Start the clock of the card on the counter."""
    point = _point(request, point_id)
    form = CheckInForm(request.POST, prefix="card")
    if form.is_valid():
        try:
            counter.check_in(point, form.cleaned_data["citizen_number"], acting=acting_of(request))
        except Refused as refused:
            form.refuse(refused.unmet)
        else:
            messages.success(request, _("已到达，开始计时。"))
            return _back(point)
    return _page(request, point, form, WalkInForm(prefix="walk"), status=CONFLICT)


@official(*DECIDING)
@require_POST
def walk_in(request: HttpRequest, point_id: UUID) -> HttpResponse:
    """Take in somebody who came without a booking."""
    point = _point(request, point_id)
    form = WalkInForm(request.POST, prefix="walk")
    if form.is_valid():
        try:
            booking.walk_in(point, acting=acting_of(request), **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused.unmet)
        else:
            messages.success(request, _("已取号，开始计时。"))
            return _back(point)
    return _page(request, point, CheckInForm(prefix="card"), form, status=CONFLICT)


@official(*DECIDING)
@require_POST
def act(request: HttpRequest, booking_id: UUID, action: str) -> HttpResponse:
    """Call, finish, check in or let go."""
    row = counter.find(booking_id, acting=acting_of(request))
    if row is None or action not in counter.ACTS:
        raise Http404
    _act(request, row, action)
    return _back(row.point)


@official(*DECIDING)
@require_POST
def case(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Open the case beside a booking, an empty one where nothing was told before."""
    row = counter.find(booking_id, acting=acting_of(request))
    if row is None:
        raise Http404
    found = counter.case_of(row, acting=acting_of(request))
    return redirect("admin:appointments_windowcase_change", found.pk)


@official(*DECIDING)
@require_http_methods(["GET", "HEAD", "POST"])
def arrive(request: HttpRequest, reference: str) -> HttpResponse:
    """What the QR code leads an official to: the booking, and the button that starts its clock."""
    row = counter.booking_of(reference, acting=acting_of(request))
    if row is None:
        raise Http404
    if request.method == "POST":
        _act(request, row, "check_in")
        return _back(row.point)
    context = {
        **_frame(request),
        "row": row,
        "name": mask_name(row.name),
        "matter": ALL_MATTERS[row.matter],
        "state": BOOKING.states[row.status].label,
        "back": f"{reverse('appointments:counter')}?point={row.point_id}",
    }
    return render(request, "appointments/arrive.html", context)


@official("supervisor")
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Show for each point the share finished within ten minutes, and the waiting by hour."""
    points = list(counter.points_of(acting_of(request)))
    rows = [{"share": share, "waits": waiting.by_hour(share.point)} for share in waiting.shares(points)]
    context = {
        **_frame(request),
        "rows": rows,
        "enough": waiting.ENOUGH,
        "share_days": waiting.SHARE_DAYS,
        "last_days": waiting.LAST_DAYS,
    }
    return render(request, "appointments/figures.html", context)


def _act(request: HttpRequest, row: Booking, action: str) -> None:
    try:
        counter.act(row, action, acting=acting_of(request))
    except Refused as refused:
        for sentence in sentences(refused.unmet):
            messages.error(request, sentence)


def _point(request: HttpRequest, point_id: UUID) -> ServicePoint:
    row = counter.points_of(acting_of(request)).filter(pk=point_id).first()
    if row is None:
        raise Http404
    return row


def _back(point: ServicePoint) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('appointments:counter')}?point={point.pk}")


def _page(
    request: HttpRequest, point: ServicePoint | None, card: CheckInForm, walk: WalkInForm, *, status: int = 200
) -> HttpResponse:
    acting = acting_of(request)
    rows = [
        {
            "row": row,
            "name": mask_name(row.name),
            "matter": ALL_MATTERS[row.matter],
            "state": BOOKING.states[row.status].label,
            "acts": [(one.action, one.label) for one in BOOKING.open_to(row, acting) if one.action in counter.ACTS],
            "may_take": not row.may_change,
        }
        for row in (counter.today_at(point) if point else ())
    ]
    form = card if card.errors else walk
    context = {
        **_frame(request),
        "points": list(counter.points_of(acting)),
        "point": point,
        "rows": rows,
        "card": card,
        "walk": walk,
        "form": form,
    }
    return render(request, "appointments/counter.html", context, status=status)


def _frame(request: HttpRequest) -> dict[str, Any]:
    user: Any = request.user
    return {"official": user.official}
