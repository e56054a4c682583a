"""Uploaded files: what they really are, their scan, quarantine, re-encoding, removal; nothing lies in clear."""

import io
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from applications import attachments, services
from applications.attachments import keeping
from applications.attachments.invariants import files_match_rows
from applications.attachments.keeping import FOLDER, MOST, MOST_OF_ONE
from applications.attachments.reading import LARGEST_BYTES, plain_name
from applications.gateways.scanner.simulator import EICAR, SIGNATURE, SimulatedScanner
from applications.models import Attachment, Submission
from applications.tasks import remove_stray_attachments
from portal.accounts.models import Person
from portal.common import audit, clock, outbox
from portal.common.models import Event, Promise
from portal.common.unmet import Refused
from tests.factories import cases, clamd, papers
from tests.photos.hostile import huge_png

pytestmark = pytest.mark.django_db
KIN = "kinship"


@pytest.fixture
def person() -> Person:
    cases.ground()
    return cases.person("赵测试")


@pytest.fixture
def form(person: Person) -> Submission:
    return cases.draft(person, pictures=False)


@pytest.fixture(autouse=True)
def _whole(settings: Settings) -> Iterator[None]:
    shutil.rmtree(default_storage.path(FOLDER), ignore_errors=True)
    yield
    assert list(files_match_rows()) == []
    assert list(audit.verify()) == []


def stored() -> set[str]:
    folder = Path(default_storage.path(FOLDER))
    return {path.name for path in folder.glob("*")} if folder.exists() else set()


def animation() -> bytes:
    data = io.BytesIO()
    frames = [Image.new("RGB", (300, 400), (shade, 0, 0)) for shade in (0, 120)]
    frames[0].save(data, "GIF", save_all=True, append_images=frames[1:])
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "empty", ("a.pdf", "空")),
        (b"only words", "format", ("a.pdf", "PDF", "JPEG")),
        (animation(), "format", ("a.pdf",)),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "format", ("a.pdf",)),
        (b"MZ" + papers.pdf(), "format", ("a.pdf",)),
        (papers.photo("PNG")[:-40], "damaged", ("a.pdf", "不完整")),
        (papers.pdf()[:-10], "damaged", ("a.pdf", "不完整")),
        (papers.pdf() + b" " * LARGEST_BYTES, "too_large", ("a.pdf", "10.0 MB", "10 MB", "请拍小")),
        (papers.pdf(b"/Encrypt 5 0 R"), "locked", ("a.pdf", "密码")),
        (huge_png(), "pixels", ("a.pdf", "168 MP", "25 MP")),
    ],
)
def test_what_cannot_be_a_paper_is_refused_by_name_and_nothing_stays(
    form: Submission, person: Person, data: bytes, code: str, words: tuple[str, ...]
) -> None:
    before = (stored(), Event.objects.count(), Promise.objects.count())
    with pytest.raises(Refused, match=f"file_{code}") as caught:
        attachments.receive(form, KIN, data, name="a.pdf", acting=person.acting)
    [unmet] = caught.value.unmet
    said = f"{unmet.text} {unmet.remedy}"
    assert all(word in said for word in words), said
    assert unmet.remedy
    assert (stored(), Event.objects.count(), Promise.objects.count()) == before
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\fake\\证明.pdf", "证明.pdf"),
        ("\u202egpj.exe", "gpj.exe"),
        ("a\x00b.pdf", "ab.pdf"),
        ("", "-"),
        ("长" * 200 + ".pdf", "长" * 39 + "…" + "长" * 35 + ".pdf"),
    ],
)
def test_a_name_is_shown_plainly(name: str, shown: str) -> None:
    assert plain_name(name) == shown


def test_a_clean_pdf_is_kept_as_it_came(form: Submission, person: Person) -> None:
    row = attachments.receive(form, KIN, papers.pdf(), name="关系.pdf", acting=person.acting)
    assert (row.status, row.final) == ("waiting", "")
    row = papers.scanned(row)
    assert (row.status, row.original, row.name) == ("clean", "", "关系.pdf")
    assert attachments.content(row) == (papers.pdf(), "application/pdf", "关系.pdf")
    assert len(stored()) == 1


