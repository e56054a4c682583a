"""What stands behind the addresses of window cases: a hall, a booking with its case, a sheet, a visit at home."""

from typing import Any

from portal.accounts.models import Person
from portal.appointments import booking, home_visits, sheets, slots
from portal.appointments.holders import of_user
from portal.appointments.models import Slot, WindowCase
from portal.common import clock
from tests.factories import points

TOLD: dict[str, Any] = {
    "facts": {
        "on": "2026-11-20",
        "born": "1990-01-01",
        "hukou_code": "330100",
        "state_employee": False,
        "military": False,
        "fingerprints": False,
        "exit_barred": False,
        "in_mainland": True,
        "holds": [],
    },
    "wants": [{"kind": "PASSPORT", "category": "first"}],
    "answers": {},
}


def rows(owner: Person, city: str) -> dict[str, Any]:
    """Return the rows by the names the matrix uses; those of a person belong to `owner`."""
    assert owner.user is not None
    point, holder = points.point(city), of_user(owner.user, owner)
    for weekday in (5, 6):
        points.hours(point, weekday, kind=points.WEEKEND)
    slots.open_ahead([point])
    slot = Slot.objects.filter(point=point, starts_at__gt=clock.now()).order_by("-starts_at")[0]
    row = booking.book(slot.pk, holder=holder, matter="document", told=TOLD)
    request = home_visits.Request(owner.name, holder.phone, "虚构路 1 号", "illness", "", city)
    visit = home_visits.ask(request, holder=holder)
    sheet = sheets.keep(TOLD, phone=holder.phone, language="zh-hans", address="203.0.113.9")
    return {
        "point": point.pk,
        "booking": row.pk,
        "booking reference": row.reference,
        "window case": WindowCase.objects.get(booking=row).pk,
        "visit": visit.pk,
        "home visit": visit.reference,
        "sheet": sheet.reference,
    }
