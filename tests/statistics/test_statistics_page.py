"""The supervisor's page: whose figures, in words, with a table behind each chart and warnings that name the remedy."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from applications.models import Application
from portal.common import clock, workdays
from portal.common.models import CalendarYear, Promise
from portal.statistics import charts, figures
from portal.statistics.figures import Asked, Figures
from portal.statistics.models import DailyCount, MonthlyCount
from tests.factories import accounts, cases

pytestmark = pytest.mark.django_db

ADDRESS = "statistics:overview"
TODAY = datetime(2026, 11, 18, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _ground() -> Any:
    cases.ground()
    with clock.set_to(TODAY):
        yield


def put(
    day: date,
    n: int,
    *,
    place: str = "330100",
    kind: str = "PASSPORT",
    category: str = "replace",
    what: str = "issued",
) -> None:
    facts = {"authority": place, "kind": kind, "category": category, "channel": "online", "what": what}
    DailyCount.objects.create(day=day, n=n, **facts)
    month, made = MonthlyCount.objects.get_or_create(month=day.replace(day=1), defaults={"n": n}, **facts)
    if not made:
        MonthlyCount.objects.filter(pk=month.pk).update(n=month.n + n)


def page_for(authority: str = "330100", role: str = "supervisor", **query: str) -> Any:
    official = accounts.official(role, authority=authority)
    return accounts.sign_in(Client(), official).get(reverse(ADDRESS), query)


def test_only_supervisors_with_their_second_factor_come_in() -> None:
    assert page_for().status_code == 200
    assert page_for(role="officer").status_code == 403
    assert page_for(role="auditor").status_code == 403
    half = Client()
    half.force_login(accounts.official("supervisor").user)
    assert half.get(reverse(ADDRESS)).status_code == 302
    citizen = Client()
    person = cases.person()
    assert person.user is not None
    citizen.force_login(person.user)
    assert citizen.get(reverse(ADDRESS)).status_code == 403


@pytest.mark.parametrize(
    ("authority", "seen"),
    [("330100", {"330100"}), ("330000", {"330100", "330200"}), ("000000", {"330100", "330200", "420100"})],
)
def test_a_supervisor_sees_their_jurisdiction_and_nothing_else(authority: str, seen: set[str]) -> None:
    for place, n in (("330100", 7), ("330200", 70), ("420100", 700)):
        put(date(2026, 11, 3), n, place=place)
    answer = page_for(authority)
    assert {row["code"] for row in answer.context["rows"]} == seen
    expected = sum({"330100": 7, "330200": 70, "420100": 700}[place] for place in seen)
    assert answer.context["tiles"][0]["figure"] == f"{expected}"
    outside = {"330100", "330200", "420100"} - seen
    for place in outside:
        asked = page_for(authority, place=place)
        assert asked.context["tiles"][0]["figure"] == f"{expected}"
        assert f'value="{place}"' not in asked.content.decode()


def test_the_running_month_is_compared_with_the_same_days() -> None:
    put(date(2026, 11, 18), 12)
    put(date(2026, 10, 18), 8)
    put(date(2026, 10, 19), 100)
    put(date(2025, 11, 1), 24)
    notes = page_for().context["tiles"][0]["notes"]
    assert notes[0]["text"] == "比上月同期多 4（50.0%）"
    assert notes[1]["text"] == "比去年同期少 12（50.0%）"


def test_a_whole_month_is_compared_with_whole_months() -> None:
    put(date(2026, 10, 31), 5)
    put(date(2026, 9, 30), 5)
    answer = page_for(month="2026-10")
    assert answer.context["tiles"][0]["notes"][0]["text"] == "和上月一样"
    assert answer.context["tiles"][0]["notes"][1]["text"] == "去年同月没有签发"


def test_kind_and_place_narrow_everything_down() -> None:
    put(date(2026, 11, 2), 3, kind="PASSPORT")
    put(date(2026, 11, 2), 5, kind="HKM_PERMIT")
    answer = page_for(kind="HKM_PERMIT")
    assert answer.context["tiles"][0]["figure"] == "5"
    assert [mini["figure"] for mini in answer.context["minis"]] == ["5"]
    assert page_for(kind="<script>", month="2026-99", place="x").status_code == 200


def test_endorsements_are_counted_apart_from_the_permits_they_are_on() -> None:
    put(date(2026, 11, 3), 5, kind="HKM_PERMIT")
    put(date(2026, 11, 3), 7, kind="HKM_PERMIT", category="endorse")
    found = Figures(Asked(accounts.official("supervisor", authority="330100").acting, date(2026, 11, 1)))
    assert {kind: row.now for kind, row in found.by_kind.items()} == {
        "PASSPORT": 0,
        "HKM_PERMIT": 5,
        "TWN_PERMIT": 0,
        "ENDORSEMENTS": 7,
    }
    page = page_for(kind="ENDORSEMENTS").content.decode()
    assert '<option value="ENDORSEMENTS" selected>' in page


def test_a_table_stands_behind_each_chart_and_nothing_is_styled_inline() -> None:
    put(date(2026, 11, 2), 3)
    page = page_for().content.decode()
    assert page.count("看数据表") == 2
    assert page.count("<tr><th") >= 12
    assert ' style="' not in page


def test_the_note_names_where_terms_have_run_out() -> None:
    row = cases.filed(cases.person())[0]
    Application.objects.filter(pk=row.pk).update(due_on=clock.today() - timedelta(days=1))
    answer = page_for(row.authority)
    assert answer.context["look"]["code"] == row.authority
    assert "有 1 件超过期限" in answer.content.decode()
    assert page_for("330100" if row.authority != "330100" else "420100").context["look"] is None


def test_the_note_names_the_deepest_fall() -> None:
    for place, before, now in (("330100", 100, 90), ("330200", 50, 20), ("330300", 6, 1)):
        put(date(2026, 10, 2), before, place=place)
        put(date(2026, 11, 2), now, place=place)
    assert page_for("330000").context["look"]["code"] == "330200"


def test_missing_years_and_dead_steps_are_said_loudly() -> None:
    page = page_for().content.decode()
    assert workdays.missing_years() == [2027]
    assert "2027 年的放假安排还没有载入" in page
    assert "calendar-2027.json" in page
    assert "后台步骤" not in page
    now = clock.now()
    Promise.objects.create(topic="x", key=str(uuid4()), created_at=now, due_at=now, dead_at=now)
    CalendarYear.objects.create(year=2027, notice="-", loaded_at=now)
    CalendarYear.objects.get(year=2027).days.create(day=date(2027, 1, 1), working=False, name="-")
    cache.clear()
    page = page_for().content.decode()
    assert "1 个后台步骤" in page
    assert "放假安排" not in page


@pytest.mark.parametrize(("most", "top"), [(1, 4), (4, 4), (5, 8), (9, 20), (41, 80), (48_216, 80_000)])
def test_scales_end_on_whole_steps(most: int, top: int) -> None:
    assert charts.nice_top(most) == top
    assert charts.nice_top(most) >= most


def test_a_month_of_thirty_one_days_is_compared_with_a_shorter_one() -> None:
    with clock.set_to(TODAY.replace(month=12, day=31)):
        span = figures.Span.of(date(2026, 12, 1))
        assert span.before(1).last == date(2026, 11, 30)
    with clock.set_to(TODAY.replace(month=10, day=31)):
        assert figures.Span.of(date(2026, 10, 1)).before(1).last == date(2026, 9, 30)
