"""The register: issue once, adoption, every end of a document, what a person sees, and what is never in clear."""

import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from documents import mrz, numbers, services
from documents.invariants import ALL
from documents.lifecycle import LIFECYCLE
from documents.models import IssuedDocument, NumberRange, RuleRevision
from portal.accounts.models import Person
from portal.common import audit, clock
from portal.common.acting import Acting
from portal.common.models import AuditEntry, Event
from portal.common.unmet import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ranges")]

OFFICER = Acting("officer", "o-1", "420100")
TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 21, 10, tzinfo=ZoneInfo("Asia/Shanghai")), tick=False):
        yield


def held(number: str = "E00001234", **changed: object) -> services.Held:
    facts: dict[str, object] = {
        "kind": "PASSPORT",
        "number": number,
        "surname": "LYU",
        "given": "XIAOMING",
        "issued_on": date(2017, 3, 3),
        "expires_on": date(2027, 3, 2),
        "authority": "110000",
    }
    return services.Held(**{**facts, **changed})  # type: ignore[arg-type]


def adopt(person: Person, one: services.Held | None = None) -> IssuedDocument:
    return services.import_held(person, [one or held()], acting=person.acting).adopted[0]


def issue(person: Person, **changed: object) -> IssuedDocument:
    facts: dict[str, object] = {
        "kind": "PASSPORT",
        "application_id": uuid.uuid4(),
        "surname": "LYU",
        "given": "XIAOMING",
        "born": date(1990, 1, 1),
        "sex": "M",
        "authority": "420100",
        "acting": OFFICER,
    }
    return services.issue(person, **{**facts, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("letter", "option", "stay"),
    [("T", "3m1", 14), ("T", "3mM", 90), ("T", "1yM", 90), ("S", "1yM", 14), ("R", "5yM", 30), ("D", "1yM", None)],
)
def test_an_endorsement_has_the_stay_of_its_own_variant(
    person: Person, letter: str, option: str, stay: int | None
) -> None:
    one = services.endorse(
        issue(person, kind="HKM_PERMIT"),
        application_id=uuid.uuid4(),
        destination="HK",
        letter=letter,
        option=option,
        acting=OFFICER,
    )
    assert one.stay_days == stay


def written() -> tuple[int, int, list[int]]:
    """What a refused act must leave as it was: documents, events, numbers given out."""
    return (
        IssuedDocument.objects.count(),
        Event.objects.count(),
        list(NumberRange.objects.values_list("next", flat=True)),
    )


def assert_whole() -> None:
    assert list(audit.verify()) == []
    assert [list(check()) for check in ALL.values()] == [[] for _ in ALL]


def test_a_passport_is_issued_with_number_zone_and_validity(person: Person) -> None:
    document = issue(person)
    fresh = IssuedDocument.objects.get(pk=document.pk)
    assert (fresh.number, fresh.status, fresh.authority) == ("EJ0000001", "valid", "420100")
    assert (fresh.issued_on, fresh.expires_on) == (TODAY, date(2036, 11, 20))
    read = mrz.read_td3(fresh.mrz, as_of=TODAY)
    assert (read.number, read.surname, read.given, read.sex) == ("EJ0000001", "LYU", "XIAOMING", "M")
    assert (read.born, read.expires_on, read.document_code, read.issuer) == (
        date(1990, 1, 1),
        date(2036, 11, 20),
        "PO",
        "CHN",
    )
    event = Event.objects.get(subject_id=fresh.pk)
    assert (event.action, event.params["on_behalf"]) == ("register", "officer:o-1")
    assert_whole()


@pytest.mark.parametrize(("kind", "number"), [("HKM_PERMIT", "CF0000001"), ("TWN_PERMIT", "L20000001")])
def test_a_card_has_no_zone_yet(person: Person, kind: str, number: str) -> None:
    document = issue(person, kind=kind)
    assert (document.number, document.mrz) == (number, "")


def test_the_age_at_application_decides_the_validity(person: Person) -> None:
    born = date(2010, 11, 20)
    document = issue(person, born=born, applied_on=date(2026, 11, 19))
    assert document.expires_on == date(2031, 11, 20)


def test_an_application_leads_to_one_document_however_often_it_is_asked(person: Person) -> None:
    old = adopt(person)
    key = uuid.uuid4()
    first = issue(person, application_id=key, replaces=old)
    before = written()
    again = issue(person, application_id=key, replaces=old)
    assert again.pk == first.pk
    assert written() == before
    assert services.issued_for(key) == first
    assert services.issued_for(uuid.uuid4()) is None


def test_the_old_document_ends_when_the_new_one_is_issued(person: Person) -> None:
    old = adopt(person)
    key = uuid.uuid4()
    services.mark_for_invalidation(old, application_id=key, acting=OFFICER)
    new = issue(person, application_id=key, replaces=old)
    old.refresh_from_db()
    assert (old.status, old.end_code, old.ended_on, old.ending_for) == ("invalid", "replaced", TODAY, None)
    assert new.replaces_id == old.pk
    assert_whole()


def test_a_failing_issue_leaves_the_old_document_the_number_and_the_trail_alone(person: Person) -> None:
    old = adopt(person)
    before = written()
    with pytest.raises(mrz.MrzError) as caught:
        issue(person, replaces=old, surname="吕")
    assert caught.value.fields == ("surname",)
    old.refresh_from_db()
    assert old.status == "valid"
    assert written() == before


def test_a_number_taken_before_is_used(person: Person) -> None:
    number = services.take_number("PASSPORT")
    document = issue(person, number=number)
    assert document.number == number == "EJ0000001"
    assert services.take_number("PASSPORT") == "EJ0000002"


def test_conflicts_are_named_and_write_nothing(person: Person, make_person: Callable[[], Person]) -> None:
    other = make_person()
    old = adopt(person)
    key = uuid.uuid4()
    issued = issue(person, application_id=key, replaces=old)
    foreign = adopt(other, held("E00009999"))
    permit = adopt(person, held("C00001234", kind="HKM_PERMIT"))
    before = written()
    for code, changed in (
        ("other_application", {"application_id": key, "kind": "HKM_PERMIT"}),
        ("other_person", {"replaces": foreign}),
        ("other_kind", {"replaces": permit}),
        ("other_kind", {"number": "C00001111"}),
        ("number_taken", {"number": issued.number}),
        ("already_replaced", {"replaces": old}),
    ):
        with pytest.raises(services.DocumentConflict) as caught:
            issue(person, **changed)
        assert caught.value.code == code
        assert written() == before
    with pytest.raises(services.DocumentConflict):
        issue(other, application_id=key)
    assert written() == before


def test_adoption_is_repeatable(person: Person) -> None:
    both = [held(), held("C00001234", kind="HKM_PERMIT", expires_on=date(2020, 1, 1))]
    first = services.import_held(person, both, acting=person.acting)
    before = written()
    second = services.import_held(person, both, acting=person.acting)
    assert (len(first.adopted), len(first.known)) == (2, 0)
    assert (len(second.adopted), len(second.known)) == (0, 2)
    assert written() == before
    assert_whole()


def test_adoption_does_not_revive_what_ended_here(person: Person) -> None:
    document = adopt(person)
    services.report_lost(document, code="lost", acting=person.acting)
    services.import_held(person, [held()], acting=person.acting)
    document.refresh_from_db()
    assert (document.status, document.end_code) == ("invalid", "lost")


def test_a_document_cancelled_in_the_register_comes_over_as_ended(person: Person) -> None:
    document = adopt(person, held(is_valid=False, ended_on=date(2020, 1, 1)))
    assert (document.status, document.end_code, document.ended_on) == ("invalid", "register", date(2020, 1, 1))


def test_a_number_of_somebody_else_is_refused_whole(person: Person, make_person: Callable[[], Person]) -> None:
    adopt(person)
    before = written()
    with pytest.raises(services.DocumentConflict) as caught:
        services.import_held(make_person(), [held("E00005678"), held()], acting=OFFICER)
    assert caught.value.code == "other_person"
    assert written() == before
    with pytest.raises(services.DocumentConflict) as caught:
        services.import_held(person, [held("C00001234")], acting=OFFICER)
    assert caught.value.code == "other_kind"
    assert written() == before


def test_marking_and_restoring_are_tied_to_the_application(person: Person) -> None:
    document = adopt(person)
    mine, other = uuid.uuid4(), uuid.uuid4()
    marked = services.mark_for_invalidation(document, application_id=mine, acting=OFFICER)
    assert (marked.status, marked.ending_for) == ("pending_invalidation", mine)
    before = written()
    assert (
        services.mark_for_invalidation(document, application_id=mine, acting=OFFICER).status == "pending_invalidation"
    )
    assert services.restore(document, application_id=other, acting=OFFICER).status == "pending_invalidation"
    with pytest.raises(Refused):
        services.mark_for_invalidation(document, application_id=other, acting=OFFICER)
    assert written() == before
    back = services.restore(document, application_id=mine, acting=OFFICER)
    assert (back.status, back.ending_for) == ("valid", None)
    assert_whole()


@pytest.mark.parametrize("code", ["lost", "stolen"])
def test_a_lost_document_is_void_at_once_and_stays_void(person: Person, code: str) -> None:
    document = adopt(person)
    key = uuid.uuid4()
    services.mark_for_invalidation(document, application_id=key, acting=OFFICER)
    ended = services.report_lost(document, code=code, acting=person.acting, application_id=key)
    assert (ended.status, ended.end_code, ended.ended_on) == ("invalid", code, TODAY)
    before = written()
    for act in (services.restore, services.mark_for_invalidation):
        assert act(document, application_id=key, acting=OFFICER).status == "invalid"
    assert services.report_lost(document, code=code, acting=person.acting).end_code == code
    assert services.invalidate(document, code="replaced", acting=OFFICER).end_code == code
    assert written() == before
    assert not [t for t in LIFECYCLE.transitions if "invalid" in t.sources], "no way leads out of the last state"
    assert_whole()


def test_damage_is_no_report_of_loss(person: Person) -> None:
    document = adopt(person)
    before = written()
    with pytest.raises(LookupError):
        services.report_lost(document, code="damaged", acting=person.acting)
    assert written() == before


def test_nobody_but_the_portal_moves_a_document(person: Person) -> None:
    document = adopt(person)
    before = written()
    for transition in LIFECYCLE.transitions:
        for kind in ("citizen", "officer", "supervisor", "auditor", "provider"):
            with pytest.raises(Refused):
                LIFECYCLE.perform(document, transition.action, acting=Acting(kind, "x", "000000"))
    assert written() == before


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "lost"},
        {"status": "invalid"},
        {"status": "pending_invalidation"},
        {"end_code": "lost"},
        {"ending_for": uuid.uuid4()},
        {"expires_on": date(2017, 3, 3)},
    ],
)
def test_the_database_refuses_impossible_rows(person: Person, columns: dict[str, object]) -> None:
    document = adopt(person)
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuedDocument.objects.filter(pk=document.pk).update(**columns)


