"""The one clock of the portal: every rule and term reads the time here, so that it can be set."""

import calendar
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta

from django.utils import timezone

_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """Return the current moment, aware."""
    return _set_to.get() or timezone.now()


def today() -> date:
    """Return the current day in the portal's time zone (Asia/Shanghai)."""
    return timezone.localdate(now())


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Let the clock stand at `moment` (aware) inside the block, in this thread alone."""
    token = _set_to.set(moment)
    try:
        yield
    finally:
        _set_to.reset(token)


def local_day(moment: datetime) -> date:
    """Return the day of a moment in the portal's time zone."""
    return timezone.localdate(moment)


def last_day(deadline: datetime) -> date:
    """Return the day that ends with a deadline at 24:00."""
    return timezone.localdate(deadline - timedelta(microseconds=1))


def midnight(day: date) -> datetime:
    """Return the moment at which a day begins in the portal's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def shift_months(day: date, months: int) -> date:
    """Return the corresponding day `months` later (earlier when negative), or the month's last day if it has none.

    Civil Code article 202 counts months and years this way.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
