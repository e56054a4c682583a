"""Terms of a case: when a decision is due, and until when the applicant may correct or pay."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from documents import catalog
from portal.accounts.divisions import city_of
from portal.common import clock, workdays

# The term of what is handed in online; a case keeps the code of its own.
ONLINE = "online"
RECEIVED = "materials_received"


def end_of_day(day: date) -> datetime:
    """Return the last moment of a day, 24:00 in the portal's time zone."""
    return clock.midnight(day + timedelta(days=1))


def last_day(start: date, code: str) -> workdays.DueDate:
    """Return the day on which a term of the catalogue ends, in its own unit; the day it starts does not count."""
    term = catalog.term(code)
    if term.unit is catalog.Unit.WORKING_DAY:
        return workdays.add_working_days(start, term.amount)
    return workdays.DueDate(start + timedelta(days=term.amount), provisional=False)


def days_from(moment: datetime, code: str) -> datetime:
    """Return the end of the day on which a term that starts at `moment` ends."""
    return end_of_day(last_day(timezone.localdate(moment), code).on)


def decision_due(code: str, *, received_on: date, accepted_on: date) -> workdays.DueDate:
    """Return when the decision and issue are due; the term says whether it runs from receipt or from acceptance."""
    return last_day(received_on if catalog.term(code).starts == RECEIVED else accepted_on, code)


def window_term(*, home: str, place: str) -> catalog.Term:
    """Return the term of a case taken at a window: longer where `place` is another city than the household's.

    Both are division codes; without one of them, nothing says that the case comes from elsewhere.
    """
    is_away = bool(home and place) and city_of(home) != city_of(place)
    return catalog.term("out_of_area" if is_away else "service")


def window_due(*, home: str, place: str) -> workdays.DueDate:
    """Return when a case taken at a window today is due."""
    return last_day(clock.today(), window_term(home=home, place=place).code)


def resumed(due_on: date, code: str, *, since: datetime, until: datetime) -> workdays.DueDate:
    """Return the due date moved by the time the clock stood still, in the unit of the term."""
    first, last = timezone.localdate(since), timezone.localdate(until)
    if catalog.term(code).unit is catalog.Unit.WORKING_DAY:
        return workdays.add_working_days(due_on, workdays.working_days_between(first, last))
    return workdays.DueDate(due_on + (last - first), provisional=False)


def resumption(due_on: date | None, code: str, since: datetime | None) -> dict[str, object]:
    """Return the due date of an application whose clock goes on: the days it stood still do not count."""
    if due_on is None or since is None:
        return {}
    due = resumed(due_on, code, since=since, until=clock.now())
    return {"due_on": due.on, "due_provisional": due.provisional}
