"""Files that are no pictures, sent as portrait and signature: refused by name, at once, and nothing stays."""

import io
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from applications.models import Submission
from photos.models import Shot
from portal.common.models import Event, Promise
from tests.factories import cases
from tests.photos.hostile import encode, huge_png

pytestmark = pytest.mark.django_db
LIMIT_SECONDS = 2
MEGABYTE = 1024 * 1024


def animation() -> bytes:
    frames = [Image.new("RGB", (300, 300), (shade, 0, 0)) for shade in (0, 120, 240)]
    return encode(frames[0], "GIF", save_all=True, append_images=frames[1:])


# What is sent, and the words that must be in the refusal: what was found, and what is taken.
FILES = {
    "text.jpg": (lambda: "这是一段文字，不是照片。".encode() * 50, ("文件格式", "JPEG")),
    "truncated.jpg": (lambda: cases.portrait()[: len(cases.portrait()) // 2], ("不完整|损坏|读不出来",)),
    "huge.png": (huge_png, ("168 MP", "≤ 25 MP", "不要超过上限")),
    "animated.gif": (animation, ("GIF", "JPEG")),
    "drawing.svg": (lambda: b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", ("SVG", "JPEG")),
    "drawing.eps": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n", ("EPS", "JPEG")),
    "page.pdf": (lambda: b"%PDF-1.7\n" + cases.portrait(), ("PDF", "JPEG")),
    "empty.jpg": (lambda: b"", ("空文件",)),
    "large.jpg": (lambda: cases.portrait() + bytes(20 * MEGABYTE), ("20.", "最多 20 MB")),
}


@pytest.fixture
def form(client: Client) -> Submission:
    cases.ground()
    person = cases.person()
    assert person.user is not None
    client.force_login(person.user)
    return cases.draft(person, pictures=False)


def files() -> set[Path]:
    return {path for path in Path(settings.VAR_DIR / "files").rglob("*") if path.is_file()}


@pytest.mark.parametrize("slug", ["photo", "signature"])
@pytest.mark.parametrize("name", FILES)
def test_it_is_refused_by_name_at_once_and_nothing_stays(
    client: Client, form: Submission, name: str, slug: str
) -> None:
    make_data, words = FILES[name]
    data, answers = make_data(), dict(form.answers)
    before = (files(), Promise.objects.count(), Event.objects.count())
    began = time.perf_counter()
    page = client.post(f"/apply/{form.pk}/{slug}/", {"file": SimpleUploadedFile(name, data, "image/jpeg")})
    took = time.perf_counter() - began
    said = page.content.decode()
    assert page.status_code == 200
    assert "<title>错误：" in said
    summary = said.partition("govuk-error-summary__list")[2].partition("</ul>")[0]
    for word in words:
        assert any(one in summary for one in word.split("|")), summary
    assert took < LIMIT_SECONDS
    assert not Shot.objects.exists()
    assert (files(), Promise.objects.count(), Event.objects.count()) == before
    assert Submission.objects.get(pk=form.pk).answers == answers


def test_a_file_name_of_any_kind_breaks_nothing_and_is_kept_nowhere(client: Client, form: Submission) -> None:
    for name in ("../../etc/passwd", "a\x00b.jpg", "\u202egpj.exe", "照片" * 200 + ".jpg", "<script>.jpg"):
        page = client.post(f"/apply/{form.pk}/photo/", {"file": SimpleUploadedFile(name, b"text")})
        assert page.status_code == 200, name
        assert "<script>.jpg" not in page.content.decode()
    assert not Shot.objects.exists()


def test_many_files_and_broken_parts_break_nothing(client: Client, form: Submission) -> None:
    address = f"/apply/{form.pk}/photo/"
    many = {f"file{number}": io.BytesIO(b"x") for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FILES + 1)}
    assert client.post(address, many).status_code == 400
    kinds = "multipart/form-data; boundary=x", "multipart/form-data", "multipart/form-data; boundary=" + "y" * 300
    for kind in kinds:
        for body in (
            b"",
            b"--x\r\n",
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n',
            b"\xff" * 99,
        ):
            answer = client.generic("POST", address, body, content_type=kind)
            assert answer.status_code in (200, 400), (kind, body)
    assert not Shot.objects.exists()
