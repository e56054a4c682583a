"""What an applicant sees after filing: whose turn it is, by when, every state, and nobody else's form."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import services
from applications.gateways.courier.simulator import SimulatedCourier
from applications.lifecycle import LIFECYCLE
from applications.models import STATES, Application
from applications.tracking import forms_of, track, words
from portal.accounts.models import Person
from portal.common import clock, outbox
from portal.common.models import Event, Promise
from tests.factories import cases

pytestmark = pytest.mark.django_db

SEVERAL = {"PASSPORT": "expiring", "HKM_PERMIT": "damaged", "TWN_PERMIT": "damaged"}


@pytest.fixture(autouse=True)
def _ground() -> None:
    cases.ground()


@pytest.fixture
def owner() -> Person:
    return cases.person()


def signed_in(person: Person) -> Client:
    assert person.user is not None
    client = Client()
    client.force_login(person.user)
    return client


def page_of(row: Application, person: Person, **query: str) -> str:
    answer = signed_in(person).get(reverse("applications:track", args=[row.submission.reference]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def tracked(person: Person) -> Any:
    assert person.user is not None
    return track(forms_of(person.user))[0]


def decided(row: Application, do: str, **how: Any) -> Application:
    acting = cases.officer(row.authority, code=f"D{row.position}{do}"[:20])
    services.claim(row.pk, acting=acting)
    return getattr(services, do)(row.pk, acting=acting, **how)


def made(owner: Person, **changes: Any) -> Application:
    """Paid, made and handed on as far as the courier lets it go."""
    row = cases.paid(owner, cases.officer("310000"), **changes)[0]
    return later(row)


def later(row: Application) -> Application:
    moment = clock.now()
    for _round in range(4):
        moment += timedelta(seconds=10)
        with clock.set_to(moment):
            outbox.run_due()
    row.refresh_from_db()
    return row


def test_every_state_and_every_action_has_its_words() -> None:
    assert set(words.STAGES) == set(STATES) == set(LIFECYCLE.states)
    assert set(words.HISTORY) == {step.action for step in LIFECYCLE.transitions}
    for stage in words.STAGES.values():
        assert set(stage.ahead) <= set(words.AHEAD)


def test_an_accepted_form_says_who_acts_and_by_when(owner: Person) -> None:
    row = cases.filed(owner)[0]
    row.refresh_from_db()
    page = page_of(row, owner)
    form = tracked(owner)
    assert form.turn.actor == "审核人员"
    assert not form.turn.is_you
    assert f'datetime="{row.due_on}"' not in page
    assert "审核中" in page
    assert "预计" in form.turn.text
    assert "按规定的期限算" in page
    assert [step.state for step in form.lead.way()] == ["done", "done", "now", "next", "next", "next", "next"]


def test_an_approved_form_asks_its_applicant_to_pay(owner: Person) -> None:
    row = decided(cases.filed(owner)[0], "approve")
    page = page_of(row, owner)
    assert "现在轮到<i>您</i>" in page
    assert "请缴费 120 元" in page
    assert reverse("payments:pay", args=[row.submission.reference]) in page
    assert "还有 7 天" in page


def test_documents_of_one_form_go_their_own_ways(owner: Person) -> None:
    rows = cases.filed(owner, SEVERAL)
    decided(rows[0], "approve")
    decided(rows[1], "return_for_correction", codes=["C01", "C08"])
    decided(rows[2], "refuse", code="TWN12", note="查有记录")
    page = page_of(rows[0], owner)
    form = tracked(owner)
    assert form.turn.primary_view == "applications:tasks"
    assert [turn.primary_view for turn in form.also] == ["payments:pay"]
    assert [fault.title for fault in form.faults]
    assert "照片不符合要求" in page
    assert "请按页面提示重新拍一张" in page
    assert reverse("applications:notice", args=[rows[2].pk]) in page
    assert "查有记录" not in page
    other = page_of(rows[0], owner, of="1")
    assert "等待缴费" in other
    assert "补正就是补齐或改正材料" in page_of(rows[0], owner, of="99")


def test_the_notice_of_a_refusal_is_its_applicants_alone(owner: Person) -> None:
    row = decided(cases.filed(owner, SEVERAL)[2], "refuse", code="TWN12", note="查有记录")
    address = reverse("applications:notice", args=[row.pk])
    page = signed_in(owner).get(address)
    assert page.status_code == 200
    assert "第十二条" in page.content.decode()
    assert signed_in(stranger()).get(address).status_code == 404


def test_a_refusal_carries_a_cross_and_what_led_to_it_ticks(owner: Person) -> None:
    row = decided(cases.filed(owner)[0], "refuse", code="P13-3", note="查有记录")
    page = signed_in(owner).get(reverse("applications:track", args=[row.submission.reference])).content.decode()
    assert page.count('class="is-over"') == 1
    assert page.count('class="is-done"') >= 2


def stranger() -> Person:
    name = next(one.record.name for one in cases.list_people() if one.record.name != "王演示" and one.record.holds)
    return cases.person(name, phone="13800000009")


def test_unknown_and_foreign_references_look_the_same(owner: Person) -> None:
    row = cases.filed(owner)[0]
    client = signed_in(stranger())
    foreign = client.get(reverse("applications:track", args=[row.submission.reference]))
    unknown = client.get(reverse("applications:track", args=["x" * 32]))
    assert foreign.status_code == unknown.status_code == 404
    for name, key in (("withdraw", row.pk), ("notice", row.pk), ("send_again", row.submission.reference)):
        assert client.get(reverse(f"applications:{name}", args=[key])).status_code == 404
        assert client.post(reverse(f"applications:{name}", args=[key])).status_code in (404, 405)
    row.refresh_from_db()
    assert row.status == "accepted"


def test_withdrawing_asks_first_and_happens_once(owner: Person) -> None:
    row = cases.filed(owner)[0]
    client, address = signed_in(owner), reverse("applications:withdraw", args=[row.pk])
    assert "旧证件照常有效" in client.get(address).content.decode()
    row.refresh_from_db()
    assert row.status == "accepted"
    assert client.post(address).status_code == 302
    events = Event.objects.filter(subject_id=row.pk).count()
    again = client.post(address)
    assert again.status_code == 200
    assert "没有撤回" in again.content.decode()
    assert Event.objects.filter(subject_id=row.pk).count() == events
    assert "已撤销" in page_of(row, owner)


def test_a_paid_application_cannot_be_withdrawn(owner: Person) -> None:
    row = cases.paid(owner, cases.officer("310000"))[0]
    page = page_of(row, owner)
    assert reverse("applications:withdraw", args=[row.pk]) not in page
    signed_in(owner).post(reverse("applications:withdraw", args=[row.pk]))
    row.refresh_from_db()
    assert row.status == "paid"


def test_a_parcel_on_its_way_shows_its_number(owner: Person, settings: Any) -> None:
    settings.SIMULATED_COURIER_SECONDS = 10_000
    row = made(owner)
    page = page_of(row, owner)
    assert row.parcel
    assert str(row.parcel) in page
    assert "138****0001" in page
    assert "13800000001" not in page


def test_a_delivered_document_is_the_end(owner: Person) -> None:
    row = made(owner)
    page = page_of(row, owner)
    assert "已签收" in page
    assert tracked(owner).is_over
    assert "预计" not in page


def bounced(owner: Person) -> Application:
    SimulatedCourier.ledger.arm("bounce", 1)
    row = made(owner)
    assert Event.objects.filter(subject_id=row.pk).latest("seq").action == "bounce"
    return row


def test_a_returned_parcel_is_sent_again_once(owner: Person) -> None:
    row = bounced(owner)
    page = page_of(row, owner)
    assert "快递被退回" in page
    address = reverse("applications:send_again", args=[row.submission.reference])
    told = {**row.submission.answers["delivery"], "address": "示范市样例区新路 9 号 1 单元"}
    client = signed_in(owner)
    assert client.get(address).status_code == 200
    wrong = client.post(address, {**told, "address": "短"})
    assert wrong.status_code == 200
    assert "短" in wrong.content.decode()
    assert not Promise.objects.open().filter(topic="applications.send_parcel").exists()
    assert client.post(address, told).status_code == 302
    assert client.post(address, told).status_code == 302
    assert Promise.objects.open().filter(topic="applications.send_parcel").count() == 1
    row.submission.refresh_from_db()
    assert row.submission.answers["delivery"]["address"] == told["address"]
    assert "快递被退回" not in page_of(row, owner)
    assert "已签收" in page_of(later(row), owner)


def test_a_returned_parcel_can_stay_at_the_window(owner: Person) -> None:
    row = bounced(owner)
    address = reverse("applications:send_again", args=[row.submission.reference])
    assert signed_in(owner).post(address, {"method": "pickup"}).status_code == 302
    page = page_of(row, owner)
    assert "请到窗口领取新证件" in page
    assert "快递被退回" not in page
    assert not Promise.objects.open().filter(topic="applications.send_parcel").exists()
    services.collect(row.pk, acting=cases.officer(row.authority, code="W1"))
    assert "已领取" in page_of(row, owner)


def test_a_parcel_that_did_not_come_back_is_not_sent_twice(owner: Person) -> None:
    SimulatedCourier.ledger.arm("down", 1_000)
    row = made(owner)
    assert row.status == "ready"
    assert "正在交给快递" in page_of(row, owner)
    before = set(Promise.objects.values_list("pk", flat=True))
    address = reverse("applications:send_again", args=[row.submission.reference])
    assert signed_in(owner).post(address, row.submission.answers["delivery"]).status_code == 302
    assert set(Promise.objects.values_list("pk", flat=True)) == before


def test_the_list_shows_forms_and_the_draft(owner: Person) -> None:
    row = cases.filed(owner)[0]
    client = signed_in(owner)
    page = client.get(reverse("applications:list")).content.decode()
    assert reverse("applications:track", args=[row.submission.reference]) in page
    assert owner.user is not None
    draft = services.start(owner.user, owner)
    assert reverse("applications:tasks", args=[draft.pk]) in client.get(reverse("applications:list")).content.decode()


def test_more_documents_do_not_mean_more_queries(owner: Person) -> None:
    row = cases.filed(owner, SEVERAL)[0]
    client, address = signed_in(owner), reverse("applications:track", args=[row.submission.reference])
    client.get(address)
    with CaptureQueriesContext(connection) as spent:
        client.get(address)
    statements = [one["sql"] for one in spent.captured_queries]
    assert len(statements) <= 10, "\n".join(statements)


@pytest.mark.parametrize(("reason", "said"), [("lost", "旧证件已经报失作废"), ("damaged", "旧证件继续有效")])
def test_what_cannot_be_made_says_what_the_old_document_is_worth(owner: Person, reason: str, said: str) -> None:
    (row,) = cases.paid(owner, cases.officer("310000"), {"PASSPORT": reason})
    supervisor = cases.officer("310000", role="supervisor", code="D009")
    services.declare_unproducible(row.pk, acting=supervisor, note="空白证用完")
    words_shown = page_of(row, owner)
    assert said in words_shown
    assert ("继续有效" in words_shown) == (reason == "damaged")
