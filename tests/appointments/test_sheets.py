"""The one-trip sheet: page, PDF, link by text message; from the checker, from a booking, kept and forgotten."""

import re
import zlib
from base64 import a85decode
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from applications.services import asked_in_checker
from portal.accounts.models import ServicePoint
from portal.appointments import pdf, qr, sheets
from portal.appointments.models import Sheet
from portal.common import clock, outbox
from portal.common.models import Promise
from portal.common.simulation import Ledger
from tests.factories import bookings, cases
from tests.hostile.windows import TOLD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.set_to(bookings.MONDAY):
        yield


def told(client: Client) -> None:
    """Answer the checker as somebody who never had a passport: that is a matter for a window."""
    answers = {
        "city": {"answer": "杭州"},
        "age": {"answer": "yes"},
        "kinds": {"answer": ["PASSPORT"]},
        "held-passport": {"answer": "never"},
    }
    page = client.get(reverse("applications:checker"))
    for _ in range(20):
        address = page.headers.get("Location", "")
        if address.endswith("/result/"):
            return
        slug = address.rstrip("/").rpartition("/")[2]
        page = client.post(address, answers.get(slug) or {"answer": next_answer(client, address)})
    raise AssertionError(address)


def next_answer(client: Client, address: str) -> str:
    """The first choice a question offers."""
    found = re.search(r'name="answer" value="([^"]+)"', client.get(address).content.decode())
    assert found, address
    return found[1]


def words(document: bytes) -> str:
    """What a PDF says: its streams opened, its Chinese read from UCS-2."""
    said = ""
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", document, re.DOTALL):
        data = zlib.decompress(a85decode(stream.strip().removesuffix(b"~>")))
        for literal in re.findall(rb"\((.*?)(?<!\\)\) Tj", data, re.DOTALL):
            plain = re.sub(rb"\\([0-7]{3})", lambda m: bytes([int(m[1], 8)]), literal)
            plain = re.sub(rb"\\(.)", rb"\1", plain, flags=re.DOTALL)
            said += plain.decode("utf-16-be", errors="replace")
    return said


def test_a_sheet_says_what_to_bring_what_is_free_the_fee_and_the_term(hall: ServicePoint) -> None:
    content = sheets.content(TOLD)
    lines = {section.title: [line.text for line in section.lines] for section in content.sections}
    assert lines == {
        "办什么": ["普通护照，首次申领"],
        "要带的": ["证件照片", "居民身份证"],
        "窗口免费提供": ["复印材料", "自助拍证件照", "填表和咨询"],
        "费用和时间": ["证件费：120 元", "办理时间：7 个工作日"],
    }


def test_the_sheet_of_a_booking_begins_with_time_and_place(hall: ServicePoint) -> None:
    first = sheets.content(TOLD, booking=bookings.booked(hall, told=TOLD)).sections[0]
    assert [line.text for line in first.lines] == ["11月23日（周一）09:00", "样例大厅"]


def test_the_sheet_of_a_hall_in_another_city_says_the_longer_term(hall: ServicePoint) -> None:
    away = {**TOLD, "facts": {**TOLD["facts"], "hukou_code": "420106"}}
    assert "办理时间：7 个工作日" in lines_of(sheets.content(away))
    assert "办理时间：20 日" in lines_of(sheets.content(away, booking=bookings.booked(hall, told=away)))
    at_home = {**TOLD, "facts": {**TOLD["facts"], "hukou_code": "330106"}}
    row = bookings.booked(hall, bookings.holder("13911110009", number=""), told=at_home)
    assert "办理时间：7 个工作日" in lines_of(sheets.content(at_home, booking=row))


def lines_of(content: sheets.Content) -> list[str]:
    return [line.text for section in content.sections for line in section.lines]


def test_any_answer_of_the_checker_becomes_a_sheet_and_a_pdf(hall: ServicePoint, client: Client) -> None:
    assert client.get(reverse("appointments:sheet")).headers["Location"] == reverse("applications:checker")
    told(client)
    page = client.get(reverse("appointments:sheet"))
    assert page.status_code == 200
    assert "居民身份证" in page.content.decode()
    file = client.get(reverse("appointments:sheet_pdf"))
    assert file.headers["Content-Type"] == "application/pdf"
    said = words(file.content)
    assert "普通护照，首次申领" in said
    assert "居民身份证" in said
    assert "120" in said
    assert "情况说明" not in said
    # The typeface is named, not fetched and not carried.
    assert b"STSong-Light" in file.content
    assert b"/FontFile" not in file.content


def test_a_pdf_escapes_what_it_prints() -> None:
    line = sheets.Line("<b>&", "<script>")
    said = words(pdf.render(sheets.Content("单", (sheets.Section("<i>", (line,)),))))
    assert "<b>&" in said
    assert "<script>" in said


def test_a_link_is_sent_to_a_phone_kept_for_sixty_days_and_names_nobody(hall: ServicePoint, client: Client) -> None:
    told(client)
    send = reverse("appointments:send_sheet")
    assert "链接已发到手机" in client.post(send, {"phone": bookings.PHONE}).content.decode()
    outbox.run_due()
    row = Sheet.objects.get()
    (text,) = [str(entry.body["body"]) for entry in Ledger("sms").entries()]
    link = reverse("appointments:kept_sheet", args=[row.reference])
    assert link in text
    assert "居民身份证" in Client().get(link).content.decode()
    assert Client().get(link + "pdf/").headers["Content-Type"] == "application/pdf"
    assert bookings.PHONE not in str(list(Sheet.objects.values_list())) + str(list(Promise.objects.values_list()))
    with clock.set_to(bookings.MONDAY + timedelta(days=61)):
        outbox.run_due()
    assert not Sheet.objects.exists()
    assert Client().get(link).status_code == 404


def test_a_phone_gets_three_links_a_day_and_a_wrong_one_none(hall: ServicePoint, client: Client) -> None:
    told(client)
    send = reverse("appointments:send_sheet")
    assert "手机号" in client.post(send, {"phone": "12345"}).content.decode()
    assert not Sheet.objects.exists()
    assert [client.post(send, {"phone": bookings.PHONE}).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert Sheet.objects.count() == 3


def test_the_answers_are_judged_on_the_day_they_are_read(hall: ServicePoint) -> None:
    assert asked_in_checker({"city": "330100"}, on=clock.today()) is None


def test_a_qr_code_needs_no_style_and_no_script() -> None:
    drawn = qr.draw("https://example.test/window/counter/arrive/abc/").decode()
    assert drawn.startswith("<?xml")
    assert 'viewBox="0 0 ' in drawn
    assert not re.search(r"<script|style=|<style|javascript:|href", drawn)


def test_the_sheet_of_an_older_resident_of_shandong_says_who_pays_for_the_mail() -> None:
    cases.ground()
    facts = {**TOLD["facts"], "born": "1954-04-04", "hukou_code": "370100"}
    older = sheets.content({**TOLD, "facts": facts})
    lines = {line.text: line.note for section in older.sections for line in section.lines}
    assert "山东省公安厅" in lines["邮寄到家：免邮费"]
    younger = sheets.content({**TOLD, "facts": {**facts, "born": "1990-01-01"}})
    assert "邮寄到家：免邮费" not in {line.text for section in younger.sections for line in section.lines}