@pytest.mark.parametrize("form_of_picture", ["JPEG", "PNG", "HEIC"])
def test_a_picture_is_encoded_anew_without_its_notes(form: Submission, person: Person, form_of_picture: str) -> None:
    sent = papers.photo(form_of_picture)
    assert papers.MARKER in sent
    row = papers.handed_in(form, person, KIN, sent, name="a.heic")
    data, media, name = attachments.content(row)
    assert (row.status, media, name) == ("clean", "image/jpeg", "a.heic.jpg")
    assert data.startswith(b"\xff\xd8\xff")
    assert papers.MARKER not in data
    assert Image.open(io.BytesIO(data)).size == (900, 1200)
    assert stored() == {Path(row.final).name}


def test_what_the_scanner_finds_is_refused_and_gone(
    form: Submission, person: Person, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = papers.handed_in(form, person, KIN, papers.pdf(EICAR))
    assert (row.status, row.original, row.final) == ("refused", "", "")
    assert Event.objects.get(subject_id=row.pk, action="refuse").codes == ["virus", SIGNATURE]
    assert not stored()


def test_the_real_client_refuses_the_test_file(form: Submission, person: Person, settings: Settings) -> None:
    settings.SCANNER = "clamav"
    with clamd.running() as (settings.SCANNER_ADDRESS, server):
        assert papers.handed_in(form, person, KIN, papers.pdf(EICAR)).status == "refused"
        assert papers.handed_in(form, person, KIN).status == "clean"
    assert server.seen == [papers.pdf(EICAR), papers.pdf()]


def test_without_a_scanner_it_lies_in_quarantine_until_one_answers(
    form: Submission, person: Person, settings: Settings, tmp_path: Path
) -> None:
    settings.SCANNER, settings.SCANNER_ADDRESS = "clamav", f"unix:{tmp_path / 'nobody.ctl'}"
    row = papers.handed_in(form, person, KIN)
    assert (row.status, row.final) == ("quarantined", "")
    with clock.set_to(clock.now() + timedelta(minutes=1)):
        outbox.run_due()
    row.refresh_from_db()
    assert row.status == "quarantined"
    assert Event.objects.filter(subject_id=row.pk, action="quarantine").count() == 1
    settings.SCANNER = "simulator"
    with clock.set_to(clock.now() + timedelta(minutes=5)):
        outbox.run_due()
    row.refresh_from_db()
    assert row.status == "clean"


def test_a_file_the_scanner_never_takes_stays_in_quarantine_for_a_person(form: Submission, person: Person) -> None:
    SimulatedScanner.ledger.arm("too_large")
    row = papers.handed_in(form, person, KIN)
    assert row.status == "quarantined"
    assert Promise.objects.dead().get(key=str(row.pk)).last_code == "scanner.too_large"


def test_what_is_removed_is_gone_and_its_late_verdict_changes_nothing(
    form: Submission, person: Person, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    row = attachments.receive(form, KIN, papers.photo(), name="a.jpg", acting=person.acting)
    with django_capture_on_commit_callbacks(execute=True):
        attachments.remove(row.pk, owner=form.pk, acting=person.acting)
    assert papers.scanned(row).status == "removed"
    assert not stored()
    with pytest.raises(Refused, match="file_gone"):
        attachments.remove(row.pk, owner=form.pk, acting=person.acting)


def test_somebody_elses_file_cannot_be_removed_or_replaced(form: Submission, person: Person) -> None:
    row = papers.handed_in(form, person, KIN)
    other = cases.draft(cases.person("王演示", phone="13900000008"), pictures=False)
    with pytest.raises(Refused, match="file_gone"):
        attachments.receive(other, KIN, papers.pdf(), name="b.pdf", acting=other.beneficiary.acting, replaces=row.pk)
    row.refresh_from_db()
    assert row.is_clean
    assert Attachment.objects.count() == 1


def test_what_is_removed_makes_room_however_often(form: Submission, person: Person) -> None:
    for number in range(1, MOST + 3):
        row = attachments.receive(form, KIN, papers.pdf(), name="a.pdf", acting=person.acting)
        assert row.number == number
        attachments.remove(row.pk, owner=form.pk, acting=person.acting)
    assert attachments.of(form.pk) == []


def test_a_form_holds_so_many_files_at_a_time(form: Submission, person: Person) -> None:
    codes = [f"paper{number // MOST_OF_ONE}" for number in range(MOST)]
    rows = [attachments.receive(form, code, papers.pdf(), name="a.pdf", acting=person.acting) for code in codes]
    events = Event.objects.count()
    with pytest.raises(Refused, match="file_count") as refused:
        attachments.receive(form, "one-more", papers.pdf(), name="a.pdf", acting=person.acting)
    assert "一张表最多放 40 个文件" in str(refused.value.unmet[0].text)
    assert (len(stored()), Event.objects.count()) == (MOST, events)
    attachments.remove(rows[0].pk, owner=form.pk, acting=person.acting)
    attachments.receive(form, "one-more", papers.pdf(), name="a.pdf", acting=person.acting)
    assert len(attachments.of(form.pk)) == MOST


def test_so_often_a_day_and_on_the_next_again(
    form: Submission, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "UPLOADS_A_DAY", 1)
    row = attachments.receive(form, KIN, papers.pdf(), name="a.pdf", acting=person.acting)
    with pytest.raises(Refused, match="file_too_often"):
        attachments.receive(form, KIN, papers.pdf(), name="b.pdf", acting=person.acting)
    assert attachments.of(form.pk) == [row]
    cache.clear()
    attachments.receive(form, KIN, papers.pdf(), name="b.pdf", acting=person.acting)


def test_a_replaced_file_goes_only_when_the_new_one_is_there(form: Submission, person: Person) -> None:
    row = papers.handed_in(form, person, KIN)
    with pytest.raises(Refused, match="file_format"):
        attachments.receive(form, KIN, b"words", name="b.txt", acting=person.acting, replaces=row.pk)
    row.refresh_from_db()
    assert row.is_clean
    fresh = attachments.receive(form, KIN, papers.pdf(), name="b.pdf", acting=person.acting, replaces=row.pk)
    row.refresh_from_db()
    assert (row.status, fresh.status) == ("removed", "waiting")


def test_there_are_only_so_many_of_one_kind(form: Submission, person: Person) -> None:
    for _ in range(MOST_OF_ONE):
        last = papers.handed_in(form, person, KIN)
    with pytest.raises(Refused, match="file_count"):
        attachments.receive(form, KIN, papers.pdf(), name="b.pdf", acting=person.acting)
    assert len(stored()) == MOST_OF_ONE
    attachments.receive(form, "licence", papers.pdf(), name="b.pdf", acting=person.acting)
    attachments.receive(form, KIN, papers.pdf(), name="b.pdf", acting=person.acting, replaces=last.pk)


def test_a_discarded_draft_takes_its_files_along(
    form: Submission, person: Person, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    row = papers.handed_in(form, person, KIN)
    with django_capture_on_commit_callbacks(execute=True):
        services.discard(form.pk, acting=person.acting)
    row.refresh_from_db()
    assert row.status == "removed"
    assert not stored()


def test_files_left_by_a_killed_process_are_swept_away(form: Submission, person: Person) -> None:
    row = papers.handed_in(form, person, KIN)
    default_storage.save(f"{FOLDER}/left", ContentFile(b"x"))
    remove_stray_attachments()
    assert len(stored()) == 2
    with clock.set_to(clock.now() + timedelta(hours=25)):
        assert list(files_match_rows()) == [f"file {FOLDER}/left belongs to no attachment"]
        remove_stray_attachments()
    assert stored() == {Path(row.final).name}


def test_a_row_whose_file_is_wrong_is_named(form: Submission, person: Person) -> None:
    row = papers.handed_in(form, person, KIN)
    for wrong in ({"final": ""}, {"original": row.final}, {"final": f"{FOLDER}/missing"}):
        Attachment.objects.filter(pk=row.pk).update(**{"final": row.final, "original": "", **wrong})
        assert list(files_match_rows()), wrong
    Attachment.objects.filter(pk=row.pk).update(original="", final=row.final)


def test_neither_content_nor_name_lies_in_clear(form: Submission, person: Person, settings: Any) -> None:
    attachments.receive(form, KIN, papers.pdf(), name="张示例的证明.pdf", acting=person.acting)
    papers.handed_in(form, person, KIN, name="张示例的证明.pdf")
    kept = [path for path in Path(settings.VAR_DIR).rglob("*") if path.is_file() and "static" not in path.parts]
    assert [path for path in kept if FOLDER in path.parts]
    for path in kept:
        data = path.read_bytes()
        assert papers.MARKER not in data, path
        assert "张示例的证明".encode() not in data, path
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM applications_attachment")
        assert "张示例的证明" not in str(cursor.fetchall())
