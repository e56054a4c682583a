"""The population register's twin: answers, refusals, faults, and a population that covers every branch."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image
from pytest_django.fixtures import Settings

from documents.catalog import age_on
from portal.accounts import citizen_number, divisions
from portal.accounts.gateways import register_gateway
from portal.accounts.gateways.register.base import (
    FaceAnswer,
    HeldKind,
    HeldState,
    NameMismatch,
    NoSuchPerson,
    PictureUnreadable,
    RegisterRecord,
)
from portal.accounts.gateways.register.people import DemoPerson, shifted
from portal.accounts.gateways.register.simulator import ANCHORED, ANSWERED, LEDGER, list_people
from portal.common import clock
from portal.common.gateway import GatewayDown, GatewayRefused

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 22, 12, tzinfo=SHANGHAI)
NUMBERS = {
    HeldKind.PASSPORT: r"[EG]\d{8}|E[A-HJ-NP-Z]\d{7}",
    HeldKind.HKM_PERMIT: r"C(\d{8}|[A-HJ-NP-Z]\d{7})",
    HeldKind.TWN_PERMIT: r"L\d{8}",
}


@pytest.fixture(autouse=True)
def _own_books(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Give every test books of its own and a clock that stands still."""
    settings.SIMULATION_DIR = tmp_path / "simulation"
    with clock.set_to(NOON):
        yield


def person(covers: str) -> DemoPerson:
    """Return the first synthetic person whose note holds the words."""
    return next(found for found in list_people() if covers in found.covers)


def booked(state: str) -> list[str]:
    """Return the keys of the ledger's entries in a state."""
    return [entry.key for entry in LEDGER.entries() if entry.state == state]


def asked(record: RegisterRecord, request_id: str = "r1") -> RegisterRecord:
    """Look somebody up by their own number and name."""
    return register_gateway().look_up(record.citizen_number, record.name, request_id=request_id)


def compared(found: DemoPerson, image: bytes, request_id: str = "f1") -> FaceAnswer:
    """Compare a picture with somebody's portrait on file."""
    return register_gateway().compare_face(found.record.citizen_number, image, request_id=request_id)


def picture(kind: str = "JPEG", *, blank: bool = False) -> bytes:
    """Return a small picture, of one colour when blank."""
    image = Image.new("RGB", (120, 160), (200, 180, 160))
    if not blank:
        image.paste((40, 30, 20), (30, 30, 90, 90))
    out = BytesIO()
    image.save(out, kind)
    return out.getvalue()


# --- looking somebody up


def test_everybody_is_found_as_listed() -> None:
    for index, found in enumerate(list_people()):
        record = asked(found.record, f"r{index}")
        assert record == found.record


def test_a_name_is_compared_without_regard_to_blanks_and_the_kind_of_dot() -> None:
    record = person("minority name with ·, pilot").record
    for index, typed in enumerate(("阿依•示例", " 阿依・示例 ", "阿依 · 示例")):
        found = register_gateway().look_up(record.citizen_number, typed, request_id=f"r{index}")
        assert found.name == "阿依·示例"


@pytest.mark.parametrize("number", ["11010519491231002X", "330100199013459912", "", "x" * 18])
def test_an_unknown_number_is_a_permanent_no(number: str) -> None:
    for _ in range(2):
        with pytest.raises(NoSuchPerson) as refused:
            register_gateway().look_up(number, "张示例", request_id="r1")
    assert refused.value.code == "population_register.no_such_person"
    assert not booked(ANCHORED)


def test_another_name_is_a_permanent_no_that_tells_nothing() -> None:
    record = person("happy path").record
    with pytest.raises(NameMismatch) as refused:
        register_gateway().look_up(record.citizen_number, "张样本", request_id="r1")
    assert record.name not in str(refused.value)
    assert record.citizen_number not in str(refused.value)
    assert not booked(ANCHORED)


def test_a_question_repeated_gets_the_first_answer_and_is_booked_once() -> None:
    record = person("happy path").record
    first = asked(record)
    with clock.set_to(NOON + timedelta(days=3)):
        assert asked(record) == first
    assert booked(ANSWERED) == ["r1"]
    assert LEDGER.count("r1") == 2


def test_the_first_answer_stands_even_when_a_term_has_run_out_since() -> None:
    record = asked(person("last day of validity").record)
    with clock.set_to(NOON + timedelta(days=1)):
        assert asked(record).holds[0].state is HeldState.VALID
        assert asked(record, "r2").holds[0].state is HeldState.EXPIRED


def test_another_question_under_the_same_key_is_refused() -> None:
    asked(person("happy path").record)
    with pytest.raises(GatewayRefused, match="request_reused"):
        asked(person("plenty of validity").record)


