"""What must hold of the figures; `manage.py assert_invariants` names the first that differs from the events."""

from collections import Counter
from collections.abc import Iterator

from portal.common.models import DirtyDay
from portal.statistics.counting import Key, raw
from portal.statistics.models import DailyCount, MonthlyCount


def rollups_equal_raw_counts() -> Iterator[str]:
    """I10: each day's figures are what its events say, each month's the sum of its days; marked days are still due."""
    due = set(DirtyDay.objects.values_list("day", "authority"))
    counted: Counter[Key] = Counter()
    for row in DailyCount.objects.all().iterator():
        counted[(row.day, row.authority, row.kind, row.category, row.channel, row.what)] += row.n
    said = raw()
    for key in sorted(counted.keys() | said.keys()):
        if counted[key] != said[key] and key[:2] not in due:
            yield f"{_name(key)}: counted {counted[key]}, events say {said[key]}"
    yield from _months(counted)


def _months(counted: Counter[Key]) -> Iterator[str]:
    sums: Counter[Key] = Counter()
    for (day, authority, kind, category, channel, what), n in counted.items():
        sums[(day.replace(day=1), authority, kind, category, channel, what)] += n
    months: Counter[Key] = Counter()
    for row in MonthlyCount.objects.all().iterator():
        months[(row.month, row.authority, row.kind, row.category, row.channel, row.what)] += row.n
    for key in sorted(sums.keys() | months.keys()):
        if sums[key] != months[key]:
            yield f"month {_name(key)}: {months[key]}, its days make {sums[key]}"


def _name(key: Key) -> str:
    return " ".join(str(part) for part in key)
