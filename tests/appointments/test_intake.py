"""The counter's page: identity, the whole form on one page, the receipt; nothing typed is lost, nothing half done."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from applications import services
from applications.models import Application, Submission
from photos.shots import TOPIC as INSPECTION_TOPIC
from portal.accounts.models import Officer, Person, ServicePoint
from portal.appointments import booking, counter
from portal.appointments.models import Booking, WindowCase
from portal.common import audit, clock
from portal.common.models import AuditEntry
from portal.common.unmet import Refused
from tests.factories import accounts, bookings, cases, counters

pytestmark = pytest.mark.django_db

NAME = "韩无证"
PAPERS = counters.PAPERS
TYPED: dict[str, Any] = {
    "kind_PASSPORT": "first",
    "name_surname": "HAN",
    "name_given": "WUZHENG",
    "personal_address": cases.ADDRESS,
    "personal_employer": "样例有限公司",
    "personal_identity": "other",
    "contact_phone": "138 0000 0001",
    "contact_emergency_name": "李样本",
    "contact_emergency_phone": "13800000002",
    "delivery_method": "pickup",
    "seen": ["photo", "identity_card"],
    "agreed": "on",
}


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with clock.set_to(bookings.MONDAY):
        yield


@pytest.fixture
def officer() -> Officer:
    return accounts.official()


@pytest.fixture
def desk(client: Client, officer: Officer) -> Client:
    accounts.sign_in(client, officer)
    return client


def arrived(hall: ServicePoint, officer: Officer, matter: str = "document") -> Booking:
    number = accounts.record(NAME).citizen_number
    return booking.walk_in(hall, name=NAME, citizen_number=number, matter=matter, acting=officer.acting)


def page_of(row: Booking) -> str:
    return reverse("appointments:intake", args=[row.pk])


def identified(desk: Client, row: Booking) -> str:
    sent = {"name": NAME, "citizen_number": row.citizen_number, "checked": "on"}
    answer = desk.post(page_of(row), sent)
    assert (answer.status_code, answer.url) == (302, page_of(row))
    return page_of(row)


def pictures() -> dict[str, SimpleUploadedFile]:
    return {
        "portrait": SimpleUploadedFile("a.jpg", cases.portrait(), "image/jpeg"),
        "signature": SimpleUploadedFile("b.jpg", cases.signature(), "image/jpeg"),
    }


def test_from_the_card_to_the_receipt(hall: ServicePoint, officer: Officer, desk: Client) -> None:
    row = arrived(hall, officer)
    assert page_of(row) in desk.get(reverse("appointments:counter")).content.decode()
    assert NAME in desk.get(page_of(row)).content.decode()
    page = identified(desk, row)
    assert "受理申请" in desk.get(page).content.decode()
    # The pictures are being inspected: the page says so, and keeps everything.
    first = desk.post(page, {**TYPED, **pictures()})
    assert (first.status_code, Application.objects.exists()) == (409, False)
    assert "正在检查" in first.content.decode()
    accounts.keep(INSPECTION_TOPIC)
    again = desk.get(page).content.decode()
    assert cases.ADDRESS in again
    assert "可以用" in again
    assert desk.post(page, TYPED).url == page
    receipt = desk.get(page).content.decode()
    (application,) = Application.objects.all()
    case = WindowCase.objects.get(booking=row)
    assert (case.status, case.submission_id, case.fee_fen) == ("handed_in", application.submission_id, 12000)
    reference = application.submission.reference
    for shown in ("受理回执", officer.name, application.receipt[:4], "120", reference):
        assert shown in receipt
    form = Submission.objects.get()
    assert (form.channel, form.authority, form.answers["contact"]["phone"]) == ("window", "330100", "13800000001")
    # Another press finds the receipt and files nothing.
    desk.post(page, TYPED)
    assert Application.objects.count() == 1
    opened = AuditEntry.objects.filter(action="counter.opened").get()
    assert opened.actor == f"officer:{officer.user_id} for {form.beneficiary_id}"
    assert list(audit.verify()) == []


def test_a_missing_paper_is_named_at_the_papers_and_nothing_is_filed(
    hall: ServicePoint, officer: Officer, desk: Client
) -> None:
    row = arrived(hall, officer)
    page = identified(desk, row)
    counters.opened(Person.objects.get(), officer.acting, {"PASSPORT": "first"})
    answer = desk.post(page, {**TYPED, "seen": ["photo"]})
    assert answer.status_code == 409
    assert "还缺材料：居民身份证。" in str(answer.context["form"].errors["seen"])
    refused = desk.post(page, {**TYPED, "agreed": "", "kind_PASSPORT": "expiring"})
    assert {"agreed", "kind_PASSPORT"} <= set(refused.context["form"].errors)
    assert not Application.objects.exists()
    assert WindowCase.objects.get().status == "prepared"


def test_nobody_is_identified_who_is_not_there_or_not_in_the_register(
    hall: ServicePoint, officer: Officer, desk: Client
) -> None:
    absent = bookings.booked(hall)
    with pytest.raises(Refused) as refused:
        counter.open_form(absent, name=NAME, citizen_number=absent.citizen_number, acting=officer.acting)
    assert [one.code for one in refused.value.unmet] == ["booking.absent"]
    row = arrived(hall, officer)
    unmatched = desk.post(page_of(row), {"name": "王不是", "citizen_number": row.citizen_number, "checked": "on"})
    assert "对不上" in str(unmatched.context["form"].errors["citizen_number"])
    unchecked = desk.post(page_of(row), {"name": NAME, "citizen_number": row.citizen_number})
    assert "checked" in unchecked.context["form"].errors
    assert not Person.objects.exists()
    assert not Submission.objects.exists()


def test_what_was_told_before_stands_on_the_page(hall: ServicePoint, officer: Officer, desk: Client) -> None:
    number = accounts.record(NAME).citizen_number
    told = {"facts": {}, "wants": [{"kind": "PASSPORT", "category": "first", "reason": ""}], "answers": {}}
    bookings.booked(hall, bookings.holder(name=NAME, number=number), told=told)
    row = counter.check_in(hall, number, acting=officer.acting)
    form = desk.get(identified(desk, row)).context["form"]
    assert form["kind_PASSPORT"].value() == "first"


def test_a_case_without_identity_is_not_handed_in(hall: ServicePoint, officer: Officer) -> None:
    row = arrived(hall, officer)
    case = counter.case_of(row, acting=officer.acting)
    person = counters.present(NAME, officer.acting)
    counters.opened(person, officer.acting, {"PASSPORT": "first"})
    before = AuditEntry.objects.count()
    with pytest.raises(Refused) as refused:
        counter.hand_in(case, known=services.gather(person), declared=cases.DECLARED, seen=(), acting=officer.acting)
    assert [one.code for one in refused.value.unmet] == ["identity"]
    assert (AuditEntry.objects.count(), Application.objects.exists()) == (before, False)


def test_a_form_filed_elsewhere_is_said_so_and_what_was_typed_stays(
    hall: ServicePoint, officer: Officer, desk: Client
) -> None:
    first, second = arrived(hall, officer), arrived(hall, officer, "other")
    page, other = identified(desk, first), identified(desk, second)
    form = counters.opened(Person.objects.get(), officer.acting, {"PASSPORT": "first"})
    assert desk.post(page, TYPED).url == page
    written = (AuditEntry.objects.count(), Application.objects.count())
    late = desk.post(other, {**TYPED, "personal_employer": "另一家样例公司"})
    assert late.status_code == 409
    shown = late.content.decode()
    assert "已经在别处提交" in shown
    assert "另一家样例公司" in shown
    form.refresh_from_db()
    assert form.answers["personal"]["employer"] == TYPED["personal_employer"]
    assert (AuditEntry.objects.count(), Application.objects.count()) == written
    # Opened again it says so too, and another form can be begun.
    assert "已经在别处提交" in desk.get(other).content.decode()
    identified(desk, second)
    assert WindowCase.objects.get(booking=second).submission_id not in (None, form.pk)


@pytest.mark.parametrize("is_late", [False, True], ids=["before the page was sent", "while it is saved"])
def test_what_was_typed_on_a_form_thrown_away_at_home_goes_on_in_another(
    hall: ServicePoint, officer: Officer, desk: Client, monkeypatch: pytest.MonkeyPatch, *, is_late: bool
) -> None:
    page = identified(desk, arrived(hall, officer))
    form = Submission.objects.get()
    owner = form.beneficiary.acting

    def throw_away() -> None:
        services.discard(form.pk, acting=owner)

    if is_late:
        keep = counter.keep

        def gone(case: WindowCase, *args: Any, **kwargs: Any) -> Submission:
            if case.submission_id == form.pk:
                throw_away()
            return keep(case, *args, **kwargs)

        monkeypatch.setattr(counter, "keep", gone)
    else:
        throw_away()
    answer = desk.post(page, {**TYPED, **pictures()})
    assert answer.status_code == 409
    assert "申请人在别处删掉了这张申请表" in answer.content.decode()
    another = Submission.objects.get()
    assert another.pk != form.pk
    assert another.answers["personal"]["address"] == cases.ADDRESS
    assert WindowCase.objects.get().submission_id == another.pk
    accounts.keep(INSPECTION_TOPIC)
    assert desk.post(page, TYPED).url == page
    assert Application.objects.get().submission_id == another.pk


def test_nothing_is_written_or_handed_in_for_somebody_who_has_gone(
    hall: ServicePoint, officer: Officer, desk: Client
) -> None:
    row = arrived(hall, officer)
    page = identified(desk, row)
    form = counters.opened(Person.objects.get(), officer.acting, {"PASSPORT": "first"})
    case = WindowCase.objects.get()
    counter.act(row, "leave", acting=officer.acting)
    before = (AuditEntry.objects.count(), Submission.objects.get().answers)
    answer = desk.post(page, {**TYPED, "personal_employer": "另一家样例公司", **pictures()})
    assert answer.status_code == 409
    assert "这个人不在窗口" in answer.content.decode()
    assert "另一家样例公司" in answer.content.decode()
    known = services.gather(form.beneficiary)
    with pytest.raises(Refused) as refused:
        counter.hand_in(case, known=known, declared=cases.DECLARED, seen=PAPERS, acting=officer.acting)
    assert [one.code for one in refused.value.unmet] == ["booking.absent"]
    assert (AuditEntry.objects.count(), Submission.objects.get().answers) == before
    assert not Application.objects.exists()
    assert NAME not in desk.get(page).content.decode()


def test_a_form_filed_online_does_not_become_a_case_of_the_counter(hall: ServicePoint, officer: Officer) -> None:
    person = cases.person()
    row = booking.walk_in(
        hall, name=person.name, citizen_number=person.citizen_number, matter="document", acting=officer.acting
    )
    form = cases.draft(person)
    case = counter.open_form(row, name=person.name, citizen_number=person.citizen_number, acting=officer.acting)
    known = services.gather(person)
    services.file(form.pk, acting=person.acting, known=known, declared=cases.DECLARED)
    before = AuditEntry.objects.count()
    with pytest.raises(Refused) as refused:
        counter.hand_in(case, known=known, declared=cases.DECLARED, seen=PAPERS, acting=officer.acting)
    assert [one.code for one in refused.value.unmet] == ["filed_elsewhere"]
    case.refresh_from_db()
    assert (case.status, case.fee_fen, AuditEntry.objects.count()) == ("prepared", None, before)


def test_what_was_prepared_at_home_and_the_page_does_not_ask_stays(
    hall: ServicePoint, officer: Officer, desk: Client
) -> None:
    page = identified(desk, arrived(hall, officer))
    form = Submission.objects.get()
    stories = {kind: f"在地铁上丢了，没有找到，已经挂失：{kind}" for kind in (cases.PASSPORT, cases.HKM_PERMIT)}
    prepared = {
        **form.answers,
        "requests": {kind: {"reason": "lost", "statement": told} for kind, told in stories.items()},
        "personal": {"identity_changed": True},
        "contact": {"guardian_phone": "13800000009"},
        "delivery": {
            "method": "courier",
            "recipient": "孙示范",
            "phone": "13800000008",
            "address": cases.ADDRESS,
            "postcode": "310000",
        },
        "urgency": {"reason": "meeting", "statement": "下周三到样例市开会，有邀请函。"},
    }
    services.save_parts(form.pk, prepared, acting=counter.for_person(officer.acting, form))
    asked = desk.get(page).context["form"]
    seen = {name: asked[name].value() for name in asked.fields if asked[name].value() not in (None, "", False)}
    for name, said in (
        ("statement_PASSPORT", stories["PASSPORT"]),
        ("statement_HKM_PERMIT", stories["HKM_PERMIT"]),
        ("delivery_recipient", "孙示范"),
        ("delivery_phone", "13800000008"),
        ("urgency_reason", "meeting"),
        ("personal_identity_changed", True),
    ):
        assert seen[name] == said
    names = ("name_", "personal_address", "personal_employer", "contact_")
    typed = {name: said for name, said in TYPED.items() if name.startswith(names)}
    desk.post(page, {**seen, **typed, "contact_phone": "138 0000 00"})
    kept = Submission.objects.get().answers
    for part in ("requests", "delivery", "urgency"):
        assert kept[part] == prepared[part]
    assert (kept["contact"]["guardian_phone"], kept["personal"]["identity_changed"]) == ("13800000009", True)
    # What is wrong is kept as it was typed, and the rules name it.
    assert kept["contact"]["phone"] == "138000000"
    desk.post(page, {**seen, **typed, "urgency_reason": "", "delivery_address": "样例市虚构路 100 号 2 单元"})
    kept = Submission.objects.get().answers
    assert (kept["urgency"], kept["delivery"]["postcode"], kept["delivery"]["recipient"]) == ({}, "", "孙示范")
