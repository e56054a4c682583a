"""Pages of a visit at home: asked for, followed and taken back by its secret link."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.appointments import home_visits
from portal.appointments.forms import VisitForm
from portal.appointments.lifecycle import HOME_VISIT
from portal.appointments.models import HomeVisit
from portal.appointments.views.who import acting_of, ask_who, get_or_post, holder_of
from portal.common.access import public
from portal.common.unmet import Refused

CONFLICT = 409


@public
@get_or_post
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a visit."""
    holder = holder_of(request)
    if holder is None:
        return ask_who(request.path)
    initial = {"name": holder.name, "phone": holder.phone}
    form = VisitForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            row = home_visits.ask(home_visits.Request(**form.cleaned_data), holder=holder)
        except Refused as refused:
            form.refuse(refused.unmet)
            status = CONFLICT
        else:
            return redirect("appointments:home_visit", reference=row.reference)
    return render(request, "appointments/home_ask.html", {"form": form}, status=status)


@public
@require_safe
def show(request: HttpRequest, reference: str) -> HttpResponse:
    """Show how far a request is to whoever has its link."""
    return _page(request, _visit(reference))


@public
@require_POST
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a request back."""
    row = _visit(reference)
    try:
        home_visits.withdraw(row, acting=acting_of(request, row))
    except Refused as refused:
        return _page(request, row, refused)
    return redirect("appointments:home_visit", reference=reference)


def _page(request: HttpRequest, row: HomeVisit, refused: Refused | None = None) -> HttpResponse:
    problems: list[Any] = [{"text": one.text, "remedy": one.remedy} for one in refused.unmet] if refused else []
    context = {"row": row, "state": HOME_VISIT.states[row.status].label, "problems": problems}
    return render(request, "appointments/home_visit.html", context, status=CONFLICT if problems else 200)


def _visit(reference: str) -> HomeVisit:
    row = home_visits.find(reference)
    if row is None:
        raise Http404
    return row
