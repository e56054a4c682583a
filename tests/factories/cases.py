"""Cases made as people make them: through the services, so that no impossible state exists; everybody is synthetic."""

import functools
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from PIL import Image, ImageDraw

from applications import pages, services
from applications.models import Application, Submission
from documents import adoption
from documents.models import IssuedDocument
from documents.services import open_range
from payments.services import open_order, start_charge
from photos import shots
from photos.models import Shot
from photos.services import PORTRAIT, SIGNATURE, receive
from photos.shots import TOPIC as INSPECTION_TOPIC
from portal.accounts.gateways.register.simulator import DemoPerson, list_people
from portal.accounts.models import Person
from portal.common import clock, outbox, workdays
from portal.common.acting import Acting
from tests.factories import accounts, papers
from tests.factories.payments import RETURN_URL, keep, pay_at_the_cashier

PASSPORT, HKM_PERMIT, TWN_PERMIT = "PASSPORT", "HKM_PERMIT", "TWN_PERMIT"
PHONE = "13800000001"
ADDRESS = "示范市样例区虚构路 1 号 2 单元 301"
ANSWERS: dict[str, dict[str, Any]] = {
    "personal": {"address": ADDRESS, "employer": "样例有限公司", "identity": "other", "identity_changed": False},
    "contact": {"phone": PHONE, "emergency_name": "李样本", "emergency_phone": "13800000002"},
    "delivery": {
        "method": "courier",
        "recipient": "张示例",
        "phone": PHONE,
        "address": ADDRESS,
        "postcode": "100000",
    },
}
DECLARED = {"agreed": True, "loss_sworn": True}
PORTRAIT_FILE = Path(settings.BASE_DIR) / "photos" / "demonstration" / "portrait.jpg"


def ground() -> None:
    """Load what every case stands on: calendar, catalogue, number ranges."""
    workdays.load(2026)
    call_command("load_catalogue", stdout=StringIO())
    open_range("PASSPORT", first="E10000000", last="E10009999")
    open_range("HKM_PERMIT", first="C10000000", last="C10009999")
    open_range("TWN_PERMIT", first="L10000000", last="L10009999")


def demo(name: str) -> DemoPerson:
    return next(one for one in list_people() if one.record.name == name)


def person(name: str = "王演示", *, phone: str = PHONE) -> Person:
    """A proven person from the register's synthetic people, with the documents they hold; all of it has been told."""
    row = accounts.proven(name, phone=phone)
    accounts.keep(adoption.TOPIC)
    outbox.run_due()
    return row


@functools.cache
def portrait() -> bytes:
    """The picture the project ships; it passes the checks as it is."""
    return PORTRAIT_FILE.read_bytes()


def jpeg(image: Image.Image) -> bytes:
    data = BytesIO()
    image.save(data, "JPEG", quality=90)
    return data.getvalue()


@functools.cache
def signature() -> bytes:
    """A drawn signature: dark strokes on light paper."""
    image = Image.new("RGB", (900, 400), (238, 236, 232))
    pen = ImageDraw.Draw(image)
    for start in range(5):
        x = 150 + start * 120
        pen.line([(x, 120), (x + 70, 280), (x + 20, 200), (x + 100, 180)], fill=(25, 25, 35), width=12)
    return jpeg(image)


@functools.cache
def blank() -> bytes:
    """An empty sheet: no signature on it, and no face."""
    return jpeg(Image.new("RGB", (900, 900), "white"))


_judge = shots._judge


@functools.cache
def _judged(data: bytes, purpose: str, today: date) -> Any:
    return _judge(data, purpose)


def take(owner: UUID, purpose: str, data: bytes, row: Person) -> Shot:
    """Send a picture in and have it inspected; what the nets say of one picture on one day is worked out once."""
    shot = receive(data, owner=owner, purpose=purpose, authority=row.hukou_code, acting=row.acting)
    with patch.object(shots, "_judge", lambda data, purpose: _judged(data, purpose, clock.today())):
        accounts.keep(INSPECTION_TOPIC)
    shot.refresh_from_db()
    return shot


def answers(row: Person, reasons: dict[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    """What the person writes on each page; `reasons` by kind of document, else of an expiring passport."""
    held = IssuedDocument.objects.filter(person=row).exclude(status="invalid").first()
    surname, given = (held.surname, held.given) if held else ("ZHANG", "SHILI")
    told: dict[str, Any] = {
        **ANSWERS,
        "requests": {
            kind: {"reason": reason, "statement": "在地铁上丢了，没有找到，已经挂失。"}
            for kind, reason in (reasons or {PASSPORT: "expiring"}).items()
        },
        "name": {"surname": surname, "given": given, "confirmed": True},
        "delivery": {**ANSWERS["delivery"], "recipient": row.name},
    }
    return {**told, **changes}


def draft(row: Person, reasons: dict[str, str] | None = None, *, pictures: bool = True, **changes: Any) -> Submission:
    """A draft with every page filled in and, unless told otherwise, both pictures accepted."""
    assert row.user is not None
    form = services.start(row.user, row)
    for page, data in answers(row, reasons, **changes).items():
        services.save_page(form.pk, page, data, acting=row.acting)
    if pictures:
        take(form.pk, PORTRAIT, portrait(), row)
        take(form.pk, SIGNATURE, signature(), row)
    return Submission.objects.select_related("beneficiary").get(pk=form.pk)


def survey(form: Submission) -> list[pages.Survey]:
    """How far every page of a form is by now."""
    fresh = Submission.objects.select_related("beneficiary").get(pk=form.pk)
    return pages.survey(fresh, pages.gather_shots(fresh))


def filed(row: Person, reasons: dict[str, str] | None = None, **changes: Any) -> list[Application]:
    form = draft(row, reasons, **changes)
    if changes.get("urgency"):
        papers.handed_in(form, row, "urgency_proof")
    done = services.file(form.pk, acting=row.acting, known=services.gather(row), declared=DECLARED)
    return list(done.applications)


def officer(authority: str = "310000", *, role: str = "officer", code: str = "") -> Acting:
    """An official of an authority as an actor, without second factor: services do not ask for it, the desk does."""
    return accounts.official(role, authority=authority, code=code).acting


def approved(row: Person, acting: Acting, reasons: dict[str, str] | None = None, **changes: Any) -> list[Application]:
    done = []
    for application in filed(row, reasons, **changes):
        services.claim(application.pk, acting=acting)
        done.append(services.approve(application.pk, acting=acting))
    return done


def paid(row: Person, acting: Acting, reasons: dict[str, str] | None = None, **changes: Any) -> list[Application]:
    """Applications whose order was paid through the cashier."""
    rows = approved(row, acting, reasons, **changes)
    pay(rows[0].submission_id, row)
    return [Application.objects.get(pk=one.pk) for one in rows]


def pay(submission_id: UUID, row: Person) -> None:
    """Pay what a form has to pay, through the cashier."""
    order = open_order(submission_id, acting=row.acting)
    assert order is not None
    pay_at_the_cashier(start_charge(order.pk, acting=row.acting, return_url=RETURN_URL).charge)
    keep()
