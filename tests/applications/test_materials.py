"""The papers of a form: which are needed, what registers answer for, what filing and approval make of them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from applications import attachments, materials, services
from applications.gateways.scanner.simulator import EICAR, SimulatedScanner
from applications.materials import Standing
from applications.models import Application, Attachment, Submission
from portal.accounts.gateways.shared.base import Register
from portal.accounts.gateways.shared.simulator import LEDGERS
from portal.common import clock, outbox
from portal.common.models import Event, Promise
from portal.common.unmet import Refused
from tests.factories import cases, enterprises, papers
from tests.factories.work import holds

pytestmark = pytest.mark.django_db
FAMILY = {"HK": {"letter": "T", "option": "3m1"}}
STAFF = {"HK": {"letter": "S", "option": "3m1"}}
VISIT = {"MO": {"letter": "G", "option": "3m1"}}


@pytest.fixture
def ground() -> None:
    cases.ground()


def form_of(name: str, trips: Mapping[str, Any], *, pictures: bool = True, **more: Any) -> Submission:
    """A draft for endorsements alone, its registers asked."""
    person = cases.person(name)
    form = cases.draft(person, endorsements=trips, pictures=pictures, **{"requests": {}, **more})
    return materials.refresh(form, services.gather(person))


def standings(form: Submission) -> dict[str, str]:
    fresh = Submission.objects.select_related("beneficiary").get(pk=form.pk)
    return {paper.material.code: str(paper.standing) for paper in materials.papers(fresh)}


def filed(form: Submission) -> list[Application]:
    person = form.beneficiary
    done = services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    return list(done.applications)


def refused(form: Submission) -> list[tuple[str, str]]:
    """Code and field of everything filing lacks; nothing is written."""
    before = Event.objects.count(), Promise.objects.count()
    with pytest.raises(Refused) as caught:
        filed(form)
    assert not Application.objects.exists()
    assert (Event.objects.count(), Promise.objects.count()) == before
    return [(reason.code, reason.field) for reason in caught.value.unmet]


@pytest.mark.usefixtures("ground")
@pytest.mark.parametrize(
    ("name", "trips", "expected"),
    [
        ("赵测试", FAMILY, {"kinship": "verified", "relative_document": "open"}),
        ("吴样例", FAMILY, {"kinship": "open", "relative_document": "open"}),
        ("赵测试", STAFF, {"licence": "verified", "employment": "verified", "dispatch_letter": "open"}),
        ("贺两地", STAFF, {"licence": "open", "employment": "open", "dispatch_letter": "open"}),
        # The household counts for the visit in Guangzhou; in Changzhou only the permit of Guangzhou does.
        ("贺两地", VISIT, {"residence_permit": "verified"}),
        ("赵测试", VISIT, {}),
        ("赵测试", {**FAMILY, "MO": {"letter": "T", "option": "3m1"}}, {"kinship": "verified"}),
        ("赵测试", {**FAMILY, "TW": {"letter": "G", "option": "6m1"}}, {"kinship": "verified"}),
    ],
)
def test_registers_answer_for_what_they_hold_and_the_rest_is_asked_for(
    name: str, trips: Mapping[str, Any], expected: Mapping[str, str]
) -> None:
    found = standings(form_of(name, trips, pictures=False))
    assert found.items() >= expected.items()
    assert bool(found) == bool(expected)


@pytest.mark.usefixtures("ground")
def test_staff_of_a_registered_enterprise_hand_in_nothing() -> None:
    person = cases.person("张示例")
    firm = enterprises.registered(person, cases.officer(enterprises.HANGZHOU))
    enterprises.listed(firm, "张示例")
    trip = {"MO": {"letter": "S", "option": "1yM"}}
    form = cases.draft(person, {"HKM_PERMIT": "expiring"}, endorsements=trip)
    rows = {row.destination: row for row in filed(form)}
    assert standings(form) == {"registered_firm": "verified"}
    assert rows["MO"].status == "accepted"


@pytest.mark.usefixtures("ground")
def test_a_relative_in_one_place_says_nothing_of_another() -> None:
    both = {place: {"letter": "T", "option": "3m1"} for place in ("HK", "MO")}
    assert standings(form_of("孙示范", both, pictures=False))["kinship"] == "open"


@pytest.mark.usefixtures("ground")
def test_documents_alone_need_no_papers_and_ask_nobody() -> None:
    form = form_of("王演示", {}, requests={"PASSPORT": {"reason": "lost", "statement": "在地铁上丢了，没有找到。"}})
    assert form.findings == {}
    assert not materials.is_needed(form)
    assert not any(ledger.entries() for ledger in LEDGERS.values())


@pytest.mark.usefixtures("ground")
def test_without_its_papers_an_endorsement_is_refused_with_each_named_at_its_place() -> None:
    form = form_of("吴样例", FAMILY)
    assert refused(form) == [
        ("material_missing", "materials.kinship"),
        ("material_missing", "materials.relative_document"),
    ]


@pytest.mark.usefixtures("ground")
def test_what_registers_answer_for_whole_is_accepted_at_once() -> None:
    [row] = filed(form_of("贺两地", VISIT))
    assert row.status == "accepted"
    assert row.fee_fen is not None


@pytest.mark.usefixtures("ground")
def test_a_paper_that_was_uploaded_goes_to_an_officer_and_delays_nothing_else() -> None:
    form = form_of(
        "王演示", FAMILY, requests={"PASSPORT": {"reason": "expiring"}, "HKM_PERMIT": {"reason": "expiring"}}
    )
    assert refused(form) == [("material_missing", "materials.relative_document")]
    papers.handed_in(form, form.beneficiary, "relative_document")
    rows = {row.destination or row.kind: row for row in filed(form)}
    assert {place: row.status for place, row in rows.items()} == {
        "PASSPORT": "accepted",
        "HKM_PERMIT": "accepted",
        "HK": "filed",
    }
    waiting = Promise.objects.filter(topic="applications.acceptance_due")
    assert [row.payload["application"] for row in waiting] == [str(rows["HK"].pk)]
    assert rows["HK"].depends_on_id == rows["HKM_PERMIT"].pk
    holds()


@pytest.mark.usefixtures("ground")
def test_a_silent_register_keeps_nobody_from_filing_but_an_officer_looks() -> None:
    LEDGERS[Register.RESIDENCE_PERMIT].arm("down", -1)
    form = form_of("贺两地", VISIT)
    assert standings(form) == {"residence_permit": "silent"}
    [row] = filed(form)
    assert row.status == "filed"
    officer = cases.officer(row.authority)
    services.claim(row.pk, acting=officer)
    with pytest.raises(Refused, match="materials"):
        services.approve(row.pk, acting=officer)
    row.refresh_from_db()
    assert row.status == "filed"
    LEDGERS[Register.RESIDENCE_PERMIT].arm("down", 0)
    assert services.approve(row.pk, acting=officer).status == "approved"


@pytest.mark.usefixtures("ground")
def test_a_register_that_answers_about_somebody_else_proves_nothing() -> None:
    LEDGERS[Register.RESIDENCE_PERMIT].arm("wrong", -1)
    assert standings(form_of("贺两地", VISIT, pictures=False)) == {"residence_permit": "silent"}


@pytest.mark.usefixtures("ground")
def test_what_a_register_said_earlier_is_asked_again_at_filing() -> None:
    form = form_of("贺两地", VISIT)
    assert standings(form) == {"residence_permit": "verified"}
    LEDGERS[Register.RESIDENCE_PERMIT].arm("down", -1)
    [row] = filed(form)
    assert row.status == "filed"


@pytest.mark.usefixtures("ground")
def test_a_file_not_scanned_yet_is_waited_for() -> None:
    form = form_of("赵测试", FAMILY)
    attachments.receive(form, "relative_document", papers.pdf(), name="a.pdf", acting=form.beneficiary.acting)
    assert refused(form) == [("material_waiting", "materials.relative_document")]


@pytest.mark.usefixtures("ground")
def test_a_file_in_which_something_was_found_is_no_paper() -> None:
    form = form_of("赵测试", FAMILY)
    papers.handed_in(form, form.beneficiary, "relative_document", papers.pdf(EICAR))
    assert refused(form) == [("material_refused", "materials.relative_document")]


@pytest.mark.usefixtures("ground")
def test_a_quarantined_file_may_be_filed_and_is_never_approved_before_its_scan() -> None:
    SimulatedScanner.ledger.arm("down", -1)
    form = form_of("赵测试", FAMILY)
    papers.handed_in(form, form.beneficiary, "relative_document")
    [row] = filed(form)
    assert row.status == "filed"
    officer = cases.officer(row.authority)
    services.claim(row.pk, acting=officer)
    with pytest.raises(Refused, match="materials"):
        services.approve(row.pk, acting=officer)
    SimulatedScanner.ledger.arm("down", 0)
    with clock.set_to(clock.now() + timedelta(minutes=2)):
        outbox.run_due()
        assert services.approve(row.pk, acting=officer).status == "approved"


@pytest.mark.usefixtures("ground")
def test_papers_of_another_wish_are_not_filed_with() -> None:
    form = form_of("赵测试", {"HK": VISIT["MO"]})
    services.save_page(form.pk, "endorsements", FAMILY, acting=form.beneficiary.acting)
    assert refused(form) == [
        ("material_missing", "materials.relative_document"),
    ]


@pytest.mark.usefixtures("ground")
def test_what_is_not_needed_after_all_is_taken_away_at_filing() -> None:
    form = form_of("赵测试", FAMILY)
    row = papers.handed_in(form, form.beneficiary, "relative_document")
    services.save_page(form.pk, "endorsements", VISIT, acting=form.beneficiary.acting)
    filed(form)
    row.refresh_from_db()
    assert row.status == "removed"


@pytest.fixture
def returned() -> Application:
    """An endorsement an officer has sent back for its papers."""
    cases.ground()
    form = form_of("赵测试", FAMILY)
    papers.handed_in(form, form.beneficiary, "relative_document")
    [row] = filed(form)
    officer = cases.officer(row.authority)
    services.claim(row.pk, acting=officer)
    return services.return_for_correction(row.pk, acting=officer, codes=["C07"], note="看不清")


def test_c07_opens_the_page_and_what_is_handed_in_again_goes_to_an_officer(returned: Application) -> None:
    form = Submission.objects.select_related("beneficiary").get(pk=returned.submission_id)
    person = form.beneficiary
    assert services.reopened_pages(form) == {"materials"}
    [old] = attachments.of(form.pk)
    fresh = materials.upload(
        form, "relative_document", papers.pdf(b"clear"), name="b.pdf", acting=person.acting, replaces=old.pk
    )
    with pytest.raises(Refused, match="material_waiting"):
        services.correct(form.pk, acting=person.acting, known=services.gather(person))
    papers.scanned(fresh)
    [row] = services.correct(form.pk, acting=person.acting, known=services.gather(person))
    assert row.status == "filed"
    assert [file.name for file in attachments.of(form.pk)] == ["b.pdf"]


def test_once_filed_no_file_goes_in_or_out(returned: Application) -> None:
    form = Submission.objects.select_related("beneficiary").get(pk=returned.submission_id)
    person = form.beneficiary
    services.correct(form.pk, acting=person.acting, known=services.gather(person))
    [file] = attachments.of(form.pk)
    for act in (
        lambda: materials.upload(form, "relative_document", papers.pdf(), name="b.pdf", acting=person.acting),
        lambda: attachments.remove(file.pk, owner=form.pk, acting=person.acting),
    ):
        with pytest.raises(Refused, match="filed"):
            act()
    file.refresh_from_db()
    assert file.is_clean
    assert Attachment.objects.count() == 1


@pytest.mark.usefixtures("ground")
def test_papers_are_not_asked_again_where_none_are_needed() -> None:
    [row] = filed(form_of("王演示", {}, requests={"PASSPORT": {"reason": "expiring"}}))
    officer = cases.officer(row.authority)
    services.claim(row.pk, acting=officer)
    with pytest.raises(Refused, match="codes"):
        services.return_for_correction(row.pk, acting=officer, codes=["C07"])
    row.refresh_from_db()
    assert row.status == "accepted"


@pytest.mark.usefixtures("ground")
def test_a_file_for_a_paper_nobody_asked_for_is_refused() -> None:
    form = form_of("赵测试", FAMILY, pictures=False)
    with pytest.raises(Refused, match="material_unknown"):
        materials.upload(form, "photo", papers.pdf(), name="a.pdf", acting=form.beneficiary.acting)
    assert not Attachment.objects.exists()


def test_every_standing_has_its_word() -> None:
    from applications.views.materials import _TAGS, word

    assert {standing for standing in Standing if word(standing)} == set(_TAGS) == set(Standing)
