"""Service points of the demonstration: openly synthetic halls of every authority, with their hours."""

from datetime import date, time

from django.db import transaction

from documents.services import english_name
from portal.accounts.divisions import name_of
from portal.accounts.models import Authority, OpeningHours, ServicePoint
from portal.appointments import slots
from portal.common.acting import NATION

OPENED = date(2026, 1, 1)
WORKING_DAYS = range(5)
THURSDAY, SATURDAY = 3, 5
WEDNESDAY = 2
# What reforms of counters brought: no lunch hours, an evening, a weekend, counters for students alone.
HALL = (
    (WORKING_DAYS, OpeningHours.ORDINARY, time(9), time(12), 12),
    (WORKING_DAYS, OpeningHours.LUNCH, time(12), time(14), 4),
    (WORKING_DAYS, OpeningHours.ORDINARY, time(14), time(17, 30), 12),
    ((THURSDAY,), OpeningHours.EVENING, time(17, 30), time(20), 4),
    ((SATURDAY,), OpeningHours.WEEKEND, time(9), time(16), 6),
    ((WEDNESDAY, SATURDAY), OpeningHours.STUDENT, time(14), time(16), 4),
)
BRANCH = (
    (WORKING_DAYS, OpeningHours.ORDINARY, time(9), time(12), 4),
    (WORKING_DAYS, OpeningHours.LUNCH, time(12), time(13), 2),
)


def load() -> int:
    """Open two halls for each authority that has none, and their places for the coming days; returns how many halls."""
    made = 0
    for office in Authority.objects.exclude(code=NATION):
        if not ServicePoint.objects.filter(authority=office).exists():
            city = name_of(office.code) or office.name
            _open(office, city, english_name(office.code))
            made += 2
    slots.open_ahead()
    return made


@transaction.atomic
def _open(office: Authority, city: str, city_en: str) -> None:
    for name, name_en, number, rows in (
        ("出入境接待大厅", "Exit-Entry Hall", 1, HALL),
        ("综合服务窗口", "Neighbourhood Counter", 2, BRANCH),
    ):
        point = ServicePoint.objects.create(
            authority=office,
            name=f"{city}{name}（演示）",
            name_en=f"{name_en}, {city_en} (demonstration)",
            address=f"{city}示例区虚构路 {number} 号",
            address_en=f"{number} Imaginary Road, Sample District, {city_en}",
            phone="12367",
            opened_on=OPENED,
        )
        OpeningHours.objects.bulk_create(
            OpeningHours(
                point=point,
                weekday=weekday,
                kind=kind,
                opens_at=opens,
                closes_at=closes,
                places=places,
                effective_from=OPENED,
            )
            for weekdays, kind, opens, closes, places in rows
            for weekday in weekdays
        )
