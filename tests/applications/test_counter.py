"""Cases taken in at a counter: the window's rules, originals seen, four eyes, and the same life as any other."""

from dataclasses import replace
from datetime import date

import pytest

from applications import eligibility, grounds, services
from applications.eligibility import Channel, Facts, Held, Want
from applications.invariants import decisions_are_an_officers
from applications.models import Application, Submission
from documents.services import current_revision, scope
from photos.models import Shot
from portal.common import audit, clock
from portal.common.acting import Acting
from portal.common.models import AuditEntry, Event, Promise
from portal.common.unmet import Refused
from tests.factories import cases, counters
from tests.factories.cases import HKM_PERMIT, PASSPORT, TWN_PERMIT

pytestmark = pytest.mark.django_db

NEVER_HELD, EXPIRED, NOT_IN_PILOT, HELD_LONG = "韩无证", "蒋过期", "华外地", "李样本"
OFFICIAL, BARRED, ABROAD, CHILD = "戚公务", "喻限制", "苏境外", "秦少年"


@pytest.fixture
def officer() -> Acting:
    cases.ground()
    return cases.officer(counters.HALL)


def written() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Application, Event, AuditEntry, Promise))


def refusal(form: Submission, officer: Acting, seen: tuple[str, ...] = counters.PAPERS) -> set[str]:
    """Take a form in and return the codes of the refusal, having seen that it left nothing behind."""
    before = written()
    with pytest.raises(Refused) as refused:
        counters.taken_in(form, officer, seen=seen)
    assert written() == before
    fresh = Submission.objects.get(pk=form.pk)
    assert (fresh.filed_at, fresh.channel, fresh.findings) == (None, "online", {})
    return {reason.code for reason in refused.value.unmet}


def test_a_first_passport_of_another_city_goes_from_the_counter_to_the_hand(officer: Acting) -> None:
    person = counters.present(NEVER_HELD, officer)
    assert person.user is None
    form = counters.opened(person, officer, {PASSPORT: "first"})
    filed = counters.taken_in(form, officer)
    (row,) = filed.applications
    assert (row.category, row.status, row.authority, row.fee_fen) == ("first", "accepted", counters.HALL, 12000)
    # The household is in Qingdao: twenty days.
    assert (row.term, (row.due_on - clock.today()).days if row.due_on else 0) == ("out_of_area", 20)
    assert (filed.submission.channel, str(filed.submission.filer_id)) == ("window", officer.id)
    first = Event.objects.get(subject_id=row.pk, seq=1)
    assert (first.action, first.actor_kind, first.actor_id, first.behalf) == (
        "take_in",
        "officer",
        officer.id,
        str(person.pk),
    )
    reviewer = cases.officer(counters.HALL, code="B2")
    services.claim(row.pk, acting=reviewer)
    approved = services.approve(row.pk, acting=reviewer)
    assert (approved.status, str(approved.decided_by)) == ("approved", reviewer.id)
    assert list(audit.verify()) == []
    assert list(decisions_are_an_officers()) == []
    # A second press finds the same.
    again = counters.taken_in(form, officer)
    assert (again.fresh, [one.pk for one in again.applications]) == (False, [row.pk])


def test_originals_are_seen_under_the_officers_name_or_nothing_is_taken_in(officer: Acting) -> None:
    form = counters.opened(counters.present(NOT_IN_PILOT, officer), officer, {PASSPORT: "expiring"})
    assert refusal(form, officer, ("photo", "identity_card")) == {"material_missing"}
    row = counters.taken_in(form, officer, seen=("photo", "identity_card", "old_document")).applications[0]
    papers = services.papers_of(Application.objects.select_related("submission").get(pk=row.pk))
    assert [paper.material.code for paper in papers] == ["photo", "identity_card", "old_document"]
    name = form.filer.official.name if form.filer.official else ""
    assert {(paper.standing, paper.entry) for paper in papers} == {(services.PaperStanding.SEEN, name)}


def test_who_took_it_in_neither_claims_nor_decides_it(officer: Acting) -> None:
    form = counters.opened(counters.present(NEVER_HELD, officer), officer, {PASSPORT: "first"})
    row = counters.taken_in(form, officer).applications[0]
    assert services.claim_next(acting=officer) is None
    with pytest.raises(Refused) as refused:
        services.claim(row.pk, acting=officer)
    assert [one.code for one in refused.value.unmet] == ["claim"]
    # Put into their hands by a supervisor, they still cannot.
    supervisor = cases.officer(counters.HALL, role="supervisor", code="S9")
    services.reassign(row.pk, to=row.submission.filer_id, acting=supervisor, note="样例")
    before = written()
    with pytest.raises(Refused) as refused:
        services.approve(row.pk, acting=officer)
    assert [one.code for one in refused.value.unmet] == ["four_eyes"]
    with pytest.raises(Refused) as refused:
        services.refuse(row.pk, acting=officer, code=next(iter(grounds.REFUSALS)), note="样例")
    assert [one.code for one in refused.value.unmet] == ["four_eyes"]
    assert written() == before


@pytest.mark.parametrize(
    ("name", "code"),
    [(BARRED, "X4"), (ABROAD, "E7"), (HELD_LONG, "E6")],
)
def test_what_no_window_opens_is_refused_there_too(officer: Acting, name: str, code: str) -> None:
    form = counters.opened(counters.present(name, officer), officer, {PASSPORT: "expiring"})
    assert refusal(form, officer) == {code}


