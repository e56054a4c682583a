"""When a service point is open: its hours by weekday, the calendar of holidays and make-up working days."""

from collections.abc import Iterable
from datetime import date

from portal.accounts.models import OpeningHours, ServicePoint
from portal.common import workdays

FRIDAY, SATURDAY = 4, 5


def hours_on(point: ServicePoint, day: date, *, rows: Iterable[OpeningHours] | None = None) -> list[OpeningHours]:
    """Return the hours of a day in their order; empty when the point is closed.

    A holiday closes everything. On a make-up working day the hours of a Friday count: the last day of a week at work,
    as the make-up day is. `rows` spares the query where the caller has all hours of the point.
    """
    is_over = point.closed_on is not None and point.closed_on <= day
    if is_over or day < point.opened_on or workdays.is_holiday(day):
        return []
    weekday = day.weekday()
    if weekday >= SATURDAY and workdays.is_working(day):
        weekday = FRIDAY
    found = [
        row
        for row in (point.hours.all() if rows is None else rows)
        if row.weekday == weekday and row.effective_from <= day and (row.effective_to is None or day < row.effective_to)
    ]
    return sorted(found, key=lambda row: (row.opens_at, row.kind))
