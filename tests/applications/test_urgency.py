"""The green channel: asked for on the form, a queue and a clock of its own, confirmed or declined by an officer."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from applications import services, terms, urgency
from applications.models import Application, Attachment, Submission
from documents import catalog
from portal.accounts.models import Person
from portal.common import clock, outbox
from portal.common.acting import Acting
from portal.common.models import AuditEntry, Event, Promise
from portal.common.unmet import Refused
from portal.notifications.models import Message
from tests.factories import accounts, cases, enterprises, papers

pytestmark = pytest.mark.django_db
# A Monday in a month without holidays.
MONDAY = datetime(2026, 11, 9, 2, tzinfo=UTC)
STATEMENT = "母亲在东京住院病危，11 月 20 日前要到，有病危通知书。"
URGENT = {"reason": "illness_or_funeral", "statement": STATEMENT}
SHANGHAI = "310000"


@pytest.fixture
def person() -> Person:
    cases.ground()
    return cases.person("王演示")


@pytest.fixture
def officer() -> Acting:
    return cases.officer(SHANGHAI)


@pytest.fixture
def client(person: Person) -> Client:
    return accounts.sign_in(Client(), person)


def traces() -> tuple[int, ...]:
    return Event.objects.count(), Promise.objects.count(), AuditEntry.objects.count()


def queue_of(row: Application) -> str:
    return str(services.placed(Application.objects.filter(pk=row.pk)).get().queue)


def test_a_form_that_says_nothing_is_complete_and_ordinary(person: Person) -> None:
    (row,) = cases.filed(person)
    assert (row.urgency, row.urgent_by, queue_of(row)) == ("", None, "to_decide")


def test_the_page_is_optional_and_lists_every_reason_with_its_proof(client: Client, person: Person) -> None:
    form = cases.draft(person)
    tasks = client.get(f"/apply/{form.pk}/").content.decode()
    assert "需要加急吗" in tasks
    assert "可以提交" in tasks
    page = client.get(f"/apply/{form.pk}/urgency/").content.decode()
    for code, row in catalog.URGENCIES.items():
        assert (f'value="{code}"' in page) == (code != "major_project")
        assert (str(row.proof) in page) == (code != "major_project")
    before = Submission.objects.get(pk=form.pk).answers
    wrong = client.post(f"/apply/{form.pk}/urgency/", {"reason": "illness_or_funeral", "statement": "太短"})
    assert "10 到 500 个字" in wrong.content.decode()
    assert Submission.objects.get(pk=form.pk).answers == before
    client.post(f"/apply/{form.pk}/urgency/", URGENT)
    assert Submission.objects.get(pk=form.pk).answers["urgency"] == URGENT
    papers.handed_in(form, person, "urgency_proof")
    assert "探望危重病人" in client.get(reverse("applications:check", args=[form.pk])).content.decode()
    client.post(f"/apply/{form.pk}/urgency/", {"reason": "ordinary", "statement": STATEMENT})
    assert Submission.objects.get(pk=form.pk).answers["urgency"] == {}


def test_what_is_urgent_and_not_urgent_at_once_is_asked_about_and_kept(client: Client, person: Person) -> None:
    form = cases.draft(person)
    page = client.post(f"/apply/{form.pk}/urgency/", {"reason": "ordinary", "statement": STATEMENT})
    assert [one.code for one in page.context["form"].errors.as_data()["reason"]] == ["urgency.contradiction"]
    assert STATEMENT in page.content.decode()
    assert "urgency" not in Submission.objects.get(pk=form.pk).answers


@pytest.mark.parametrize("told", [{"reason": "hurry", "statement": STATEMENT}, {**URGENT, "statement": "急"}])
def test_filing_refuses_what_the_page_would(person: Person, told: dict[str, str]) -> None:
    form = cases.draft(person, urgency=told)
    before = traces()
    with pytest.raises(Refused) as refused:
        services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    assert {reason.field.partition(".")[0] for reason in refused.value.unmet} - {"materials"} == {"urgency"}
    assert before == traces()
    assert not Application.objects.exists()


def test_confirmed_a_passport_has_five_working_days_from_receipt(person: Person, officer: Acting) -> None:
    with clock.set_to(MONDAY):
        passport, permit = cases.filed(person, {"PASSPORT": "expiring", "HKM_PERMIT": "damaged"}, urgency=URGENT)
        assert {row.urgent_by for row in (passport, permit)} == {date(2026, 11, 16)}
        assert {queue_of(row) for row in (passport, permit)} == {"urgency_claimed"}
        counts = services.count_queues(officer)
        assert (counts["urgent"], counts["urgency_claimed"]) == (0, 2)
        for row in (passport, permit):
            services.claim(row.pk, acting=officer)
    with clock.set_to(MONDAY + timedelta(minutes=10)):
        passport = services.confirm_urgency(passport.pk, acting=officer, note="看过病危通知书。")
        permit = services.confirm_urgency(permit.pk, acting=officer, note="看过病危通知书。")
        assert (passport.term, passport.due_on) == ("passport_express", date(2026, 11, 16))
        assert (permit.term, permit.due_on) == ("online", date(2026, 11, 18))
        assert queue_of(permit) == "urgent"
        outbox.run_due()
        told = Message.objects.filter(code="application.urgency_confirmed")
        assert sorted(str(one.params["due"]) for one in told) == ["2026-11-16", "2026-11-18"]
        before = traces()
        with pytest.raises(Refused) as refused:
            services.decline_urgency(permit.pk, acting=officer, note="改主意了。")
        assert refused.value.unmet[0].code == "urgency"
        assert before == traces()
        (shown,) = services.track([permit.submission])
        assert all("优先办理" in str(case.now.line) for case in shown.cases if case.now)


def test_declined_it_goes_back_to_its_ordinary_turn_and_the_applicant_reads_why(
    person: Person, officer: Acting
) -> None:
    with clock.set_to(MONDAY):
        (row,) = cases.filed(person, urgency=URGENT)
        before = traces()
        with pytest.raises(Refused) as refused:
            services.decline_urgency(row.pk, acting=officer, note="没有证明。")
        assert refused.value.unmet[0].code == "claim"
        assert before == traces()
        services.claim(row.pk, acting=officer)
        row = services.decline_urgency(row.pk, acting=officer, note="没有证明。")
        assert (row.urgent_by, row.term, row.due_on, queue_of(row)) == (None, "online", date(2026, 11, 18), "to_decide")
        outbox.run_due()
        assert Message.objects.get(code="application.urgency_declined").params["due"] == "2026-11-18"
        (shown,) = services.track([row.submission])
        assert "没有证明。" in [step.text for step in shown.cases[0].way()]


def test_a_claim_comes_with_a_file_that_proves_it(client: Client, person: Person) -> None:
    form = cases.draft(person, urgency=URGENT)
    before = traces()
    with pytest.raises(Refused) as refused:
        services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    assert [(one.code, one.field) for one in refused.value.unmet] == [("material_missing", "materials.urgency_proof")]
    assert (before, Application.objects.count()) == (traces(), 0)
    client.post(f"/apply/{form.pk}/urgency/", URGENT)
    page = client.get(f"/apply/{form.pk}/materials/").content.decode()
    assert "急用的证明" in page
    papers.handed_in(form, person, "urgency_proof")
    done = services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    assert [paper.material.code for paper in services.papers_of(done.applications[0])] == ["urgency_proof"]


def test_a_change_of_mind_takes_the_proof_away(client: Client, person: Person) -> None:
    form = cases.draft(person, urgency=URGENT)
    papers.handed_in(form, person, "urgency_proof")
    client.post(f"/apply/{form.pk}/urgency/", {"reason": "ordinary", "statement": ""})
    services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    assert not Attachment.objects.filter(owner=form.pk).exclude(status="removed").exists()


def test_a_claim_alone_passes_nobody(person: Person, officer: Acting) -> None:
    with clock.set_to(MONDAY):
        (ordinary,) = cases.filed(person)
    with clock.set_to(MONDAY + timedelta(days=1)):
        (claimed,) = cases.filed(person, {"HKM_PERMIT": "damaged"}, urgency=URGENT)
        assert list(services.in_order(officer)) == [ordinary, claimed]
    assert claimed.due_on is not None
    assert ordinary.due_on is not None
    with clock.set_to(MONDAY + timedelta(days=20)):
        assert {queue_of(row) for row in (ordinary, claimed)} == {"overdue"}
        services.claim(claimed.pk, acting=officer)
        services.confirm_urgency(claimed.pk, acting=officer, note="看过病危通知书。")
        assert (queue_of(ordinary), queue_of(claimed)) == ("overdue", "urgent")
        assert list(services.in_order(officer)) == [claimed, ordinary]


def test_urgent_cases_are_taken_first_by_their_own_clock(person: Person, officer: Acting) -> None:
    with clock.set_to(MONDAY):
        (ordinary,) = cases.filed(person)
    with clock.set_to(MONDAY + timedelta(days=2)):
        (later,) = cases.filed(person, {"HKM_PERMIT": "damaged"}, urgency=URGENT)
    with clock.set_to(MONDAY + timedelta(days=1)):
        (sooner,) = cases.filed(person, {"TWN_PERMIT": "damaged"}, urgency=URGENT)
    with clock.set_to(MONDAY + timedelta(days=3)):
        for row in (sooner, later):
            services.claim(row.pk, acting=officer)
            services.confirm_urgency(row.pk, acting=officer, note="看过病危通知书。")
            services.release(row.pk, acting=officer)
        assert list(services.in_order(officer)) == [sooner, later, ordinary]
        taken = [services.claim_next(acting=officer) for _ in range(3)]
    assert taken == [sooner, later, ordinary]


def test_a_major_project_is_for_the_staff_of_an_enterprise_registered_with_one(person: Person) -> None:
    told = {"reason": "major_project", "statement": STATEMENT}
    form = cases.draft(person, urgency=told)
    before = traces()
    with pytest.raises(Refused) as refused:
        services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    assert [reason.code for reason in refused.value.unmet] == ["not_major"]
    assert before == traces()
    agent = accounts.proven("张示例", phone="13911112222")
    local = accounts.official(authority=enterprises.HANGZHOU).acting
    row = enterprises.registered(agent, local, is_major_project=True)
    assert "major_project" not in urgency.reasons_for(person)
    enterprises.listed(row, "王演示")
    assert "major_project" in urgency.reasons_for(person)
    done = services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    assert {one.urgency for one in done.applications} == {"major_project"}


def test_the_own_clock_is_the_express_term() -> None:
    assert catalog.term(urgency.EXPRESS).starts == terms.RECEIVED
