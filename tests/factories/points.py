"""Service points and their hours for tests."""

from datetime import date, time

from portal.accounts.models import OpeningHours, ServicePoint
from tests.factories import accounts

OPENED = date(2026, 1, 1)
ORDINARY, LUNCH, EVENING = OpeningHours.ORDINARY, OpeningHours.LUNCH, OpeningHours.EVENING
WEEKEND, STUDENT = OpeningHours.WEEKEND, OpeningHours.STUDENT


def point(authority: str = accounts.HANGZHOU, *, name: str = "样例大厅") -> ServicePoint:
    """A hall that is open from nine to twelve on working days, for four people each half hour."""
    row = ServicePoint.objects.create(
        authority=accounts.office_of(authority),
        name=name,
        name_en="Sample Hall",
        address="示范市虚构路 1 号",
        address_en="1 Imaginary Road",
        opened_on=OPENED,
    )
    for weekday in range(5):
        hours(row, weekday)
    return row


def hours(
    row: ServicePoint,
    weekday: int,
    opens: time = time(9),
    closes: time = time(12),
    *,
    kind: str = ORDINARY,
    places: int = 4,
    since: date = OPENED,
    until: date | None = None,
) -> OpeningHours:
    """One row of opening hours."""
    return OpeningHours.objects.create(
        point=row,
        weekday=weekday,
        kind=kind,
        opens_at=opens,
        closes_at=closes,
        places=places,
        effective_from=since,
        effective_to=until,
    )