def test_the_books_hold_no_number_name_or_picture_in_clear(settings: Settings) -> None:
    found = person("happy path")
    asked(found.record)
    image = picture()
    compared(found, image)
    written = b"".join(path.read_bytes() for path in settings.SIMULATION_DIR.iterdir())
    assert b"answered" in written
    assert found.record.citizen_number.encode() not in written
    assert found.record.name.encode() not in written
    assert image[20:60] not in written


# --- faults on demand


def test_down_books_nothing_and_passes() -> None:
    LEDGER.arm("down")
    record = person("happy path").record
    with pytest.raises(GatewayDown):
        asked(record)
    assert not booked(ANSWERED)
    assert asked(record) == record


def test_a_lost_answer_was_booked_and_is_given_on_the_next_try() -> None:
    LEDGER.arm("lost")
    record = person("happy path").record
    with pytest.raises(GatewayDown):
        asked(record)
    assert len(booked(ANSWERED)) == 1
    assert asked(record) == record
    assert len(booked(ANSWERED)) == 1


def test_a_slow_answer_comes_after_twice_the_timeout(settings: Settings) -> None:
    LEDGER.arm("slow")
    record = person("happy path").record
    late = timedelta(seconds=2 * settings.GATEWAY_TIMEOUT_SECONDS)
    for passed in (timedelta(), late - timedelta(seconds=1)):
        with clock.set_to(NOON + passed), pytest.raises(GatewayDown):
            asked(record)
    with clock.set_to(NOON + late):
        assert asked(record) == record


def test_a_wrong_answer_is_somebody_else() -> None:
    LEDGER.arm("wrong")
    for_first = asked(person("happy path").record)
    assert for_first.citizen_number != person("happy path").record.citizen_number
    assert asked(person("happy path").record, "r2") == person("happy path").record


# --- faces


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_face_matches_or_not_by_the_person(kind: str) -> None:
    assert compared(person("happy path"), picture(kind), "f1").match
    never = compared(person("face never matches: manual"), picture(kind), "f2")
    assert not never.match
    assert 0 <= never.score < 0.5


def test_a_picture_of_one_colour_matches_nobody() -> None:
    assert not compared(person("happy path"), picture(blank=True)).match


@pytest.mark.parametrize(
    "image",
    [b"", b"not a picture", picture()[:200], picture("GIF"), picture("PNG")[:60], b"\xff\xd8\xff" + bytes(100)],
)
def test_what_is_no_picture_is_a_permanent_no(image: bytes) -> None:
    with pytest.raises(PictureUnreadable):
        compared(person("happy path"), image)


def test_a_picture_of_many_pixels_is_refused_unread() -> None:
    out = BytesIO()
    # More than the twin reads, fewer than make the decoder itself give up.
    Image.new("1", (10_000, 5_000)).save(out, "PNG")
    with pytest.raises(PictureUnreadable):
        compared(person("happy path"), out.getvalue())


def test_a_face_of_nobody_is_a_permanent_no() -> None:
    with pytest.raises(NoSuchPerson):
        register_gateway().compare_face("11010519491231002X", picture(), request_id="f1")


def test_a_wrong_judgment_is_the_opposite_one() -> None:
    LEDGER.arm("wrong")
    assert not compared(person("happy path"), picture(), "f1").match
    assert compared(person("happy path"), picture(), "f2").match


def test_faults_of_faces_pass_too() -> None:
    LEDGER.arm("down")
    LEDGER.arm("lost")
    for _ in range(2):
        with pytest.raises(GatewayDown):
            compared(person("happy path"), picture())
    assert compared(person("happy path"), picture()).match


# --- the population


def test_numbers_are_right_and_nobody_is_twice() -> None:
    people = list_people()
    assert len(people) >= 40
    assert len({found.record.citizen_number for found in people}) == len(people)
    held = [document.number for found in people for document in found.record.holds]
    assert len(set(held)) == len(held)
    for found in people:
        read = citizen_number.read(found.record.citizen_number, as_of=clock.today())
        assert (read.born, read.sex, read.residence_permit) == (
            found.record.born,
            found.record.sex,
            found.record.residence_permit,
        )
        assert read.number[14] == "9"
        assert found.covers


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 11, 22), date(2028, 2, 29), date(2031, 12, 31)])
def test_documents_are_possible(day: date) -> None:
    with clock.set_to(datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)):
        for found in list_people():
            for document in found.record.holds:
                assert re.fullmatch(NUMBERS[document.kind], document.number)
                assert divisions.is_current(document.issued_in)
                assert document.issued_on < document.expires_on
                assert document.issued_on <= day
                age = age_on(found.record.born, document.issued_on)
                after = document.expires_on + timedelta(days=1)
                if (after.month, after.day) != (2, 29):
                    assert shifted(document.issued_on, months=12 * (10 if age >= 16 else 5)) == after
                if document.state is HeldState.EXPIRED:
                    assert document.expires_on < day
                if document.state is HeldState.VALID:
                    assert document.expires_on >= day


