"""Terms: which one a case has, when it ends, what moves it, and who may move it."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from applications import due_dates, services, terms
from applications.models import Application
from portal.common import audit, clock, outbox, workdays
from portal.common.acting import NATION, Acting
from portal.common.lifecycle import MESSAGE_TOPIC
from portal.common.models import AuditEntry, Event, Promise
from portal.common.unmet import Refused
from portal.notifications.models import Message
from tests.factories import cases

pytestmark = pytest.mark.django_db
# A Monday in a month without holidays: seven working days later it is Wednesday 18 November.
MONDAY = datetime(2026, 11, 9, 2, tzinfo=UTC)
# New Year's Day to 3 January off, the weekend after it worked.
NOTICE_2027 = {
    "notice": "示例通知",
    "holidays": [
        {"name": "元旦", "off": ["2027-01-01", "2027-01-02", "2027-01-03"], "working": ["2027-01-09", "2027-01-10"]}
    ],
}
OF_HANGZHOU = "张示例"
REASON = "户籍地在偏远地区，材料要邮寄核对。"


@pytest.fixture(autouse=True)
def _ground() -> None:
    cases.ground()


@pytest.fixture
def notice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Load the made-up notice of 2027."""
    (tmp_path / "calendar-2027.json").write_text(json.dumps(NOTICE_2027))
    monkeypatch.setattr(workdays, "DATA", tmp_path)
    return lambda: workdays.load(2027)


def held_case(acting: Acting, reasons: dict[str, str] | None = None) -> Application:
    (row,) = cases.filed(cases.person(), reasons)
    services.claim(row.pk, acting=acting)
    return Application.objects.get(pk=row.pk)


def traces() -> tuple[int, ...]:
    return Event.objects.count(), Promise.objects.count(), AuditEntry.objects.count()


@pytest.mark.parametrize(
    ("code", "start", "end"),
    [
        # The day of acceptance is day 0: seven working days after Monday 9 November.
        ("service", date(2026, 11, 9), date(2026, 11, 18)),
        # Accepted on a Saturday that is none: Monday is day 1.
        ("service", date(2026, 11, 14), date(2026, 11, 24)),
        # National Day off 1-7 October, 20 September and 10 October worked.
        ("service", date(2026, 9, 30), date(2026, 10, 15)),
        ("service", date(2026, 9, 18), date(2026, 9, 29)),
        ("service_extended", date(2026, 11, 9), date(2026, 12, 7)),
        # Calendar days know no holidays.
        ("out_of_area", date(2026, 9, 18), date(2026, 10, 8)),
        ("out_of_area", date(2028, 2, 9), date(2028, 2, 29)),
        ("out_of_area", date(2028, 2, 10), date(2028, 3, 1)),
        ("out_of_area", date(2027, 2, 9), date(2027, 3, 1)),
        ("passport_statutory_extended", date(2026, 12, 31), date(2027, 1, 30)),
        ("passport_express", date(2026, 11, 9), date(2026, 11, 16)),
    ],
)
def test_a_term_ends_on_the_day_its_own_unit_gives(code: str, start: date, end: date) -> None:
    assert terms.last_day(start, code).on == end


@pytest.mark.parametrize(
    ("home", "place", "code"),
    [
        ("310000", "310115", "service"),
        ("440300", "440304", "service"),
        ("310000", "110000", "out_of_area"),
        ("440300", "440100", "out_of_area"),
        ("310000", "", "service"),
        ("", "310000", "service"),
    ],
)
def test_a_window_of_another_place_has_twenty_days(home: str, place: str, code: str) -> None:
    assert terms.window_term(home=home, place=place).code == code


def test_express_runs_from_receipt_the_others_from_acceptance() -> None:
    days = {"received_on": date(2026, 11, 9), "accepted_on": date(2026, 11, 11)}
    assert terms.decision_due("passport_express", **days).on == date(2026, 11, 16)
    assert terms.decision_due("online", **days).on == date(2026, 11, 20)


def test_accepted_on_31_december_the_day_moves_with_the_notice(notice: Callable[[], int]) -> None:
    with clock.set_to(datetime(2026, 12, 31, 2, tzinfo=UTC)):
        (row,) = cases.filed(cases.person())
        assert (row.due_on, row.due_provisional) == (date(2027, 1, 11), True)
        notice()
    row.refresh_from_db()
    # 1 January is off, 9 and 10 January are worked: the seventh working day is a Sunday.
    assert (row.due_on, row.due_provisional) == (date(2027, 1, 10), False)


def test_a_term_over_29_february_is_provisional_until_the_year_is_known() -> None:
    assert terms.last_day(date(2028, 2, 21), "online") == workdays.DueDate(date(2028, 3, 1), provisional=True)
    assert terms.last_day(date(2028, 2, 21), "out_of_area").provisional is False


def test_calendar_days_stand_still_by_calendar_days() -> None:
    since, until = datetime(2026, 11, 13, 2, tzinfo=UTC), datetime(2026, 11, 16, 2, tzinfo=UTC)
    due = date(2026, 12, 1)
    # Friday to Monday: three days, one of them worked.
    assert terms.resumed(due, "out_of_area", since=since, until=until).on == date(2026, 12, 4)
    assert terms.resumed(due, "online", since=since, until=until).on == date(2026, 12, 2)


