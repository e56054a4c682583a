"""Terms of a case: when a decision is due, and until when the applicant may correct or pay."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from documents import catalog
from portal.common import clock, workdays


def end_of_day(day: date) -> datetime:
    """Return the last moment of a day, 24:00 in the portal's time zone."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def last_day(start: date, code: str) -> workdays.DueDate:
    """Return the day on which a term of the catalogue ends, in its own unit; the day it starts does not count."""
    term = catalog.term(code)
    if term.unit is catalog.Unit.WORKING_DAY:
        return workdays.add_working_days(start, term.amount)
    return workdays.DueDate(start + timedelta(days=term.amount), provisional=False)


def days_from(moment: datetime, code: str) -> datetime:
    """Return the end of the day on which a term that starts at `moment` ends."""
    return end_of_day(last_day(timezone.localdate(moment), code).on)


def decision_due(accepted_on: date) -> workdays.DueDate:
    """Return when the decision and issue are due: the online term after acceptance."""
    return last_day(accepted_on, "online")


def resumed(due_on: date, *, since: datetime, until: datetime) -> workdays.DueDate:
    """Return the due date moved by the working days that passed while the applicant had to act."""
    waited = workdays.working_days_between(timezone.localdate(since), timezone.localdate(until))
    return workdays.add_working_days(due_on, waited)


def resumption(due_on: date | None, waiting_since: datetime | None) -> dict[str, object]:
    """Return the columns of an application whose applicant has acted: the days waited for them do not count."""
    if due_on is None or waiting_since is None:
        return {"waiting_since": None}
    due = resumed(due_on, since=waiting_since, until=clock.now())
    return {"due_on": due.on, "due_provisional": due.provisional, "waiting_since": None}
