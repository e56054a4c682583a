"""What the holder of a permit reads of an endorsement: written on the card, never made, mailed or fetched by itself."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from applications import casework, fulfilment, services
from applications.gateways.courier.simulator import SimulatedCourier
from applications.models import Application, Submission
from applications.redelivery import redeliver
from applications.tracking import TrackedForm, look_up, track
from applications.tracking.case import Case
from portal.accounts.models import Person
from portal.common import clock
from portal.common.acting import Acting
from portal.common.models import Event
from portal.common.unmet import Refused
from tests.factories import cases
from tests.factories.payments import keep
from tests.factories.work import run_for

pytestmark = pytest.mark.django_db

TRIP = {"MO": {"letter": "L", "option": "3m1"}}
WRITE = "带通行证到出入境窗口或自助签注设备写入"


@pytest.fixture
def holder() -> Person:
    cases.ground()
    return cases.person("赵测试", phone="13900000007")


@pytest.fixture
def officer(holder: Person) -> Acting:
    return cases.officer(holder.hukou_code)


def tracked(row: Application) -> TrackedForm:
    return track([Submission.objects.get(pk=row.submission_id)])[0]


def macao(form: TrackedForm) -> Case:
    return next(case for case in form.cases if case.row.destination == "MO")


def alone(holder: Person, officer: Acting) -> Application:
    [row] = cases.paid(holder, officer, requests={}, endorsements=TRIP, delivery={})
    run_for(6)
    return row


def with_permit(holder: Person, officer: Acting, method: str, **asked: object) -> list[Application]:
    delivery = {**cases.ANSWERS["delivery"], "method": method, "recipient": holder.name}
    return cases.paid(holder, officer, {"HKM_PERMIT": "damaged"}, endorsements=TRIP, delivery=delivery, **asked)


def keep_after(minutes: int, *topics: str) -> None:
    with clock.set_to(clock.now() + timedelta(minutes=minutes)):
        for topic in topics:
            keep(topic)


def test_alone_it_is_brought_to_the_card_and_nothing_is_fetched_or_mailed(holder: Person, officer: Acting) -> None:
    form = tracked(alone(holder, officer))
    case = macao(form)
    assert form.turn.is_you
    assert form.turn.title == "请把签注写到通行证上"
    assert WRITE in form.turn.text
    assert (case.tag, case.asks) == ("签注已签发", "written")
    assert [row["text"] for row in form.delivery] == [f"不用寄：签发后{WRITE}"]
    assert [step.text for step in case.way() if step.title == "签注已签发"] == [WRITE]
    services.collect(case.row.pk, acting=officer)
    done = macao(tracked(case.row))
    assert (done.tag, done.end) == ("已写在通行证上", "请核对前往地、次数和有效期，有误请拨打 12367。")
    assert [row["text"] for row in tracked(case.row).delivery] == ["写在您手里的通行证上，不用寄"]


def test_before_that_nothing_about_a_new_document_is_said(holder: Person) -> None:
    [row] = cases.filed(holder, requests={}, endorsements=TRIP, delivery={})
    ahead = [str(step.title) for step in macao(tracked(row)).way() if step.state == "next"]
    assert ahead == ["缴费", "签发签注", "写在通行证上", "拿到签注"]
    assert str(macao(tracked(row)).short_way()[-1].title) == "签发和写入"


def test_while_the_parcel_is_pending_it_goes_with_the_permit(holder: Person, officer: Acting) -> None:
    rows = with_permit(holder, officer, "courier")
    assert macao(tracked(rows[0])).now.line == "通行证制好时一起写入，您不用做什么"  # type: ignore[union-attr]
    keep_after(0, fulfilment.PRODUCTION_TOPIC)
    keep_after(10, fulfilment.POLL_PRODUCTION_TOPIC)
    form = tracked(rows[0])
    case = macao(form)
    assert case.now is not None
    assert (case.now.who, case.now.line) == ("courier", "写在新通行证上，正在交给快递")
    assert not form.turn.is_you
    assert "写在新通行证上，和它一起给您" in [step.text for step in case.way()]
    keep_after(10, fulfilment.SEND_TOPIC)
    assert macao(tracked(rows[0])).row.status == "mailed"


def test_a_parcel_that_came_back_brings_both_and_takes_both(holder: Person, officer: Acting) -> None:
    SimulatedCourier.ledger.arm("bounce")
    rows = with_permit(holder, officer, "courier")
    run_for(60)
    form = tracked(rows[0])
    assert [case.tag for case in form.cases] == ["快递退回", "快递退回"]
    assert (form.turn.title, form.also) == ("快递被退回", ())
    assert form.turn.text.startswith("港澳通行证、澳门签注没有送到")
    told = {**form.submission.answers["delivery"], "address": cases.ADDRESS}
    redeliver(form.submission.pk, acting=holder.acting, delivery=told)
    assert [case.is_your_turn for case in tracked(rows[0]).cases] == [False, False]
    run_for(60)
    assert {case.row.status for case in tracked(rows[0]).cases} == {"delivered"}


def test_at_the_window_both_are_fetched_together(holder: Person, officer: Acting) -> None:
    rows = with_permit(holder, officer, "pickup")
    run_for(60)
    form = tracked(rows[0])
    assert [case.tag for case in form.cases] == ["请到窗口领取", "请到窗口领取"]
    assert (form.turn.title, form.also) == ("请到窗口领取新证件", ())
    assert form.turn.text.startswith("港澳通行证、澳门签注做好了")


def test_one_issued_while_its_permit_is_in_the_post_waits_for_it(holder: Person, officer: Acting) -> None:
    rows = {row.destination: row for row in cases.filed(holder, {"HKM_PERMIT": "damaged"}, endorsements=TRIP)}
    for row in rows.values():
        services.claim(row.pk, acting=officer)
    services.approve(rows[""].pk, acting=officer)
    cases.pay(rows[""].submission_id, holder)
    services.approve(rows["MO"].pk, acting=officer)
    keep_after(0, fulfilment.PRODUCTION_TOPIC)
    keep_after(10, fulfilment.POLL_PRODUCTION_TOPIC, fulfilment.SEND_TOPIC)
    cases.pay(rows[""].submission_id, holder)
    keep_after(10, fulfilment.PRODUCTION_TOPIC)
    case = macao(tracked(rows[""]))
    assert [one.row.status for one in tracked(rows[""]).cases] == ["mailed", "ready"]
    assert case.now is not None
    assert (case.now.who, case.asks) == ("courier", "")
    # The official has no card to write it on yet.
    events = Event.objects.count()
    with pytest.raises(Refused, match="permit_away"):
        services.collect(rows["MO"].pk, acting=officer)
    assert Event.objects.count() == events
    keep_after(30, fulfilment.POLL_PARCEL_TOPIC)
    assert macao(tracked(rows[""])).asks == "written"
    assert services.collect(rows["MO"].pk, acting=officer).status == "delivered"


def test_it_is_not_written_on_a_card_that_has_ended(holder: Person, officer: Acting) -> None:
    row = alone(holder, officer)
    cases.filed(holder, {"HKM_PERMIT": "lost"}, endorsements={})
    events = Event.objects.count()
    with pytest.raises(Refused, match="card_ended"):
        services.collect(row.pk, acting=officer)
    assert Event.objects.count() == events
    assert Application.objects.get(pk=row.pk).status == "ready"


def refuse(rows: list[Application], holder: Person, officer: Acting) -> None:
    services.claim(rows[0].pk, acting=officer)
    services.refuse(rows[0].pk, acting=officer, code="HKM", note="不符合规定的事由")


def withdraw(rows: list[Application], holder: Person, officer: Acting) -> None:
    services.withdraw(rows[0].pk, acting=holder.acting)


def fail(rows: list[Application], holder: Person, officer: Acting) -> None:
    supervisor = cases.officer(holder.hukou_code, role="supervisor")
    pay(rows, holder, officer)
    casework.declare_unproducible(rows[0].pk, acting=supervisor, note="卡体缺货。")


def stop(rows: list[Application], holder: Person, officer: Acting) -> None:
    supervisor = cases.officer(holder.hukou_code, role="supervisor")
    pay(rows, holder, officer)
    casework.declare_unproducible(rows[1].pk, acting=supervisor, note="设备停用。")


def pay(rows: list[Application], holder: Person, officer: Acting) -> None:
    for row in rows:
        services.claim(row.pk, acting=officer)
        services.approve(row.pk, acting=officer)
    cases.pay(rows[0].submission_id, holder)


@pytest.mark.parametrize(
    ("act", "tag", "end"),
    [
        (refuse, "不予批准", "不符合往来港澳的规定事由，或者编造情况、提供假证明。"),
        (withdraw, "随通行证结束", "同一张表里的通行证没有办成，签注随它结束，没有收费。"),
        (fail, "无法签发，费用退回", "同一张表里的通行证没有办成，签注随它结束，费用原路退回。"),
        (stop, "无法签发，费用退回", "签注没有签发，费用原路退回。需要时可以重新申请。"),
    ],
)
def test_how_it_ends_is_said_of_an_endorsement(
    holder: Person, officer: Acting, act: object, tag: str, end: str
) -> None:
    rows = cases.filed(holder, {"HKM_PERMIT": "damaged"}, endorsements=TRIP)
    act(rows, holder, officer)  # type: ignore[operator]
    case = macao(tracked(rows[0]))
    assert (case.tag, case.end) == (tag, end)
    assert "旧证件" not in "".join(f"{step.title}{step.text}" for step in case.way())


def test_without_a_card_it_ends_and_says_so(holder: Person, officer: Acting) -> None:
    [row] = cases.paid(holder, officer, requests={}, endorsements=TRIP)
    cases.filed(holder, {"HKM_PERMIT": "lost"}, endorsements={})
    run_for(6)
    assert macao(tracked(row)).end.startswith("没有能写签注的有效通行证。费用原路退回")


def test_the_look_up_names_it_apart_from_its_permit(holder: Person) -> None:
    rows = cases.filed(holder, {"HKM_PERMIT": "damaged"}, endorsements=TRIP)
    shown = look_up(rows[0].submission.reference, holder.citizen_number[-4:])
    assert [state.title for state in shown] == ["往来港澳通行证", "澳门签注"]


def test_a_form_for_endorsements_alone_does_not_ask_how_to_hand_over(holder: Person, client: Client) -> None:
    form = cases.draft(holder, requests={}, endorsements=TRIP, delivery={})
    assert holder.user is not None
    client.force_login(holder.user)
    assert "delivery" not in {item.page.slug for item in cases.survey(form)}
    page = reverse("applications:page", args=[form.pk, "delivery"])
    assert client.get(page)["Location"] == reverse("applications:tasks", args=[form.pk])
    checked = client.get(reverse("applications:check", args=[form.pk])).content.decode()
    assert f"澳门签注写在您手里的通行证上，不用寄：签发后{WRITE}。" in checked
    assert "邮费到付" not in checked
    assert "旧证件" not in checked
    answer = client.post(reverse("applications:check", args=[form.pk]), {"agreed": "on"}, follow=True)
    shown = answer.content.decode()
    assert Application.objects.filter(submission=form, status="accepted").count() == 1
    assert WRITE in shown
    assert "快递" not in shown
    assert "制证" not in shown


@pytest.mark.parametrize(
    ("kind", "said"),
    [("HKM_PERMIT", "澳门签注写在新通行证上，和它一起给您。"), ("PASSPORT", "澳门签注写在您手里的通行证上，不用寄")],
)
def test_beside_a_document_the_page_says_where_the_endorsement_goes(client: Client, kind: str, said: str) -> None:
    cases.ground()
    holder = cases.person("赵测试", phone="13900000007")
    form = cases.draft(holder, {kind: "damaged"}, endorsements=TRIP, pictures=False)
    assert holder.user is not None
    client.force_login(holder.user)
    assert said in client.get(reverse("applications:page", args=[form.pk, "delivery"])).content.decode()
