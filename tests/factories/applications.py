"""Applicants and forms for tests, made through the services that make them in life; everybody is synthetic."""

import functools
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from PIL import Image, ImageDraw

from applications import pages, services
from applications.models import Submission
from documents import adoption
from documents.loading import load as load_catalogue
from photos import shots
from photos.models import PORTRAIT, SIGNATURE, Shot
from portal.accounts.models import Person
from portal.common import workdays
from portal.common.models import Promise
from tests.factories import accounts

PASSPORT, HKM_PERMIT, TWN_PERMIT = "PASSPORT", "HKM_PERMIT", "TWN_PERMIT"
PHONE = "13900000001"
DECLARED = {"agreed": True, "loss_sworn": True}
ANSWERS: dict[str, dict[str, Any]] = {
    "personal": {
        "address": "浙江省杭州市西湖区示例路 1 号 2 单元 301",
        "employer": "样例科技有限公司",
        "identity": "other",
        "identity_changed": False,
    },
    "contact": {"phone": PHONE, "emergency_name": "王示例", "emergency_phone": "13900000002"},
    "delivery": {
        "method": "courier",
        "recipient": "张示例",
        "phone": PHONE,
        "address": "浙江省杭州市西湖区示例路 1 号 2 单元 301",
        "postcode": "",
    },
}
PORTRAIT_FILE = Path(settings.BASE_DIR) / "photos" / "demonstration" / "portrait.jpg"


def ground() -> None:
    """Load the catalogue and this year's calendar, as set-up does."""
    load_catalogue()
    workdays.load(2026)


def proven(name: str = "张示例", *, phone: str = PHONE) -> Person:
    """Return a person of the register with a sign-in, proven, with the documents the register knows."""
    person = accounts.proven(name, phone=phone)
    accounts.keep(adoption.TOPIC)
    return person


@functools.cache
def portrait() -> bytes:
    """Return the picture the project ships; it passes the checks as it is."""
    return PORTRAIT_FILE.read_bytes()


def jpeg(image: Image.Image) -> bytes:
    """Return an image as JPEG."""
    data = BytesIO()
    image.save(data, "JPEG", quality=90)
    return data.getvalue()


@functools.cache
def signature() -> bytes:
    """Return a scribble in black on white paper."""
    image = Image.new("RGB", (900, 400), "white")
    pen = ImageDraw.Draw(image)
    for start in range(120, 700, 140):
        pen.line([(start, 110), (start + 90, 290), (start + 20, 300), (start + 100, 130)], fill="black", width=14)
    return jpeg(image)


@functools.cache
def blank() -> bytes:
    """Return an empty sheet: no signature on it, and no face."""
    return jpeg(Image.new("RGB", (900, 900), "white"))


def take(owner: UUID, purpose: str, data: bytes, person: Person) -> Shot:
    """Send a picture in and let it be inspected, as the worker would."""
    shot = shots.receive(data, owner=owner, purpose=purpose, authority=person.hukou_code, acting=person.acting)
    shots.keep_promise(Promise.objects.get(topic=shots.TOPIC, key=str(shot.pk)))
    shot.refresh_from_db()
    return shot


def draft(person: Person, *kinds: str, reason: str = "expiring", pictures: bool = True) -> Submission:
    """Return a draft with every page filled in and, unless told otherwise, both pictures accepted."""
    assert person.user is not None
    submission = services.start(person.user, person)
    said = {"reason": reason, "statement": "在家里找了三天，没有找到旧证件。" if reason != "expiring" else ""}
    record = accounts.record(person.name)
    names = {"surname": record.holds[0].surname, "given": record.holds[0].given, "confirmed": True}
    told = {**ANSWERS, "requests": {kind: dict(said) for kind in kinds or (PASSPORT,)}, "name": names}
    for page, data in told.items():
        submission = services.save_page(submission.pk, page, data)
    if pictures:
        take(submission.pk, PORTRAIT, portrait(), person)
        take(submission.pk, SIGNATURE, signature(), person)
    return Submission.objects.select_related("beneficiary").get(pk=submission.pk)


def filed(person: Person, *kinds: str, reason: str = "expiring") -> services.Filed:
    """Return a filed form."""
    submission = draft(person, *kinds, reason=reason)
    return services.file(submission.pk, acting=person.acting, known=services.gather(person), declared=DECLARED)


def survey(submission: Submission) -> list[pages.Survey]:
    """Return how far every page of a form is by now."""
    fresh = Submission.objects.select_related("beneficiary").get(pk=submission.pk)
    return pages.survey(fresh, pages.gather_shots(fresh))


def forget_caches() -> None:
    """Empty the cache, as on a fresh process."""
    cache.clear()
