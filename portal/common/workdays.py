"""The working-day calendar: weekends, the State Council's holiday notices, make-up working days."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.core.cache import cache
from django.db import transaction

from portal.common import clock, registry
from portal.common.models import CalendarDay, CalendarYear

DATA = Path(__file__).parent / "data"
SATURDAY = 5
CACHE_SECONDS = 60


@dataclass(frozen=True)
class DueDate:
    """The day a term ends; `provisional` when it runs into a year whose notice is not loaded."""

    on: date
    provisional: bool


def _year(year: int) -> dict[str, bool] | None:
    """Return the exceptions of a year as {ISO day: working}, or None when its notice is not loaded."""
    known: dict[str, bool] | str | None = cache.get(f"calendar:{year}", "")
    if known == "":
        rows = CalendarYear.objects.filter(year=year).values_list("days__day", "days__working")
        known = {day.isoformat(): working for day, working in rows if day} if rows else None
        cache.set(f"calendar:{year}", known, CACHE_SECONDS)
    return known  # type: ignore[return-value]


def is_working(day: date) -> bool:
    """Tell whether offices work on `day`; in a year without a notice, Monday to Friday."""
    exceptions = _year(day.year) or {}
    return exceptions.get(day.isoformat(), day.weekday() < SATURDAY)


def is_holiday(day: date) -> bool:
    """Tell whether a notice makes `day` part of a holiday; an ordinary weekend is none."""
    return (_year(day.year) or {}).get(day.isoformat()) is False


def add_working_days(start: date, count: int) -> DueDate:
    """Return the `count`-th working day after `start`; the first working day after `start` is day 1."""
    day = start
    while count:
        day += timedelta(days=1)
        count -= is_working(day)
    return DueDate(day, provisional=any(_year(y) is None for y in range(start.year, day.year + 1)))


def working_days_between(start: date, end: date) -> int:
    """Return how many working days lie after `start` up to and including `end`."""
    return sum(is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def missing_years(*, ahead_days: int = 60) -> list[int]:
    """Return the years from today to `ahead_days` ahead whose notice must be loaded."""
    today = clock.today()
    return [y for y in range(today.year, (today + timedelta(days=ahead_days)).year + 1) if _year(y) is None]


def load(year: int) -> int:
    """Load a year's notice from the data folder; repeatable; returns how many days differ from their weekday.

    What was counted without it is counted again at once, by whoever registered for that.
    Raises FileNotFoundError when the notice of that year is not part of this release.
    """
    notice = json.loads((DATA / f"calendar-{year}.json").read_text())
    with transaction.atomic():
        row, _ = CalendarYear.objects.update_or_create(
            year=year, defaults={"notice": notice["notice"], "loaded_at": clock.now()}
        )
        row.days.all().delete()
        days = [
            CalendarDay(day=date.fromisoformat(day), year=row, working=working, name=entry["name"])
            for entry in notice["holidays"]
            for working, key in ((False, "off"), (True, "working"))
            for day in entry[key]
        ]
        CalendarDay.objects.bulk_create(days)
    cache.delete(f"calendar:{year}")
    for count_anew in registry.calendar_loaded:
        count_anew()
    return len(days)


def available_years() -> list[int]:
    """Return the years whose notices are part of this release."""
    return sorted(int(path.stem.removeprefix("calendar-")) for path in DATA.glob("calendar-*.json"))
