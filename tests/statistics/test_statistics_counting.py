"""The figures are what the events say: after one run, after two, after a replay, whatever was there before."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.management import call_command

from applications import services
from applications.lifecycle import LIFECYCLE
from applications.models import Application
from portal.accounts.models import Person
from portal.common import clock, outbox, registry
from portal.common.models import DirtyDay, Event
from portal.statistics import counting
from portal.statistics.models import DailyCount, MonthlyCount
from portal.statistics.tasks import rollup
from tests.factories import cases, counters

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[Person]:
    cases.ground()
    names = [one.record.name for one in cases.list_people() if one.record.name.endswith("演示")]
    return [cases.person(names[0])]


def issue_all(person: Person, *, after_days: int = 0) -> list[Application]:
    moment = clock.now() + timedelta(days=after_days)
    acting = cases.officer(code=f"C{after_days}")
    with clock.set_to(moment):
        rows = cases.paid(person, acting, {"PASSPORT": "expiring", "HKM_PERMIT": "damaged"})
    for _round in range(4):
        moment += timedelta(seconds=10)
        with clock.set_to(moment):
            outbox.run_due()
    return rows


def by_hand() -> Counter[counting.Key]:
    """Count the events one by one, in Python, as nobody counts them in the code."""
    found: Counter[counting.Key] = Counter()
    for event in Event.objects.filter(subject_kind="application"):
        what = {"issue": "issued", "deliver": "delivered", "collect": "delivered"}.get(event.action)
        if what:
            row = Application.objects.get(pk=event.subject_id)
            channel = "window" if Event.objects.filter(subject_id=row.pk, action="take_in").exists() else "online"
            found[(clock.local_day(event.at), event.authority, row.kind, row.category, channel, what)] += 1
    return found


def kept() -> Counter[counting.Key]:
    rows = DailyCount.objects.all()
    return Counter({(row.day, row.authority, row.kind, row.category, row.channel, row.what): row.n for row in rows})


def issue_from_window(person: Person) -> None:
    """A form an officer took in with the person present, decided by another, paid by the person."""
    taker, reviewer = cases.officer(counters.HALL), cases.officer(counters.HALL, code="B2")
    form = counters.opened(person, taker, {"TWN_PERMIT": "expiring"})
    for row in counters.taken_in(form, taker).applications:
        services.claim(row.pk, acting=reviewer)
        services.approve(row.pk, acting=reviewer)
    cases.pay(form.pk, person)
    moment = clock.now()
    for _round in range(4):
        moment += timedelta(seconds=10)
        with clock.set_to(moment):
            outbox.run_due()


def breaches() -> list[str]:
    return list(registry.invariants["I10 rollups equal raw counts"]())


def test_the_figures_equal_the_events_however_often_they_are_counted(people: list[Person]) -> None:
    rows = issue_all(people[0])
    assert {row.status for row in Application.objects.all()} == {"delivered"}
    assert DirtyDay.objects.exists()
    rollup()
    first = kept()
    assert first == by_hand()
    assert sum(first.values()) == 2 * len(rows)
    assert not DirtyDay.objects.exists()
    rollup()
    call_command("recount")
    assert kept() == first
    assert breaches() == []


def test_what_came_in_at_a_window_is_counted_apart(people: list[Person]) -> None:
    issue_all(people[0])
    issue_from_window(people[0])
    rollup()
    assert kept() == by_hand()
    issued = {(key[2], key[4]) for key in kept() if key[5] == "issued"}
    assert issued == {("PASSPORT", "online"), ("HKM_PERMIT", "online"), ("TWN_PERMIT", "window")}
    assert breaches() == []
    DailyCount.objects.filter(channel="window").update(channel="online")
    assert breaches() != []


def test_months_are_the_sums_of_their_days(people: list[Person]) -> None:
    issue_all(people[0])
    rollup()
    assert sum(MonthlyCount.objects.values_list("n", flat=True)) == sum(DailyCount.objects.values_list("n", flat=True))
    assert {row.month.day for row in MonthlyCount.objects.all()} == {1}


def test_wrong_figures_are_named_and_a_replay_mends_them(people: list[Person]) -> None:
    issue_all(people[0])
    rollup()
    true = kept()
    row = DailyCount.objects.order_by("pk").first()
    assert row is not None
    DailyCount.objects.filter(pk=row.pk).update(n=row.n + 5)
    DailyCount.objects.create(
        day=clock.today() - timedelta(days=400),
        authority="420100",
        kind="PASSPORT",
        category="replace",
        what="issued",
        n=3,
    )
    assert len([one for one in breaches() if not one.startswith("month")]) == 2
    call_command("recount")
    assert kept() == true
    assert breaches() == []


def test_a_month_that_differs_from_its_days_is_named(people: list[Person]) -> None:
    issue_all(people[0])
    rollup()
    MonthlyCount.objects.filter(kind="PASSPORT", what="issued").update(n=99)
    assert [one.startswith("month") for one in breaches()] == [True]


def test_a_mark_made_while_counting_stays(people: list[Person], monkeypatch: pytest.MonkeyPatch) -> None:
    issue_all(people[0])
    late = DirtyDay(day=clock.today(), authority="310000", marked_at=clock.now())
    once = counting._count_day

    def and_then(day: date, authority: str) -> None:
        once(day, authority)
        if not DirtyDay.objects.filter(pk=late.pk).exists():
            late.save()

    monkeypatch.setattr(counting, "_count_day", and_then)
    rollup()
    assert DirtyDay.objects.get().pk == late.pk


def test_a_day_waiting_to_be_counted_is_no_breach(people: list[Person]) -> None:
    issue_all(people[0])
    assert kept() == Counter()
    assert breaches() == []
    DirtyDay.objects.all().delete()
    assert len(breaches()) == 4


@pytest.mark.parametrize(("seconds", "days"), [(-1, 0), (0, 1)])
def test_a_day_ends_at_midnight_here(people: list[Person], seconds: int, days: int) -> None:
    midnight = counting._start_of(clock.today() + timedelta(days=1))
    row = cases.paid(people[0], cases.officer())[0]
    for moment in (midnight - timedelta(minutes=2), midnight + timedelta(seconds=seconds)):
        with clock.set_to(moment):
            outbox.run_due()
    assert Event.objects.get(subject_id=row.pk, action="issue").at == midnight + timedelta(seconds=seconds)
    rollup()
    assert DailyCount.objects.get(what="issued").day == clock.today() + timedelta(days=days)


def test_everything_counted_marks_its_day() -> None:
    marking = {step.action for step in LIFECYCLE.transitions if step.counts}
    assert set(counting.COUNTED) <= marking


def test_what_is_not_issued_is_not_counted(people: list[Person]) -> None:
    row = cases.filed(people[0])[0]
    services.withdraw(row.pk, acting=people[0].acting)
    rollup()
    assert not DailyCount.objects.exists()
