"""The citizens' pages: without an account by phone and code, signed in, by the link; the officers' by card and code."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import PhoneCode, ServicePoint
from portal.appointments import booking, slots
from portal.appointments.models import Booking, Slot, Visitor, WindowCase
from portal.common import clock
from portal.common.models import AuditEntry, Event
from tests.appointments.test_sheets import told
from tests.factories import accounts, bookings, cases, points
from tests.hostile.windows import TOLD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.set_to(bookings.MONDAY):
        yield


def text(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(f"appointments:{name}", args=args), query)
    assert answer.status_code == 200, answer.headers
    return answer.content.decode()


def test_points_of_a_city_with_their_hours_today(hall: ServicePoint, client: Client) -> None:
    bookings.hall(authority="420100", name="武汉的大厅")
    page = text(client, "points", city=hall.authority_id)
    assert "样例大厅" in page
    assert "09:00–12:00（日常）" in page
    assert "武汉的大厅" not in page
    assert "样例大厅" not in text(client, "points")


def test_english_readers_get_the_english_name(hall: ServicePoint, client: Client) -> None:
    client.post("/i18n/setlang/", {"language": "en"})
    assert "Sample Hall" in text(client, "point", hall.pk)


def test_from_the_list_of_days_to_a_booking_without_an_account(hall: ServicePoint, client: Client) -> None:
    page = text(client, "point", hall.pk, day="2026-11-24")
    found = re.search(r'href="(/window/point/[^"]+\?slot=[^"]+)"', page)
    assert found
    book = found[1]
    asked = client.get(book)
    assert asked.status_code == 302
    sent = client.post(asked.url, {"phone": bookings.PHONE})
    assert client.post(sent.url, {"code": "000000"}).status_code == 200
    assert not Visitor.objects.exists()
    code = PhoneCode.objects.get(ended_at=None).code
    onward = client.post(sent.url, {"code": code})
    assert onward.url == book
    assert "公民身份号码" in client.get(book).content.decode()
    done = client.post(book, {"matter": "document", "name": bookings.NAME, "citizen_number": ""})
    row = Booking.objects.get()
    assert done.url == reverse("appointments:booking", args=[row.reference])
    shown = client.get(done.url).content.decode()
    assert "约好了" in shown
    assert bookings.NAME not in shown
    image = client.get(reverse("appointments:code_image", args=[row.reference]))
    assert image.headers["Content-Type"] == "image/svg+xml"


def test_wrong_entries_book_nothing_and_keep_what_was_typed(hall: ServicePoint, client: Client) -> None:
    accounts.sign_in(client, accounts.signed_up(bookings.PHONE))
    book = f"{reverse('appointments:book', args=[hall.pk])}?slot={bookings.slot(hall).pk}"
    typed = {"matter": "document", "name": "王样例", "citizen_number": "110105194912310021"}
    page = client.post(book, typed).content.decode()
    assert "错误：" in page
    assert "王样例" in page
    assert not Booking.objects.exists()
    assert Slot.objects.filter(sold__gt=0).count() == 0


def test_the_phone_is_proven_for_an_hour(hall: ServicePoint, client: Client) -> None:
    session = client.session
    session["appointments_visitor"] = str(bookings.visitor().pk)
    session.save()
    book = f"{reverse('appointments:book', args=[hall.pk])}?slot={bookings.slot(hall, place=8).pk}"
    assert client.get(book).status_code == 200
    with clock.set_to(bookings.MONDAY + slots.LENGTH * 3):
        assert client.get(book).status_code == 302


def test_what_was_answered_before_travels_along_when_ticked(hall: ServicePoint, client: Client) -> None:
    told(client)
    accounts.sign_in(client, accounts.signed_up(bookings.PHONE))
    for place, bring in ((0, {}), (7, {"bring": "on"})):
        book = f"{reverse('appointments:book', args=[hall.pk])}?slot={bookings.slot(hall, place=place).pk}"
        assert client.post(book, {"matter": "document", "name": bookings.NAME, **bring}).status_code == 302
    case = WindowCase.objects.get()
    assert [want["kind"] for want in case.told["wants"]] == ["PASSPORT"]
    page = text(client, "booking_sheet", case.booking.reference)
    assert "居民身份证" in page
    assert "样例大厅" in page


@pytest.mark.parametrize(
    "asked",
    [
        {"requests": {"PASSPORT": {"reason": "expiring", "statement": ""}}},
        {"requests": {}, "endorsements": {"HK": {"letter": "L", "option": "3m1"}}},
    ],
)
def test_an_open_form_travels_along_with_everything_filled_in(
    hall: ServicePoint, client: Client, asked: dict[str, Any]
) -> None:
    person = cases.person()
    cases.draft(person, pictures=False, **asked)
    accounts.sign_in(client, person)
    book = f"{reverse('appointments:book', args=[hall.pk])}?slot={bookings.slot(hall).pk}"
    assert client.post(book, {"matter": "document", "bring": "on"}).status_code == 302
    case = WindowCase.objects.get()
    assert case.told["answers"]["personal"]["address"] == cases.ADDRESS
    assert (case.name, case.citizen_number) == (person.name, person.citizen_number)


def test_moving_and_cancelling_by_the_link_alone(hall: ServicePoint) -> None:
    row, stranger = bookings.booked(hall), Client()
    target = bookings.slot(hall, place=7)
    move = reverse("appointments:move", args=[row.reference])
    assert str(target.pk) in stranger.get(move, {"day": "2026-11-24"}).content.decode()
    for wrong in ("", "x", str(row.pk)):
        assert stranger.post(move, {"slot": wrong}).status_code == 409
    assert stranger.post(move, {"slot": str(target.pk)}).status_code == 302
    row.refresh_from_db()
    assert row.slot_id == target.pk
    cancel = reverse("appointments:cancel", args=[row.reference])
    assert stranger.get(cancel).status_code == 200
    assert Booking.objects.get().status == "booked"
    assert stranger.post(cancel).status_code == 302
    assert stranger.post(cancel).status_code == 409
    assert Booking.objects.get().status == "cancelled"


def test_a_closed_point_and_a_place_of_another_point_cannot_be_booked(hall: ServicePoint, client: Client) -> None:
    accounts.sign_in(client, accounts.signed_up(bookings.PHONE))
    other = bookings.hall(name="另一个大厅")
    book = f"{reverse('appointments:book', args=[hall.pk])}?slot={bookings.slot(other).pk}"
    assert client.post(book, {"matter": "document", "name": "王样例"}).url == reverse(
        "appointments:point", args=[hall.pk]
    )
    ServicePoint.objects.filter(pk=hall.pk).update(closed_on=clock.today())
    assert client.get(reverse("appointments:point", args=[hall.pk])).status_code == 404
    assert not Booking.objects.exists()


def test_the_counter_works_by_card_and_by_code(hall: ServicePoint, client: Client) -> None:
    first = bookings.booked(hall)
    second = bookings.booked(hall, bookings.holder("13922220000", name="王样例", number=""))
    accounts.sign_in(client, accounts.official())
    page = text(client, "counter")
    assert "李**" in page
    assert bookings.NAME not in page
    card = client.post(reverse("appointments:check_in", args=[hall.pk]), {"card-citizen_number": bookings.NUMBER})
    assert card.status_code == 302
    arrive = reverse("appointments:arrive", args=[second.reference])
    assert client.get(arrive).status_code == 200
    assert Booking.objects.get(pk=second.pk).arrived_at is None
    client.post(arrive)
    for row in (first, second):
        row.refresh_from_db()
        assert row.status == "arrived"
    client.post(reverse("appointments:act", args=[first.pk, "call"]))
    opened = client.post(reverse("appointments:case", args=[first.pk]))
    assert opened.url == reverse("admin:appointments_windowcase_change", args=[WindowCase.objects.get().pk])
    client.post(reverse("appointments:act", args=[first.pk, "finish"]))
    assert Booking.objects.get(pk=first.pk).status == "finished"
    assert client.post(reverse("appointments:act", args=[first.pk, "cancel"])).status_code == 404


def test_the_code_of_a_booking_starts_no_clock_for_the_citizen(hall: ServicePoint) -> None:
    row, citizen = bookings.booked(hall), Client()
    accounts.sign_in(citizen, accounts.signed_up("13922220000"))
    before = Event.objects.count()
    for client in (Client(), citizen):
        assert client.post(reverse("appointments:arrive", args=[row.reference])).status_code in {302, 403}
    row.refresh_from_db()
    assert (row.status, Event.objects.count()) == ("booked", before)


def test_a_card_nobody_booked_with_is_told_at_the_field(hall: ServicePoint, client: Client) -> None:
    accounts.sign_in(client, accounts.official())
    answer = client.post(reverse("appointments:check_in", args=[hall.pk]), {"card-citizen_number": bookings.NUMBER})
    assert answer.status_code == 409
    assert "今天在这里没有预约" in answer.content.decode()
    walk = {"walk-name": "王样例", "walk-citizen_number": bookings.NUMBER, "walk-matter": "document"}
    assert client.post(reverse("appointments:walk_in", args=[hall.pk]), walk).status_code == 302
    assert Booking.objects.get().status == "arrived"


def test_a_prepared_case_is_taken_in_through_the_admin(hall: ServicePoint, client: Client) -> None:
    row = bookings.booked(hall, told=TOLD)
    case = WindowCase.objects.get()
    accounts.sign_in(client, accounts.official())
    shown = client.get(reverse("admin:appointments_windowcase_change", args=[case.pk])).content.decode()
    assert "普通护照，首次申领" in shown
    assert "以前没有办过" in shown or "首次" in shown
    assert bookings.NUMBER not in shown
    take = reverse("admin:appointments_windowcase_do", args=[case.pk, "take"])
    typed = {"name": bookings.NAME, "citizen_number": bookings.NUMBER, "hukou_code": "420100", "materials": ["photo"]}
    assert bookings.NUMBER in client.get(take).content.decode()
    assert AuditEntry.objects.filter(action="data.unmasked").count() == 1
    assert client.post(take, typed).status_code == 409
    assert WindowCase.objects.get().status == "prepared"
    assert client.post(take, {**typed, "materials": ["photo", "identity_card"]}).status_code == 302
    case.refresh_from_db()
    assert (case.status, case.hukou_code, case.fee_fen) == ("taken", "420100", 12000)
    done = reverse("admin:appointments_windowcase_do", args=[case.pk, "complete"])
    assert client.post(done, {"note": "已交给制证", "version": case.event_seq}).status_code == 302
    assert WindowCase.objects.get().status == "completed"
    assert booking.find(row.reference) is not None


def test_a_resident_of_taiwan_is_taken_in_at_the_counter_without_a_household(
    hall: ServicePoint, client: Client
) -> None:
    bookings.booked(hall, told={**TOLD, "facts": {**TOLD["facts"], "hukou_code": ""}})
    case = WindowCase.objects.get()
    accounts.sign_in(client, accounts.official())
    take = reverse("admin:appointments_windowcase_do", args=[case.pk, "take"])
    typed = {"name": "陈样本", "citizen_number": "", "hukou_code": "none", "materials": ["photo", "identity_card"]}
    numberless = client.post(take, {**typed, "hukou_code": "330100"})
    assert "公民身份号码" in str(numberless.context["form"].errors["citizen_number"])
    assert WindowCase.objects.get().status == "prepared"
    assert client.post(take, typed).status_code == 302
    case.refresh_from_db()
    assert (case.status, case.hukou_code, case.citizen_number) == ("taken", "", "")
    assert case.due_on == date(2026, 12, 2)


def test_a_supervisor_widens_the_hours_and_the_places_follow(hall: ServicePoint, client: Client) -> None:
    points.hours(hall, 5, kind=points.WEEKEND)
    supervisor = accounts.official("supervisor")
    accounts.sign_in(client, supervisor)
    page = reverse("admin:accounts_servicepoint_change", args=[hall.pk])
    assert client.get(page).status_code == 200
    fields = {
        "name": "样例大厅",
        "name_en": "Sample Hall",
        "address": "x",
        "address_en": "x",
        "opened_on": "2026-01-01",
    }
    hours = {"hours-TOTAL_FORMS": "6", "hours-INITIAL_FORMS": "6"}
    for number, row in enumerate(hall.hours.order_by("weekday")):
        hours |= {
            f"hours-{number}-id": str(row.pk),
            f"hours-{number}-point": str(hall.pk),
            f"hours-{number}-weekday": str(row.weekday),
            f"hours-{number}-kind": row.kind,
            f"hours-{number}-opens_at": "09:00",
            f"hours-{number}-closes_at": "12:00",
            f"hours-{number}-places": "9",
            f"hours-{number}-effective_from": "2026-01-01",
        }
    answer = client.post(page, {**fields, **hours})
    assert answer.status_code == 302, answer.content.decode()
    # Thirteen days of six half hours: two working weeks, a Monday and two Saturdays.
    assert list(Slot.objects.values_list("capacity", flat=True)) == [9] * 13 * 6
    assert AuditEntry.objects.filter(action="service_point.saved").count() == 1


def test_an_officer_changes_no_hours(hall: ServicePoint, client: Client) -> None:
    accounts.sign_in(client, accounts.official())
    page = reverse("admin:accounts_servicepoint_change", args=[hall.pk])
    assert client.get(page).status_code == 200
    before = list(hall.hours.values_list())
    assert client.post(page, {"name": "别的名字"}).status_code == 403
    assert list(hall.hours.values_list()) == before
