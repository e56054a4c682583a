"""Whoever has no account is told by text message, by the number on the form, and can do what the text says."""

from collections.abc import Iterator

import pytest
from django.urls import reverse

from applications import services
from applications.models import Application
from portal.accounts.models import Person
from portal.appointments import booking, counter
from portal.appointments.holders import acting_by_link
from portal.common import clock, outbox
from portal.common.acting import Acting
from portal.common.models import Event, Promise
from portal.common.simulation import Ledger
from portal.notifications.invariants import books_agree_with_the_providers, every_step_is_told
from portal.notifications.models import Message
from portal.notifications.telling import TEXT_TOPIC
from tests.factories import accounts, bookings, cases, counters
from tests.hostile.windows import TOLD

pytestmark = pytest.mark.django_db
NAME = "韩无证"


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.set_to(bookings.MONDAY):
        yield


@pytest.fixture
def officer() -> Acting:
    cases.ground()
    return cases.officer(counters.HALL)


def texts() -> list[tuple[str, str, str]]:
    """Whom the provider was handed which title and which words for."""
    said = [entry.body for entry in Ledger("sms").entries()]
    return [(str(one["to"]), str(one["title"]), str(one["body"])) for one in said]


def untold() -> list[str]:
    """What the invariants of telling name, the promises having been kept."""
    outbox.run_due()
    return [*every_step_is_told(), *books_agree_with_the_providers()]


def approved_at_a_counter(officer: Acting) -> Application:
    form = counters.opened(counters.present(NAME, officer), officer, {cases.PASSPORT: "first"})
    row = counters.taken_in(form, officer).applications[0]
    reviewer = cases.officer(counters.HALL, code="B2")
    services.claim(row.pk, acting=reviewer)
    return services.approve(row.pk, acting=reviewer)


def test_a_form_taken_in_at_a_counter_is_told_by_text_to_its_phone_until_there_is_an_account(officer: Acting) -> None:
    row = approved_at_a_counter(officer)
    assert untold() == []
    person, form = row.person, row.submission
    phone = form.answers["contact"]["phone"]
    sent = [one for one in texts() if form.reference in one[2]]
    assert sorted((to, title) for to, title, _ in sent) == [(phone, "审核通过，请缴费"), (phone, "申请已提交")]
    for _, _, words in sent:
        assert reverse("applications:lookup") in words
        assert "实名认证" in words
        assert not [secret for secret in (person.name, person.citizen_number, phone) if secret in words]
    assert not Message.objects.exists()
    # What the text says is a way: a sign-in, the real-name proof, and the form is there to be paid.
    own = accounts.proven(NAME, phone=phone)
    assert own.pk == person.pk
    cases.pay(form.pk, own)
    assert untold() == []
    assert Message.objects.filter(user=own.user, code="application.paid").count() == 1
    assert [one for one in texts() if form.reference in one[2] and reverse("applications:lookup") in one[2]] == sent


def test_a_number_given_online_by_somebody_who_may_no_longer_act_gets_nothing_and_a_person_looks(
    officer: Acting,
) -> None:
    [row] = cases.filed(cases.person())
    outbox.run_due()
    before = texts()
    Person.objects.filter(pk=row.person_id).update(user=None)
    reviewer = cases.officer(row.authority, code="B3")
    services.claim(row.pk, acting=reviewer)
    services.approve(row.pk, acting=reviewer)
    assert untold() == []
    lost = Promise.objects.dead().get()
    assert (lost.payload["code"], lost.last_code) == ("application.approved", "nobody_to_tell")
    assert texts() == before
    assert not Promise.objects.filter(topic=TEXT_TOPIC).exists()


def test_who_booked_by_phone_is_told_by_text_and_a_lost_text_is_named(officer: Acting) -> None:
    row = bookings.booked(bookings.hall(), told=TOLD)
    booking.cancel(row, acting=acting_by_link(row, None))
    assert untold() == []
    assert {"窗口预约成功", "窗口预约已取消"} <= {title for _, title, _ in texts()}
    event = Event.objects.get(subject_id=row.pk, action="cancel")
    assert Promise.objects.filter(topic=TEXT_TOPIC, key__endswith=str(event.pk)).delete()[0] == 1
    assert next(every_step_is_told()) == f"event {event.pk}: nobody was told appointment.cancelled"


def test_who_drew_a_number_in_the_hall_is_told_there(officer: Acting) -> None:
    number = accounts.record(NAME).citizen_number
    row = booking.walk_in(bookings.hall(), name=NAME, citizen_number=number, matter="other", acting=officer)
    case = counter.case_of(row, acting=officer)
    before = texts()
    counter.turn_away(case, acting=officer, note="缺照片。")
    assert untold() == []
    assert texts() == before
    assert not Promise.objects.dead().exists()
