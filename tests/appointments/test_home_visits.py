"""Visits at home: asked for by anybody with a proven phone, triaged by officers, made; sealed and told."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.services import NoLeave
from portal.appointments import counter, home_visits, waiting
from portal.appointments.holders import acting_by_link, of_user
from portal.appointments.home_visits import Request
from portal.appointments.models import Booking, HomeVisit, WindowCase
from portal.common import audit, clock, outbox, workdays
from portal.common.models import AuditEntry, Event, Promise
from portal.common.simulation import Ledger
from portal.common.unmet import Refused
from portal.notifications.models import Message
from tests.factories import accounts, bookings, cases, helping

pytestmark = pytest.mark.django_db

ADDRESS = "示范市虚构路 7 号 301"
WEDNESDAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    workdays.load(2026)
    accounts.office_of()
    with clock.set_to(bookings.MONDAY):
        yield


def request(**changes: str) -> Request:
    fields = {
        "name": bookings.NAME,
        "phone": bookings.PHONE,
        "address": ADDRESS,
        "reason": "illness",
        "details": "上午有人陪同",
        "authority": accounts.HANGZHOU,
    }
    return Request(**{**fields, **changes})


def asked() -> HomeVisit:
    return home_visits.ask(request(), holder=bookings.holder())


def written() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (HomeVisit, Event, AuditEntry, Promise, Message))


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in refused.value.unmet]


def texts(word: str) -> list[str]:
    return [body for entry in Ledger("sms").entries() if word in (body := str(entry.body["body"]))]


def test_a_visit_is_asked_for_agreed_moved_and_made() -> None:
    bookings.hall()
    row, officer = asked(), accounts.official().acting
    row = home_visits.accept(row, on=WEDNESDAY, acting=officer)
    outbox.run_due()
    row = home_visits.accept(row, on=WEDNESDAY + timedelta(days=1), acting=officer)
    assert (row.status, row.visit_on) == ("accepted", date(2026, 11, 26))
    row = home_visits.visited(row, acting=officer)
    assert row.status == "visited"
    outbox.run_due()
    assert len(texts("上门申请已收到")) == len(texts("11月25日")) == len(texts("11月26日")) == 1
    assert list(audit.verify()) == []


def test_at_somebodys_home_the_form_opens_like_at_a_counter(client: Client) -> None:
    cases.ground()
    hall, officer = bookings.hall(), accounts.official()
    row = home_visits.accept(asked(), on=WEDNESDAY, acting=officer.acting)
    accounts.sign_in(client, officer)
    page = reverse("admin:appointments_homevisit_do", args=[row.pk, "visit"])
    answer = client.post(page, {"note": "已到家里", "version": row.event_seq})
    place = Booking.objects.get()
    assert (place.status, place.matter, place.point, place.name) == ("called", "home", hall, bookings.NAME)
    assert answer.headers["Location"] == reverse("appointments:intake", args=[place.pk])
    shown = client.get(answer.headers["Location"]).content.decode()
    assert "我已核对" in shown
    record = accounts.record("韩无证")
    sent = {"name": record.name, "citizen_number": record.citizen_number, "checked": "on"}
    assert client.post(answer.headers["Location"], sent).status_code == 302
    assert WindowCase.objects.get(booking=place).submission is not None
    # Nobody waited in a hall: the figures of the hall stay as they are.
    counter.act(place, "finish", acting=officer.acting)
    assert [share.finished for share in waiting.shares([hall])] == [0]


def test_a_visit_without_a_point_to_take_in_at_is_not_made() -> None:
    row, officer = asked(), accounts.official().acting
    row = home_visits.accept(row, on=WEDNESDAY, acting=officer)
    before = written()
    with pytest.raises(Refused) as refused:
        home_visits.visited(row, acting=officer)
    assert codes(refused) == ["visit.point"]
    row.refresh_from_db()
    assert (row.status, written(), Booking.objects.count()) == ("accepted", before, 0)


def test_a_refusal_needs_a_reason_and_is_told() -> None:
    row, officer = asked(), accounts.official().acting
    before = written()
    with pytest.raises(Refused) as refused:
        home_visits.refuse(row, note="", acting=officer)
    assert codes(refused) == ["note"]
    assert written() == before
    assert home_visits.refuse(row, note="可以由家人陪同到窗口", acting=officer).status == "refused"
    outbox.run_due()
    assert len(texts("不能上门办理")) == 1


@pytest.mark.parametrize("on", [date(2026, 11, 23), date(2026, 11, 20), date(2026, 10, 1)])
def test_a_visit_is_not_agreed_for_today_the_past_or_a_holiday(on: date) -> None:
    row, officer = asked(), accounts.official().acting
    before = written()
    with pytest.raises(Refused) as refused:
        home_visits.accept(row, on=on, acting=officer)
    assert codes(refused) == ["visit.day"]
    assert written() == before


def test_an_officer_of_another_city_decides_nothing() -> None:
    row, stranger = asked(), accounts.official(authority="420100").acting
    before = written()
    with pytest.raises(Refused) as refused:
        home_visits.accept(row, on=WEDNESDAY, acting=stranger)
    assert codes(refused) == ["jurisdiction"]
    assert written() == before


def test_one_person_has_one_open_request_and_may_take_it_back() -> None:
    row = asked()
    before = written()
    with pytest.raises(Refused) as refused:
        home_visits.ask(request(), holder=bookings.holder_again())
    assert codes(refused) == ["visit.twice"]
    assert written() == before
    assert home_visits.withdraw(row, acting=acting_by_link(row, None)).status == "withdrawn"
    assert home_visits.ask(request(), holder=bookings.holder_again()).status == "asked"


def test_a_helper_whose_leave_has_ended_takes_no_request_back() -> None:
    older, helper = accounts.proven(helping.OLDER), accounts.proven(helping.HELPER)
    given = helping.authorised(older, helper)
    assert helper.user is not None
    row = home_visits.ask(request(), holder=of_user(helper.user, older))
    type(given).objects.filter(pk=given.pk).update(status="revoked")
    before = written()
    for user in (None, helper.user):
        with pytest.raises(NoLeave):
            home_visits.withdraw(row, acting=acting_by_link(row, user))
    assert (written(), HomeVisit.objects.get().status) == (before, "asked")
    assert home_visits.withdraw(row, acting=acting_by_link(row, older.user)).status == "withdrawn"


def test_an_unknown_reason_or_city_is_refused() -> None:
    holder = bookings.holder()
    before = written()
    with pytest.raises(Refused) as refused:
        home_visits.ask(request(reason="bored", authority="999999"), holder=holder)
    assert codes(refused) == ["visit.reason", "visit.city"]
    assert written() == before


def test_address_name_and_details_lie_sealed() -> None:
    asked()
    raw = str(list(HomeVisit.objects.values_list())) + str(list(AuditEntry.objects.values_list()))
    for hidden in (ADDRESS, bookings.NAME, bookings.PHONE, "上午有人陪同"):
        assert hidden not in raw


def test_an_officer_agrees_on_a_day_in_the_admin_and_sees_the_address_for_a_purpose(client: Client) -> None:
    row = asked()
    accounts.sign_in(client, accounts.official())
    shown = client.get(reverse("admin:appointments_homevisit_change", args=[row.pk])).content.decode()
    assert ADDRESS not in shown
    unmask = reverse("admin:appointments_homevisit_unmask", args=[row.pk])
    assert ADDRESS not in client.post(unmask, {"purpose": ""}).content.decode()
    assert not AuditEntry.objects.filter(action="data.unmasked").exists()
    assert ADDRESS in client.post(unmask, {"purpose": "visit"}).content.decode()
    assert AuditEntry.objects.filter(action="data.unmasked").count() == 1
    page = reverse("admin:appointments_homevisit_do", args=[row.pk, "accept"])
    day = {"visit_on_year": "2026", "visit_on_month": "11", "visit_on_day": "25", "version": "0"}
    assert client.post(page, day).status_code == 409
    assert client.post(page, {**day, "version": str(row.event_seq)}).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.visit_on) == ("accepted", WEDNESDAY)
