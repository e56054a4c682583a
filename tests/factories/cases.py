"""Cases made as people make them: through the services, so that no impossible state exists."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management import call_command
from django.db import transaction
from PIL import Image, ImageDraw

from applications import services
from applications.models import Application, Submission
from documents.adoption import as_held
from documents.models import IssuedDocument
from documents.services import import_held, open_range
from photos.reading import write_jpeg
from photos.services import PORTRAIT, SIGNATURE, receive
from portal.accounts.divisions import city_of
from portal.accounts.gateways.register.simulator import DemoPerson, list_people
from portal.accounts.models import Authority, Officer, Person, User
from portal.common import clock, outbox, workdays
from portal.common.acting import Acting

PORTRAIT_FILE = Path(__file__).parents[2] / "photos" / "demonstration" / "portrait.jpg"
DECLARED = {"agreed": True, "loss_sworn": True}
PASSWORD = "long enough 1"


def ground() -> None:
    """Load what every case stands on: calendar, catalogue, number ranges."""
    workdays.load(2026)
    call_command("load_catalogue", stdout=StringIO())
    open_range("PASSPORT", first="E10000000", last="E10009999")
    open_range("HKM_PERMIT", first="C10000000", last="C10009999")
    open_range("TWN_PERMIT", first="L10000000", last="L10009999")


def demo(name: str) -> DemoPerson:
    return next(one for one in list_people() if one.record.name == name)


def person(name: str = "王演示", *, phone: str = "13800000001") -> Person:
    """A proven person from the register's synthetic people, with the documents they hold."""
    record = demo(name).record
    user = User.objects.create_citizen(phone=phone, password=PASSWORD)
    row = Person.objects.create(
        user=user,
        citizen_number=record.citizen_number,
        name=record.name,
        sex=record.sex,
        born=record.born.isoformat(),
        hukou_code=city_of(record.hukou_code),
        proved_at=clock.now(),
        proved_by="face",
    )
    held = [as_held(document) for document in record.holds]
    import_held(row, held, acting=row.acting)
    return row


def signature_jpeg() -> bytes:
    """A drawn signature: dark strokes on light paper."""
    image = Image.new("RGB", (900, 400), (238, 236, 232))
    pen = ImageDraw.Draw(image)
    for start in range(5):
        x = 150 + start * 120
        pen.line([(x, 120), (x + 70, 280), (x + 20, 200), (x + 100, 180)], fill=(25, 25, 35), width=12)
    return write_jpeg(np.asarray(image))


def answers(row: Person, reasons: dict[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    held = IssuedDocument.objects.filter(person=row).exclude(status="invalid").first()
    surname, given = (held.surname, held.given) if held else ("ZHANG", "SHILI")
    told: dict[str, Any] = {
        "requests": {
            kind: {"reason": reason, "statement": "在地铁上丢了，没有找到，已经挂失。"}
            for kind, reason in (reasons or {"PASSPORT": "expiring"}).items()
        },
        "personal": {
            "address": "示范市样例区虚构路 1 号",
            "employer": "样例有限公司",
            "identity": "other",
            "identity_changed": False,
        },
        "name": {"surname": surname, "given": given, "confirmed": True},
        "contact": {"phone": "13800000001", "emergency_name": "李样本", "emergency_phone": "13800000002"},
        "delivery": {
            "method": "courier",
            "recipient": row.name,
            "phone": "13800000001",
            "address": "示范市样例区虚构路 1 号 2 单元",
            "postcode": "100000",
        },
    }
    return {**told, **changes}


def draft(row: Person, reasons: dict[str, str] | None = None, **changes: Any) -> Submission:
    """A complete draft with accepted pictures."""
    assert row.user is not None
    form = services.start(row.user, row)
    for page, data in answers(row, reasons, **changes).items():
        services.save_page(form.pk, page, data)
    for purpose, data in ((PORTRAIT, PORTRAIT_FILE.read_bytes()), (SIGNATURE, signature_jpeg())):
        receive(data, owner=form.pk, purpose=purpose, authority=form.authority, acting=row.acting)
    outbox.run_due()
    return Submission.objects.get(pk=form.pk)


def filed(row: Person, reasons: dict[str, str] | None = None, **changes: Any) -> list[Application]:
    form = draft(row, reasons, **changes)
    done = services.file(form.pk, acting=row.acting, known=services.gather(row), declared=DECLARED)
    return list(done.applications)


def officer(authority: str = "310000", *, role: str = "officer", code: str = "D001") -> Acting:
    """An official of an authority, without second factor: services do not ask for it, the admin site does."""
    office, _ = Authority.objects.get_or_create(code=authority, defaults={"name": f"示范{authority}"})
    user = User(staff_code=code)
    user.set_password(PASSWORD)
    user.save()
    return Officer.objects.create(user=user, name="示例审核员", role=role, authority=office).acting


def approved(row: Person, acting: Acting, reasons: dict[str, str] | None = None, **changes: Any) -> list[Application]:
    done = []
    for application in filed(row, reasons, **changes):
        services.claim(application.pk, acting=acting)
        done.append(services.approve(application.pk, acting=acting))
    return done


def paid(row: Person, acting: Acting, reasons: dict[str, str] | None = None, **changes: Any) -> list[Application]:
    rows = approved(row, acting, reasons, **changes)
    with transaction.atomic():
        services.record_payment([one.pk for one in rows], acting=Acting("provider", "test"))
    return [Application.objects.get(pk=one.pk) for one in rows]


def day(text: str) -> date:
    return date.fromisoformat(text)