def test_a_first_document_is_not_for_who_holds_one(officer: Acting) -> None:
    form = counters.opened(counters.present(HELD_LONG, officer), officer, {PASSPORT: "first"})
    assert refusal(form, officer) == {"still_held"}


def test_a_registered_state_employee_and_a_child_bring_their_papers(officer: Acting) -> None:
    for name, paper in ((OFFICIAL, "unit_consent"), (CHILD, "guardian")):
        form = counters.opened(counters.present(name, officer), officer, {PASSPORT: "expiring"})
        assert refusal(form, officer) == {"material_missing"}
        filed = counters.taken_in(form, officer, seen=(*counters.PAPERS, paper))
        assert [row.status for row in filed.applications] == ["accepted"]


def test_what_was_filled_in_at_home_travels_to_the_window(officer: Acting) -> None:
    person = cases.person("孙示范")
    draft = cases.draft(person, {HKM_PERMIT: "expiring"})
    form = services.open_form(person, authority=counters.HALL, acting=officer)
    assert form.pk == draft.pk
    assert set(Shot.objects.filter(owner=form.pk).values_list("authority", flat=True)) == {counters.HALL}
    filed = counters.taken_in(form, officer)
    assert [(row.kind, row.status) for row in filed.applications] == [(HKM_PERMIT, "accepted")]
    told = Event.objects.filter(subject_id=filed.applications[0].pk, action="take_in").get()
    assert told.behalf == str(person.pk)


def test_only_officers_take_in_and_only_for_their_own_division(officer: Acting) -> None:
    person = counters.present(NEVER_HELD, officer)
    form = counters.opened(person, officer, {TWN_PERMIT: "first"})
    strangers = (person.acting, cases.officer("420100", code="W1"), replace(officer, kind="auditor"))
    for stranger, code in zip(strangers, ("role", "jurisdiction", "role"), strict=True):
        assert refusal(form, stranger) == {code}


def test_pictures_and_declaration_are_asked_for_as_online(officer: Acting) -> None:
    form = counters.opened(counters.present(NEVER_HELD, officer), officer, {PASSPORT: "first"})
    Shot.objects.filter(owner=form.pk).update(is_chosen=False)
    assert refusal(form, officer) == {"portrait", "signature"}


def test_the_window_takes_what_the_engine_sends_there_and_nothing_it_sends_nowhere() -> None:
    """Over persons and requests: what a window may take in is a subset of what is not barred everywhere."""
    cases.ground()
    opened = scope(current_revision(clock.today()))
    base = Facts(
        on=date(2026, 11, 23),
        born=date(1990, 5, 17),
        hukou_code="330100",
        state_employee=False,
        military=False,
        fingerprints=True,
        exit_barred=False,
        in_mainland=True,
        holds=(Held(PASSPORT, date(2027, 3, 1)),),
    )
    people = [
        base,
        replace(base, state_employee=True),
        replace(base, military=True),
        replace(base, exit_barred=True),
        replace(base, fingerprints=False),
        replace(base, in_mainland=False),
        replace(base, hukou_code="520100"),
        replace(base, born=date(2015, 1, 1)),
        replace(base, holds=()),
        replace(base, holds=(Held(PASSPORT, date(2026, 1, 1)),)),
    ]
    wants = [Want(PASSPORT, reason) for reason in ("expiring", "lost", "first", "lapsed", "identity_changed")]
    wants += [Want(HKM_PERMIT, "first"), Want("HRP", "card_gone"), Want(PASSPORT, "former_name")]
    taken = 0
    for person in people:
        for want in wants:
            open_there = not eligibility.unmet(person, [want], opened, channel=Channel.WINDOW)
            verdict = eligibility.judge(person, [want], opened)
            assert not (open_there and verdict.channel is Channel.NONE), (person, want)
            if verdict.channel is Channel.ONLINE:
                assert open_there, (person, want)
            taken += open_there
    # Six who hold a passport in force: two renewals, the changed identity, a first permit; two without one: three each.
    assert taken == 6 * 4 + 2 * 3


def test_what_a_register_answers_for_is_not_asked_for_in_the_original(officer: Acting) -> None:
    family = {"HK": {"letter": "T", "option": "3m1"}}
    form = counters.opened(counters.present("赵测试", officer), officer, {}, requests={}, endorsements=family)
    form.refresh_from_db()
    told = services.asked_on_form(form, services.gather(form.beneficiary))
    needed = [paper.code for paper in services.outlook(told, on=clock.today()).materials]
    # The kinship stands in the register; the relative's own papers stand in none.
    assert needed == ["photo", "identity_card", "relative_document"]
    assert refusal(form, officer, ("photo", "identity_card")) == {"material_missing"}
    row = counters.taken_in(form, officer, seen=tuple(needed)).applications[0]
    found = services.papers_of(Application.objects.select_related("submission").get(pk=row.pk))
    assert {paper.material.code: str(paper.standing) for paper in found} == {
        "photo": "seen",
        "identity_card": "seen",
        "kinship": "verified",
        "relative_document": "seen",
    }


def test_what_no_register_knows_is_shown_in_the_original(officer: Acting) -> None:
    family = {"HK": {"letter": "T", "option": "3m1"}}
    form = counters.opened(counters.present("吴样例", officer), officer, {}, requests={}, endorsements=family)
    papers = ("photo", "identity_card", "relative_document")
    assert refusal(form, officer, papers) == {"material_missing"}
    filed = counters.taken_in(form, officer, seen=(*papers, "kinship"))
    assert [row.status for row in filed.applications] == ["accepted"]