def test_what_a_person_holds_in_order(person: Person, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    lost = adopt(person, held("E00000001", issued_on=date(2020, 1, 1), expires_on=date(2029, 12, 31)))
    services.report_lost(lost, code="lost", acting=person.acting)
    permit = adopt(person, held("L00000001", kind="TWN_PERMIT"))
    passport = adopt(person, held("E00000002"))
    with django_assert_num_queries(1):
        rows = services.held_by(person)
    assert rows == [passport, lost, permit]
    assert [row.label for row in rows] == ["普通护照", "普通护照", "往来台湾通行证"]


@pytest.mark.parametrize(
    ("today", "days", "years", "renewable", "in_force"),
    [
        (date(2017, 3, 3), 3651, 9.5, False, True),
        (date(2022, 9, 1), 1643, 4.0, False, True),
        (date(2026, 9, 2), 181, None, False, True),
        (date(2026, 9, 3), 180, None, True, True),
        (date(2026, 11, 16), 106, None, True, True),
        (date(2027, 3, 2), 0, None, True, True),
        (date(2027, 3, 3), -1, None, False, False),
    ],
)
def test_the_renewal_hint(
    person: Person, today: date, days: int, years: float | None, *, renewable: bool, in_force: bool
) -> None:
    hint = services.renewal_hint(adopt(person), today)
    assert (hint.days_left, hint.years_left) == (days, years)
    assert (hint.is_renewable, hint.is_in_force) == (renewable, in_force)
    assert hint.renewable_from == date(2026, 9, 3)
    assert 0 <= hint.share_left <= 1
    assert (hint.share_left == 0) is (days <= 0)


def test_no_renewal_is_offered_for_what_is_being_replaced(person: Person) -> None:
    document = adopt(person)
    assert services.renewal_hint(document, TODAY).is_renewable
    marked = services.mark_for_invalidation(document, application_id=uuid.uuid4(), acting=OFFICER)
    hint = services.renewal_hint(marked, TODAY)
    assert (hint.is_renewable, hint.is_in_force) == (False, True)
    ended = services.invalidate(marked, code="replaced", acting=OFFICER)
    hint = services.renewal_hint(ended, TODAY)
    assert (hint.is_renewable, hint.is_in_force, hint.share_left) == (False, False, 0)


def test_numbers_names_and_zone_are_not_in_the_database_in_clear(person: Person) -> None:
    issue(person, surname="PLANTEDNAME")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM documents_issueddocument")
        everything = repr(cursor.fetchall())
        for table in ("common_event", "common_auditentry"):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - names above
            everything += repr(cursor.fetchall())
    assert "420100" in everything, "the positive control is found"
    assert "PLANTEDNAME" not in everything
    assert "EJ0000001" not in everything


# --- number ranges


def test_the_invariants_find_what_is_wrong(person: Person) -> None:
    old = adopt(person)
    issue(person, replaces=old)
    assert_whole()
    NumberRange.objects.create(
        kind="PASSPORT",
        series="E",
        first=numbers.position("EJ0000050"),
        last=numbers.position("EJ0000060"),
        next=numbers.position("EJ0000050"),
    )
    NumberRange.objects.filter(first=numbers.position("EJ0000001")).update(next=numbers.position("EJ0000001"))
    IssuedDocument.objects.filter(pk=old.pk).update(end_code="", ended_on=None, status="valid")
    row = RuleRevision.objects.create(
        label="planted", effective_at=clock.now(), is_loaded=True, event_seq=1, status="draft", authority="000000"
    )
    RuleRevision.objects.filter(pk=row.pk).update(status="in_force")
    assert all(list(check()) for check in ALL.values())


def test_events_of_a_document_stay_in_its_own_chain(person: Person) -> None:
    document = adopt(person)
    services.invalidate(document, code="replaced", acting=OFFICER)
    events = Event.objects.filter(subject_id=document.pk).order_by("seq")
    assert [(event.seq, event.action) for event in events] == [(1, "adopt"), (2, "invalidate")]
    assert {entry.chain for entry in AuditEntry.objects.filter(subject=f"document:{document.pk}")} == {document.chain}
