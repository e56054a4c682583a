"""Figures for a supervisor: a month of one jurisdiction with its comparisons, from the counted days and months."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from django.db.models import Case, F, Model, QuerySet, Sum, Value, When

from applications.models import Application
from documents.catalog import FORM_KINDS, shift_months
from documents.services import city_label, open_cities
from portal.common import clock
from portal.common.acting import Acting
from portal.common.admin import within_jurisdiction
from portal.statistics.models import DailyCount, MonthlyCount

Row = TypeVar("Row", bound=Model)

ISSUED, DELIVERED = "issued", "delivered"
# Endorsements are counted for themselves, whatever permit they are written on.
ENDORSEMENTS = "ENDORSEMENTS"
COUNTED_AS = Case(When(category="endorse", then=Value(ENDORSEMENTS)), default=F("kind"))
MONTHS_SHOWN = 12
# A fall is worth a look from this many documents on, and from this share.
FALL_CASES, FALL_SHARE = 5, 0.2


@dataclass(frozen=True)
class Span:
    """The days of a month that are compared: all of them, of the running month those up to today."""

    month: date
    last: date

    @classmethod
    def of(cls, month: date) -> "Span":
        """Return the span of a month."""
        return cls(month, min(shift_months(month, 1) - timedelta(days=1), clock.today()))

    @property
    def is_running(self) -> bool:
        """The month is not over."""
        return self.last < shift_months(self.month, 1) - timedelta(days=1)

    def before(self, months: int) -> "Span":
        """Return the same days some months earlier; a month with fewer days ends with its last."""
        month = shift_months(self.month, -months)
        end = shift_months(month, 1) - timedelta(days=1)
        return Span(month, min(end, month + (self.last - self.month)) if self.is_running else end)


@dataclass(frozen=True)
class Compared:
    """A figure with the same days of the month before and of the year before."""

    now: int
    month_before: int
    year_before: int


@dataclass(frozen=True)
class Asked:
    """What a supervisor asked to see: a month, one place of the jurisdiction or all of it, one kind or all."""

    acting: Acting
    month: date
    place: str = ""
    kind: str = ""


class Figures:
    """The figures of one question; each group is counted by one query."""

    def __init__(self, asked: Asked) -> None:
        """Read the three spans that are compared."""
        self.asked, self.span = asked, Span.of(asked.month)
        self._spans = [self._read(self.span.before(months)) for months in (0, 1, 12)]

    def _read(self, span: Span) -> Counter[tuple[str, str, str]]:
        rows = _visible(DailyCount, self.asked.acting).filter(day__range=(span.month, span.last))
        if self.asked.place:
            rows = rows.filter(authority=self.asked.place)
        rows = rows.annotate(counted_as=COUNTED_AS)
        if self.asked.kind:
            rows = rows.filter(counted_as=self.asked.kind)
        groups = rows.values_list("authority", "counted_as", "what").annotate(total=Sum("n")).order_by()
        return Counter({(place, kind, what): total for place, kind, what, total in groups})

    def _compared(self, *, what: str, place: str = "", kind: str = "") -> Compared:
        sums = [
            sum(
                n for (at, of, counted), n in span.items() if counted == what and place in ("", at) and kind in ("", of)
            )
            for span in self._spans
        ]
        return Compared(*sums)

    @property
    def issued(self) -> Compared:
        """Documents issued."""
        return self._compared(what=ISSUED)

    @property
    def delivered(self) -> Compared:
        """Documents in their holders' hands."""
        return self._compared(what=DELIVERED)

    @property
    def by_kind(self) -> Mapping[str, Compared]:
        """What was issued by kind, endorsements last: every one, or the one that was asked for."""
        kinds = [self.asked.kind] if self.asked.kind else [*FORM_KINDS, ENDORSEMENTS]
        return {kind: self._compared(what=ISSUED, kind=kind) for kind in kinds}

    @property
    def by_place(self) -> Mapping[str, Compared]:
        """Issued documents by authority, the largest first."""
        places = {place for span in self._spans for place, _kind, what in span if what == ISSUED}
        compared = {place: self._compared(what=ISSUED, place=place) for place in places}
        return dict(sorted(compared.items(), key=lambda item: (-item[1].now, item[0])))

    @property
    def deepest_fall(self) -> tuple[str, Compared] | None:
        """The place whose figure fell most against the month before, if any fell by enough to look at."""
        falls = {
            place: row
            for place, row in self.by_place.items()
            if row.month_before - row.now >= max(FALL_CASES, FALL_SHARE * row.month_before)
        }
        return max(falls.items(), key=lambda item: item[1].month_before - item[1].now, default=None)

    def months(self) -> Mapping[str, Sequence[tuple[date, int, int]]]:
        """Return by kind, and for all under "", the last twelve months as (month, issued, issued a year before)."""
        first = shift_months(self.asked.month, 1 - 2 * MONTHS_SHOWN)
        rows = _visible(MonthlyCount, self.asked.acting).filter(
            what=ISSUED, month__gte=first, month__lte=self.asked.month
        )
        if self.asked.place:
            rows = rows.filter(authority=self.asked.place)
        rows = rows.annotate(counted_as=COUNTED_AS)
        if self.asked.kind:
            rows = rows.filter(counted_as=self.asked.kind)
        found: Counter[tuple[str, date]] = Counter()
        for kind, month, total in rows.values_list("counted_as", "month").annotate(total=Sum("n")).order_by():
            found[(kind, month)] += total
            found[("", month)] += total
        shown = [shift_months(self.asked.month, -back) for back in reversed(range(MONTHS_SHOWN))]
        return {
            kind: [(month, found[(kind, month)], found[(kind, shift_months(month, -12))]) for month in shown]
            for kind in ("", *self.by_kind)
        }


@dataclass(frozen=True)
class Waiting:
    """What lies with the officers now, and how much of it is past its term, by authority."""

    waiting: int
    overdue: Mapping[str, int]


def waiting(acting: Acting, place: str, kind: str) -> Waiting:
    """Return how many applications wait for an officer now, and where terms have run out."""
    rows = Application.objects.of(acting.authority).to_review()
    if place:
        rows = rows.filter(authority=place)
    if kind:
        rows = rows.annotate(counted_as=COUNTED_AS).filter(counted_as=kind)
    overdue: Counter[str] = Counter(rows.filter(due_on__lt=clock.today()).values_list("authority", flat=True))
    return Waiting(rows.count(), overdue)


def months_with_figures(acting: Acting) -> list[date]:
    """Return the months there are figures of, and the running one, the newest first."""
    found = set(_visible(MonthlyCount, acting).values_list("month", flat=True).distinct())
    return sorted(found | {clock.today().replace(day=1)}, reverse=True)


def places(acting: Acting) -> Mapping[str, str]:
    """Return the authorities of a jurisdiction by code with their names: those open online, and those with figures."""
    found = {city.code: city.label for city in open_cities(clock.today())}
    counted = _visible(MonthlyCount, acting).values_list("authority", flat=True).distinct()
    found |= {code: city_label(code) for code in counted if code not in found}
    return {code: found[code] for code in sorted(found) if acting.covers(code)}


def _visible(model: type[Row], acting: Acting) -> "QuerySet[Row]":
    return within_jurisdiction(model._default_manager.all(), acting, path="authority")  # noqa: SLF001 - Django's manager of any model
