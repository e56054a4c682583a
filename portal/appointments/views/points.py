"""Pages of service points: the list of a city, and the days and places of one."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.divisions import name_of
from portal.accounts.models import OpeningHours, ServicePoint
from portal.accounts.services import hours_on
from portal.appointments import slots, waiting
from portal.appointments.models import Slot
from portal.common import clock
from portal.common.access import public
from portal.common.phrases import listed

CITIES_SHOWN = 400


@public
@require_safe
def points(request: HttpRequest) -> HttpResponse:
    """List the service points of a city with their hours today; without a city, the cities."""
    today = clock.today()
    serving = ServicePoint.objects.filter(opened_on__lte=today).exclude(closed_on__lte=today)
    codes = serving.order_by("authority_id").values_list("authority_id", flat=True).distinct()[:CITIES_SHOWN]
    cities = [{"code": code, "name": name_of(code) or code} for code in codes]
    chosen = request.GET.get("city", "")
    city = next((one for one in cities if one["code"] == chosen), None)
    rows = serving.filter(authority=city["code"]).prefetch_related("hours").order_by("name") if city else []
    context = {
        "cities": cities,
        "city": city,
        "points": [
            {
                "row": row,
                "today": listed(_span(one) for one in hours_on(row, today, rows=row.hours.all())),
                "href": reverse("appointments:point", args=[row.pk]),
            }
            for row in rows
        ],
    }
    return render(request, "appointments/points.html", context)


@public
@require_safe
def point(request: HttpRequest, point_id: UUID) -> HttpResponse:
    """Show the days of a point, the places of one day, and how long people waited there at that hour."""
    row = serving_point(point_id)
    book = reverse("appointments:book", args=[row.pk])
    return render(request, "appointments/point.html", {**day_context(request, row), "book": book})


def serving_point(point_id: UUID) -> ServicePoint:
    """Return a point that serves; raises Http404 for any other."""
    today = clock.today()
    row = ServicePoint.objects.filter(pk=point_id, opened_on__lte=today).exclude(closed_on__lte=today).first()
    if row is None:
        raise Http404
    return row


def day_context(request: HttpRequest, row: ServicePoint) -> dict[str, object]:
    """Return what both the booking and the moving page show: days, the chosen day, its places with the waiting."""
    days = slots.days(row)
    asked = request.GET.get("day", "")
    first = next((day for day in days if day.left), days[0])
    chosen = next((day for day in days if day.on.isoformat() == asked), first)
    measured = waiting.by_hour(row)
    return {
        "point": row,
        "days": [{"day": day, "is_chosen": day is chosen} for day in days],
        "chosen": chosen,
        "hours": [_span(one) for one in chosen.hours],
        "places": [_place(slot, measured) for slot in chosen.slots],
        "waits": [one for one in measured if one.minutes is not None],
        "enough": waiting.ENOUGH,
        "last_days": waiting.LAST_DAYS,
    }


def _place(slot: Slot, measured: list[waiting.Measured]) -> dict[str, object]:
    starts = timezone.localtime(slot.starts_at)
    return {
        "slot": slot,
        "time": f"{starts:%H:%M}",
        "is_student": slot.counter == Slot.STUDENT,
        "wait": waiting.at_hour(measured, starts.hour),
    }


def _span(hours: OpeningHours) -> str:
    return _("%(from)s–%(to)s（%(kind)s）") % {
        "from": f"{hours.opens_at:%H:%M}",
        "to": f"{hours.closes_at:%H:%M}",
        "kind": hours.get_kind_display(),
    }
