"""Due dates that ran into a year without its holiday notice are counted anew when the notice is loaded."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from applications import services
from applications.models import Application
from portal.common import audit, clock, outbox, workdays
from portal.common.acting import Acting
from portal.common.models import AuditEntry, Event
from portal.desk.history import history
from tests.factories import cases

pytestmark = pytest.mark.django_db
# A Monday: seven working days later it is Wednesday 6 January, unless New Year's Day is off.
LATE_DECEMBER = datetime(2026, 12, 28, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cases.ground()
    notice = {"notice": "示例通知", "holidays": [{"name": "元旦", "off": ["2027-01-01"], "working": []}]}
    (tmp_path / "calendar-2027.json").write_text(json.dumps(notice))
    monkeypatch.setattr(workdays, "DATA", tmp_path)


def moved() -> int:
    return AuditEntry.objects.filter(action="due_moved").count()


def test_a_new_notice_moves_provisional_due_dates_of_open_cases_once() -> None:
    with clock.set_to(LATE_DECEMBER):
        person, officer = cases.person(), cases.officer()
        row, withdrawn = cases.filed(person, {"PASSPORT": "expiring", "HKM_PERMIT": "damaged"})
        services.withdraw(withdrawn.pk, acting=person.acting)
        assert (row.due_on, row.due_provisional) == (date(2027, 1, 6), True)
        workdays.load(2027)
        row.refresh_from_db()
        assert (row.due_on, row.due_provisional) == (date(2027, 1, 7), False)
        withdrawn.refresh_from_db()
        assert (withdrawn.due_on, withdrawn.due_provisional) == (date(2027, 1, 6), True)
        workdays.load(2027)
        assert moved() == 1
        assert "放假安排公布，重算办理时限" in [step.what for step in history(row, acting=officer)]
    assert list(audit.verify()) == []


def test_the_days_waited_for_the_applicant_are_counted_anew_with_it() -> None:
    with clock.set_to(LATE_DECEMBER):
        person, officer = cases.person(), cases.officer()
        (row,) = cases.filed(person)
        services.claim(row.pk, acting=officer)
        services.return_for_correction(row.pk, acting=officer, codes=["C08"])
    with clock.set_to(LATE_DECEMBER + timedelta(days=5)):
        (row,) = services.correct(row.submission_id, acting=person.acting, known=services.gather(person))
        services.claim(row.pk, acting=officer)
        row = services.approve(row.pk, acting=officer)
        # Monday to Friday: four of the days until Saturday 2 January were waited.
        assert (row.due_on, row.due_provisional) == (date(2027, 1, 12), True)
    with clock.set_to(LATE_DECEMBER + timedelta(days=9)):
        (row,), _ = services.record_payment([row.pk], acting=Acting("provider", "test"))
        assert (row.due_on, row.due_provisional) == (date(2027, 1, 15), True)
        workdays.load(2027)
    row.refresh_from_db()
    # With New Year's Day off the term ends a day later, and three days instead of four were waited.
    assert (row.due_on, row.due_provisional) == (date(2027, 1, 15), False)


def test_silence_counts_until_the_day_the_notice_gives() -> None:
    with clock.set_to(LATE_DECEMBER):
        cases.filed(cases.person(), name={"surname": "WANG", "given": "ZZZ", "confirmed": True})
        workdays.load(2027)
    counted_before = datetime(2027, 1, 4, 16, tzinfo=UTC)
    with clock.set_to(counted_before):
        outbox.run_due()
        assert Application.objects.get().status == "filed"
        assert not Event.objects.filter(subject_kind="application", action="accept").exists()
    with clock.set_to(counted_before + timedelta(days=1)):
        outbox.run_due()
    assert Application.objects.get().status == "accepted"


def test_a_notice_of_another_year_moves_nothing() -> None:
    with clock.set_to(LATE_DECEMBER):
        (row,) = cases.filed(cases.person())
        again = {"notice": "示例通知", "holidays": []}
        (workdays.DATA / "calendar-2025.json").write_text(json.dumps(again))
        workdays.load(2025)
    assert Application.objects.get().due_on == row.due_on
    assert Application.objects.get().due_provisional
    assert moved() == 0