@given(day=st.dates(min_value=date(2026, 1, 1), max_value=date(2040, 12, 31)))
@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_boundaries_hold_on_every_day(day: date) -> None:
    with clock.set_to(datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)):
        ages = {
            note: age_on(person(note).record.born, day)
            for note in ("15 all this year", "16 today", "16 tomorrow", "17, five-year")
        }
        assert ages == {"15 all this year": 15, "16 today": 16, "16 tomorrow": 15, "17, five-year": 17}
        assert person("16 today").record.born == shifted(day, months=-12 * 16)
        six_months = shifted(day, months=6)
        assert person("exactly six months").record.holds[0].expires_on == six_months
        assert person("six months less").record.holds[0].expires_on == six_months - timedelta(days=1)
        assert person("last day of validity").record.holds[0].expires_on == day
        assert person("expired yesterday").record.holds[0].state is HeldState.EXPIRED
        assert all(person(note).record.citizen_number for note in ages)


def test_the_number_of_a_yearly_person_stays_through_the_year_and_known_after_it() -> None:
    young = person("15 all this year").record
    with clock.set_to(datetime(2026, 1, 1, 12, tzinfo=SHANGHAI)):
        assert person("15 all this year").record.citizen_number == young.citizen_number
    assert asked(young).holds[0].expires_on == shifted(clock.today(), months=4)
    with clock.set_to(datetime(2028, 6, 1, 12, tzinfo=SHANGHAI)):
        later = asked(young, "r2")
        assert person("15 all this year").record.citizen_number != young.citizen_number
        assert age_on(later.born, clock.today()) == 17
        assert later.holds[0].state is HeldState.EXPIRED
    with clock.set_to(datetime(2037, 1, 1, 12, tzinfo=SHANGHAI)), pytest.raises(NoSuchPerson):
        asked(young, "r3")


def test_the_number_of_a_daily_person_is_known_the_next_day_and_unknown_before() -> None:
    with clock.set_to(NOON + timedelta(days=1)):
        tomorrow = person("16 tomorrow").record
        assert asked(person("16 today").record, "r0")
    with pytest.raises(NoSuchPerson):
        asked(tomorrow)
    today = person("16 tomorrow").record
    with clock.set_to(NOON + timedelta(days=1)):
        assert asked(today, "r2").born == today.born


def test_terms_stay_once_a_person_is_known() -> None:
    record = asked(person("happy path").record)
    with clock.set_to(NOON + timedelta(days=40)):
        assert asked(record, "r2").holds == record.holds
        assert person("happy path").record.holds == record.holds
        assert person("holds all three").record.holds[0].expires_on == shifted(clock.today(), months=5)


def test_every_branch_of_the_rules_has_somebody() -> None:
    people = [found.record for found in list_people()]
    kinds = Counter(frozenset(document.kind for document in record.holds) for record in people)
    assert kinds[frozenset()]
    assert kinds[frozenset(HeldKind)]
    assert all(kinds[frozenset({kind})] for kind in HeldKind)
    assert {state for record in people for state in (held.state for held in record.holds)} == set(HeldState)
    assert {record.residence_permit for record in people} == {None, "HK", "MO", "TW"}
    assert all(bool(record.hukou_code) is (record.residence_permit is None) for record in people)
    for fact in ("state_employee", "military", "exit_barred"):
        assert {getattr(record, fact) for record in people} == {True, False}
    assert any(not record.fingerprints_on_file for record in people)
    assert any(not record.in_mainland for record in people)
    assert any(record.residence_code.startswith("11") and not record.hukou_code.startswith("11") for record in people)
    ages = {age_on(record.born, clock.today()) for record in people}
    assert {15, 16, 17} < ages
    assert any(65 <= age < 80 for age in ages)
    assert any(age >= 80 for age in ages)
    names = "".join(record.name for record in people)
    assert all(character in names for character in "𠮷㐂·略")
    abolished = [record for record in people if not divisions.is_current(record.citizen_number[:6])]
    assert abolished
    assert all(divisions.is_current(record.hukou_code) for record in people if record.hukou_code)


def test_records_are_not_shown_by_repr() -> None:
    found = person("happy path")
    for shown in (repr(found), repr(found.record), repr(found.record.holds)):
        assert found.record.name not in shown
        assert found.record.citizen_number not in shown


def test_an_unknown_adapter_is_a_fault_of_the_settings(settings: Settings) -> None:
    settings.POPULATION_REGISTER = "elsewhere"
    with pytest.raises(ImproperlyConfigured, match="simulator"):
        register_gateway()
