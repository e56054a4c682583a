"""The act of filing: what it asks for once more, and what a refusal leaves behind."""

from typing import Any

import pytest

from applications import services
from applications.models import Application, Submission
from photos.models import Shot
from portal.accounts.models import Person
from portal.common.models import AuditEntry, Event, Promise
from portal.common.unmet import Refused
from tests.factories import cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    cases.ground()
    return cases.person()


def trace() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Application, Event, AuditEntry, Promise))


def refusal(form: Submission, person: Person, declared: dict[str, Any] = cases.DECLARED) -> set[str]:
    """File and return the codes of the refusal, having seen that it left nothing behind."""
    before = trace()
    with pytest.raises(Refused) as refused:
        services.file(form.pk, acting=person.acting, known=services.gather(person), declared=declared)
    assert trace() == before
    assert Submission.objects.get(pk=form.pk).filed_at is None
    return {reason.code for reason in refused.value.unmet}


def test_nobody_files_the_form_of_another(person: Person) -> None:
    form = cases.draft(person)
    other = next(one.record.name for one in cases.list_people() if one.record.name != person.name and one.record.holds)
    stranger = cases.person(other, phone="13800000009")
    before = trace()
    with pytest.raises(Submission.DoesNotExist):
        services.file(form.pk, acting=stranger.acting, known=services.gather(stranger), declared=cases.DECLARED)
    assert trace() == before
    assert Submission.objects.get(pk=form.pk).filed_at is None


@pytest.mark.parametrize("agreed", [None, False, "yes", 1])
def test_an_agreement_is_a_ticked_box_and_nothing_like_it(person: Person, agreed: object) -> None:
    assert refusal(cases.draft(person), person, {**cases.DECLARED, "agreed": agreed}) == {"declaration"}


def test_both_pictures_are_asked_for(person: Person) -> None:
    form = cases.draft(person)
    Shot.objects.filter(owner=form.pk).update(is_chosen=False)
    assert refusal(form, person) == {"portrait", "signature"}


def test_the_office_is_that_of_the_household_on_the_day_of_filing(person: Person) -> None:
    form = cases.draft(person)
    # As if the household had been elsewhere when the form was begun.
    Submission.objects.filter(pk=form.pk).update(authority="330100")
    filed = services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    assert {filed.submission.authority, *(row.authority for row in filed.applications)} == {"310000"}


def test_one_message_tells_of_the_form(person: Person) -> None:
    form, before = cases.draft(person), set(Promise.objects.values_list("pk", flat=True))
    services.file(form.pk, acting=person.acting, known=services.gather(person), declared=cases.DECLARED)
    told = Promise.objects.filter(topic="message").exclude(pk__in=before)
    assert [promise.payload for promise in told] == [
        {"code": "submission.filed", "subject": str(form.pk), "event": str(form.pk)}
    ]
