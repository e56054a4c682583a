"""Days on which the answer turns, through filing itself: birthdays, last days, the ends of months and of the year."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from applications import services
from applications.models import Application, Submission
from documents.services import endorse
from portal.accounts.gateways.register.base import RegisterRecord
from portal.accounts.models import Person
from portal.common import clock, outbox, workdays
from portal.common.acting import Acting
from portal.common.unmet import Refused
from tests.factories import accounts, cases
from tests.factories.register import speaking

pytestmark = pytest.mark.django_db

NAME, SHANGHAI = "王演示", ZoneInfo("Asia/Shanghai")
Making = Callable[..., Person]


def first(day: date) -> datetime:
    """The first moment of a day where the portal stands."""
    return datetime.combine(day, time.min, tzinfo=SHANGHAI)


def last(day: date) -> datetime:
    """The last moment of a day where the portal stands."""
    return first(day + timedelta(days=1)) - timedelta(microseconds=1)


@pytest.fixture
def making(monkeypatch: pytest.MonkeyPatch) -> Making:
    """Make a person on a day: the register has these last days of their documents, by kind, and this birthday."""
    cases.ground()

    def make(on: date, until: Mapping[str, date], *, born: date | None = None) -> Person:
        with clock.set_to(first(on)):
            record: RegisterRecord = accounts.record(NAME)
            holds = tuple(
                replace(one, expires_on=until[one.kind], issued_on=until[one.kind] - timedelta(days=1800))
                for one in record.holds
                if one.kind in until
            )
            spoken = speaking(monkeypatch, replace(record, holds=holds))
            person = cases.person(NAME)
            if born:
                spoken.change(NAME, born=born)
        return person

    return make


def draft(person: Person, on: date, reasons: dict[str, str], **answers: Any) -> Submission:
    with clock.set_to(first(on)):
        return cases.draft(person, reasons, **answers)


def refusal(form: Submission, moment: datetime) -> set[str]:
    """File at a moment and take it back; returns why it was refused, nothing where it was not."""
    person = form.beneficiary
    with clock.set_to(moment):
        known = services.gather(person)
        try:
            with transaction.atomic():
                services.file(form.pk, acting=person.acting, known=known, declared=cases.DECLARED)
                assert Application.objects.filter(submission=form).exists()
                transaction.set_rollback(True)
        except Refused as refused:
            assert not Application.objects.exists()
            return {reason.code for reason in refused.unmet}
    return set()


@pytest.mark.parametrize(
    ("until", "too_early", "first_day"),
    [
        # Exactly six months ahead, and one day less.
        (date(2026, 12, 1), date(2026, 6, 1), date(2026, 6, 2)),
        # 31 August has no such day in February: its last one counts.
        (date(2027, 2, 28), date(2026, 8, 31), date(2026, 9, 1)),
    ],
)
def test_a_document_is_replaced_from_under_six_months_to_the_end_of_its_last_day(
    making: Making, until: date, too_early: date, first_day: date
) -> None:
    form = draft(making(too_early, {"PASSPORT": until}), too_early, {"PASSPORT": "expiring"})
    assert refusal(form, last(too_early)) == {"E6"}
    assert refusal(form, first(first_day)) == set()
    assert refusal(form, last(until)) == set()
    assert refusal(form, first(until + timedelta(days=1))) == {"E4"}


@pytest.mark.parametrize(
    ("born", "birthday"),
    [
        (date(2010, 6, 1), date(2026, 6, 1)),
        (date(2012, 2, 29), date(2028, 2, 29)),
        # Nobody born on 29 February turns sixteen in a common year before 2100; those of 1 March do not turn earlier.
        (date(2009, 3, 1), date(2025, 3, 1)),
    ],
)
def test_the_sixteenth_birthday_begins_at_midnight(making: Making, born: date, birthday: date) -> None:
    person = making(birthday, {"PASSPORT": birthday + timedelta(days=90)}, born=born)
    form = draft(person, birthday, {"PASSPORT": "expiring"})
    assert refusal(form, last(birthday - timedelta(days=1))) == {"E2"}
    assert refusal(form, first(birthday)) == set()


def test_who_files_on_the_sixteenth_birthday_gets_ten_years(making: Making) -> None:
    birthday = date(2026, 6, 1)
    person = making(birthday, {"PASSPORT": date(2026, 9, 1)}, born=date(2010, 6, 1))
    with clock.set_to(first(birthday)):
        cases.paid(person, cases.officer(person.hukou_code), {"PASSPORT": "expiring"})
    for minutes in (1, 6, 11):
        with clock.set_to(first(birthday) + timedelta(minutes=minutes)):
            outbox.run_due()
    issued = person.documents.get(kind="PASSPORT", status="valid")
    assert (issued.issued_on, issued.expires_on) == (birthday, date(2036, 5, 31))


@pytest.mark.parametrize("born", [date(1960, 2, 29), date(1961, 2, 28), date(1941, 2, 28)])
def test_no_age_above_sixteen_closes_the_form(making: Making, born: date) -> None:
    """Sixty-five is a matter of postage alone: the day before, the birthday in a common year, and far beyond."""
    day = date(2026, 2, 28)
    form = draft(making(day, {"PASSPORT": date(2026, 6, 1)}, born=born), day, {"PASSPORT": "expiring"})
    assert refusal(form, first(day)) == set()


@pytest.mark.parametrize(
    ("until", "last_day", "option"),
    [
        # Three months from 30 November end with February.
        (date(2027, 2, 28), date(2026, 11, 30), "3m1"),
        (date(2028, 2, 29), date(2027, 11, 30), "3m1"),
        (date(2027, 2, 27), date(2026, 11, 27), "3m1"),
        # A year from 29 February.
        (date(2029, 2, 28), date(2028, 2, 29), "1y1"),
    ],
)
def test_an_endorsement_is_filed_as_long_as_its_permit_outlasts_it(
    making: Making, until: date, last_day: date, option: str
) -> None:
    trip = {"HK": {"letter": "L", "option": option}}
    form = draft(making(last_day, {"HKM_PERMIT": until}), last_day, {}, requests={}, endorsements=trip)
    assert refusal(form, last(last_day)) == set()
    assert refusal(form, first(last_day + timedelta(days=1))) == {"permit_too_short"}


@pytest.mark.parametrize(
    ("until", "ends"),
    [
        (date(2030, 1, 1), date(2027, 2, 27)),
        (date(2027, 2, 28), date(2027, 2, 27)),
        # It ends with its permit, a day before its own time.
        (date(2027, 2, 26), date(2027, 2, 26)),
    ],
)
def test_an_endorsement_of_30_november_for_three_months(making: Making, until: date, ends: date) -> None:
    person = making(date(2026, 11, 30), {"HKM_PERMIT": until})
    permit = person.documents.get(kind="HKM_PERMIT")
    with clock.set_to(last(date(2026, 11, 30))):
        written = endorse(
            permit,
            application_id=uuid4(),
            destination="HK",
            letter="L",
            option="3m1",
            acting=Acting.system("tests"),
        )
    assert (written.issued_on, written.expires_on) == (date(2026, 11, 30), ends)


@pytest.mark.parametrize(
    ("filed_at", "without_notice", "with_notice"),
    [
        # Thursday, the last day of the year: seven working days later it is a Monday, or the Sunday that is worked.
        (last(date(2026, 12, 31)), date(2027, 1, 11), date(2027, 1, 10)),
        (first(date(2027, 1, 1)), date(2027, 1, 12), date(2027, 1, 10)),
        # The day before the working weekend.
        (first(date(2027, 1, 8)), date(2027, 1, 19), date(2027, 1, 15)),
    ],
)
def test_a_term_into_a_year_without_notice_is_provisional_until_its_make_up_days_are_known(
    making: Making,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    filed_at: datetime,
    without_notice: date,
    with_notice: date,
) -> None:
    holiday = {"name": "元旦", "off": ["2027-01-01"], "working": ["2027-01-09", "2027-01-10"]}
    (tmp_path / "calendar-2027.json").write_text(json.dumps({"notice": "示例通知", "holidays": [holiday]}))
    person = making(date(2026, 12, 1), {"PASSPORT": date(2027, 3, 1)})
    with clock.set_to(filed_at):
        (row,) = cases.filed(person)
        assert (row.due_on, row.due_provisional) == (without_notice, True)
        monkeypatch.setattr(workdays, "DATA", tmp_path)
        workdays.load(2027)
    row.refresh_from_db()
    assert (row.due_on, row.due_provisional) == (with_notice, False)