def test_a_longer_term_is_proposed_by_one_and_approved_by_another() -> None:
    officer, supervisor = cases.officer(), cases.officer(role="supervisor", authority=NATION, code="S9")
    with clock.set_to(MONDAY):
        row = held_case(officer)
        assert row.due_on == date(2026, 11, 18)
        proposed = services.propose_extension(row.pk, code="service_extended", acting=officer, note=REASON)
        assert (proposed.due_on, proposed.status) == (date(2026, 11, 18), "accepted")
        extended = services.extend(row.pk, acting=supervisor, note=REASON)
        assert (extended.term, extended.due_on, extended.extension) == ("service_extended", date(2026, 12, 7), "")
        outbox.run_due()
        message = Message.objects.get(code="application.extended")
        assert message.params["due"] == "2026-12-07"
        (shown,) = services.track([extended.submission])
        assert list(audit.verify()) == []
    assert [step.text for step in shown.cases[0].way() if step.text == REASON] == [REASON]
    with pytest.raises(Refused):
        services.propose_extension(row.pk, code="passport_statutory_extended", acting=officer, note=REASON)


def test_nobody_approves_their_own_proposal() -> None:
    supervisor = cases.officer(role="supervisor", authority=NATION)
    with clock.set_to(MONDAY):
        row = held_case(supervisor)
        services.propose_extension(row.pk, code="service_extended", acting=supervisor, note=REASON)
        before = traces()
        with pytest.raises(Refused) as refused:
            services.extend(row.pk, acting=supervisor, note=REASON)
    assert [reason.code for reason in refused.value.unmet] == ["four_eyes"]
    assert before == traces()
    with pytest.raises(IntegrityError, match="extended_by_another"), transaction.atomic():
        Application.objects.filter(pk=row.pk).update(extended_by=supervisor.id)
    with pytest.raises(IntegrityError, match="extended_by_another"), transaction.atomic():
        Application.objects.filter(pk=row.pk).update(extended_by=supervisor.id, extension_by=None)


def test_the_twenty_days_are_the_provinces_to_give() -> None:
    officer = cases.officer("330100")
    with clock.set_to(MONDAY):
        (row,) = cases.filed(cases.person(OF_HANGZHOU))
        services.claim(row.pk, acting=officer)
        services.propose_extension(row.pk, code="service_extended", acting=officer, note=REASON)
        for acting, code in (
            (cases.officer("330000", code="S8"), "role"),
            (cases.officer("330100", role="supervisor", code="S7"), "province"),
            (cases.officer("310000", role="supervisor", code="S6"), "jurisdiction"),
        ):
            before = traces()
            with pytest.raises(Refused) as refused:
                services.extend(row.pk, acting=acting, note=REASON)
            assert refused.value.unmet[0].code == code
            assert before == traces()
        province = cases.officer("330000", role="supervisor", code="S5")
        assert services.extend(row.pk, acting=province, note=REASON).due_on == date(2026, 12, 7)


def test_declined_the_day_stays_and_it_may_be_proposed_again() -> None:
    officer, supervisor = cases.officer(), cases.officer(role="supervisor", code="S9")
    with clock.set_to(MONDAY):
        row = held_case(officer)
        services.propose_extension(row.pk, code="passport_statutory_extended", acting=officer, note=REASON)
        kept = services.decline_extension(row.pk, acting=supervisor, note="材料已经齐全。")
        assert (kept.due_on, kept.term, kept.extension, kept.extension_by) == (row.due_on, "online", "", None)
        services.propose_extension(row.pk, code="passport_statutory_extended", acting=officer, note=REASON)
        # Thirty days of article 6 are the authority's own to give, counted from receipt.
        assert services.extend(row.pk, acting=supervisor, note=REASON).due_on == date(2026, 12, 9)
    assert not Promise.objects.filter(topic=MESSAGE_TOPIC, payload__code="application.declined").exists()


def test_a_term_is_not_extended_to_a_shorter_one_nor_to_one_of_another_kind() -> None:
    officer = cases.officer()
    with clock.set_to(MONDAY):
        row = held_case(officer, {"HKM_PERMIT": "damaged"})
        before = traces()
        for code in ("passport_statutory_extended", "online", ""):
            with pytest.raises(Refused):
                services.propose_extension(row.pk, code=code, acting=officer, note=REASON)
        Application.objects.filter(pk=row.pk).update(due_on=date(2027, 1, 4))
        with pytest.raises(Refused) as refused:
            services.propose_extension(row.pk, code="service_extended", acting=officer, note=REASON)
    assert refused.value.unmet[0].code == "extension_shorter"
    assert before == traces()


def test_the_days_another_authority_is_asked_do_not_count() -> None:
    officer = cases.officer()
    with clock.set_to(MONDAY):
        row = held_case(officer)
        asked = services.ask_elsewhere(row.pk, acting=officer, note="请户籍地机关核对底卡。")
        assert (asked.claimed_by_id, services.placed(Application.objects.all()).get().queue) == (None, "checking")
        assert services.claim_next(acting=officer) is None
        services.claim(row.pk, acting=officer)
        for act in (
            lambda: services.approve(row.pk, acting=officer),
            lambda: services.return_for_correction(row.pk, acting=officer, codes=["C08"]),
        ):
            with pytest.raises(Refused) as refused:
                act()
            assert refused.value.unmet[0].code == "checking"
    with clock.set_to(MONDAY + timedelta(days=7)):
        # Monday to Monday: five working days.
        back = services.note_answer(row.pk, acting=officer, note="底卡一致。")
        assert (back.due_on, back.checking_since) == (date(2026, 11, 25), None)
        assert due_dates.due_of(back, back.term).on == back.due_on
        assert services.placed(Application.objects.all()).get().queue == "to_decide"
        before = traces()
        with pytest.raises(Refused):
            services.note_answer(row.pk, acting=officer, note="又来一次。")
    assert before == traces()
    outbox.run_due()
    assert Message.objects.filter(code="application.checking").count() == 1
