"""What two registers say together, and what a draft thrown away leaves behind."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from pytest_django import DjangoCaptureOnCommitCallbacks

from applications import facts, services
from applications.models import Application, Submission
from documents.models import IssuedDocument
from documents.services import held_by
from photos.models import Shot
from portal.accounts.services import HeldState
from portal.common import audit, clock, outbox, registry
from portal.common.unmet import Refused
from tests.factories import cases

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ground() -> None:
    cases.ground()


def test_a_reported_loss_outlives_a_form_that_lapsed_and_the_document_can_still_be_replaced() -> None:
    person, officer = cases.person(), cases.officer()
    cases.approved(person, officer, {"PASSPORT": "lost"})
    with clock.set_to(clock.now() + timedelta(days=9)):
        outbox.run_due()
        assert Application.objects.get().status == "lapsed"
        old = IssuedDocument.objects.get(person=person, kind="PASSPORT")
        assert (old.status, old.end_code) == ("invalid", "lost")
        form = cases.draft(person, {"PASSPORT": "damaged"}, name=cases.answers(person)["name"])
        known = services.gather(person)
        with pytest.raises(Refused) as refused:
            services.file(form.pk, acting=person.acting, known=known, declared=cases.DECLARED)
        assert {reason.code for reason in refused.value.unmet} == {"E4"}
        services.save_page(
            form.pk, "requests", cases.answers(person, {"PASSPORT": "lost"})["requests"], acting=person.acting
        )
        (again,) = services.file(form.pk, acting=person.acting, known=known, declared=cases.DECLARED).applications
        assert again.old_document == old
    for name, check in registry.invariants.items():
        assert list(check()) == [], name


def test_a_document_the_population_register_has_cancelled_since_does_not_count() -> None:
    person = cases.person()
    record = services.gather(person).record
    held = list(held_by(person))
    gone = tuple(replace(one, state=HeldState.LOST) if str(one.kind) == "PASSPORT" else one for one in record.holds)
    known = facts.known_from(replace(record, holds=gone), held)
    assert [one.state for one in known.facts.holds if one.kind == "PASSPORT"] == ["void"]
    assert "PASSPORT" not in known.documents
    assert facts.known_from(record, held).documents.keys() == {"PASSPORT", "HKM_PERMIT", "TWN_PERMIT"}


def test_a_draft_thrown_away_takes_its_pictures_along(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    person = cases.person()
    form = cases.draft(person)
    names = [n for row in Shot.objects.all() for n in (row.original, row.preview, row.final) if n]
    assert len(names) == 6
    with django_capture_on_commit_callbacks(execute=True):
        services.discard(form.pk, acting=person.acting)
    assert not Submission.objects.exists()
    assert [name for name in names if default_storage.exists(name)] == []
    assert set(Shot.objects.values_list("status", "original", "is_chosen")) == {("removed", "", False)}
    assert list(audit.verify()) == []


def test_a_filed_form_is_not_thrown_away() -> None:
    person = cases.person()
    (row,) = cases.filed(person)
    services.discard(row.submission_id, acting=person.acting)
    assert Submission.objects.filter(pk=row.submission_id).exists()
    assert not Shot.objects.filter(status="removed").exists()


def test_a_household_moved_since_the_proof_brings_the_form_to_its_present_city() -> None:
    person = cases.person()
    form = cases.draft(person)
    Submission.objects.filter(pk=form.pk).update(authority="420100")
    Shot.objects.filter(owner=form.pk).update(authority="420100")
    known = services.gather(person)
    (row,) = services.file(form.pk, acting=person.acting, known=known, declared=cases.DECLARED).applications
    assert (row.authority, row.receipt[:6]) == ("310000", "310000")
    assert Submission.objects.get().authority == "310000"
    assert set(Shot.objects.values_list("authority", flat=True)) == {"310000"}
    services.claim(row.pk, acting=cases.officer("310000"))
