"""From upload to verdict: kept, inspected once, chosen, sent to a person; what is no picture is refused at once."""

import io
import uuid
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.core.files.storage import default_storage
from PIL import Image

from photos import services, shots
from photos.lifecycle import LIFECYCLE
from photos.models import Shot
from photos.presenting import present
from photos.reading import write_jpeg
from photos.specs import SIGNATURE
from photos.tasks import remove_stray_files
from portal.common import audit, clock, outbox, registry
from portal.common.acting import Acting
from portal.common.models import Promise
from portal.common.storage import new_name
from portal.common.unmet import Refused
from portal.desk.pictures import checks_of
from tests.factories.cases import PORTRAIT_FILE, signature

pytestmark = pytest.mark.django_db

CITIZEN = Acting("citizen", "c1")
OWNER = uuid.UUID(int=7)
OFFICER = Acting("officer", "o1", "310000")


def send(data: bytes, purpose: str = services.PORTRAIT) -> Shot:
    return services.receive(data, owner=OWNER, purpose=purpose, authority="310000", acting=CITIZEN)


def blank() -> bytes:
    return write_jpeg(np.full((600, 450, 3), 235, dtype=np.uint8))


def test_a_good_portrait_is_accepted_and_chosen() -> None:
    shot = send(PORTRAIT_FILE.read_bytes())
    assert shot.is_waiting
    outbox.run_due()
    chosen = services.chosen(OWNER)[services.PORTRAIT]
    assert chosen.pk == shot.pk
    assert chosen.is_accepted
    with Image.open(io.BytesIO(services.picture(chosen, which="final"))) as final:
        assert final.size == (354, 472)
        assert final.getexif() == {}
    assert 20 * 1024 <= len(services.picture(chosen, which="final")) <= 80 * 1024
    assert chosen.verdict["faces"] == 1
    assert list(audit.verify()) == []


def test_two_failures_open_the_way_to_a_person() -> None:
    first = send(blank())
    outbox.run_due()
    first.refresh_from_db()
    assert first.status == "refused"
    assert "SingleFacePresent" in {c["code"] for c in first.verdict["checks"] if c["verdict"] == "fail"}
    with pytest.raises(Refused):
        services.ask_human(first.pk, owner=OWNER, acting=CITIZEN)
    second = send(blank())
    outbox.run_due()
    sent = services.ask_human(second.pk, owner=OWNER, acting=CITIZEN)
    assert sent.is_usable
    assert not sent.is_accepted
    assert services.chosen(OWNER)[services.PORTRAIT].pk == second.pk


def test_what_cannot_be_printed_cannot_be_passed() -> None:
    for _ in range(2):
        shot = send(blank())
        outbox.run_due()
    sent = services.ask_human(shot.pk, owner=OWNER, acting=CITIZEN)
    with pytest.raises(Refused) as refusal:
        LIFECYCLE.perform(sent, "pass", acting=OFFICER)
    assert [reason.code for reason in refusal.value.unmet] == ["crop"]
    LIFECYCLE.perform(sent, "turn_down", acting=OFFICER)


def test_a_refused_picture_cannot_be_chosen() -> None:
    shot = send(blank())
    outbox.run_due()
    with pytest.raises(Refused):
        services.choose(shot.pk, owner=OWNER)
    assert services.chosen(OWNER) == {}


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "FileEmpty"), (b"hello, this is text", "FileFormat"), (PORTRAIT_FILE.read_bytes()[:9000], "FileDamaged")],
)
def test_what_is_no_picture_is_refused_at_once_and_nothing_is_kept(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        send(data)
    (reason,) = refusal.value.unmet
    assert reason.code == code
    assert str(reason.remedy)
    assert not Shot.objects.exists()
    assert not Promise.objects.exists()


def test_the_inspection_kept_twice_changes_nothing() -> None:
    shot = send(PORTRAIT_FILE.read_bytes())
    outbox.run_due()
    promise = Promise.objects.get(topic=shots.TOPIC)
    before = Shot.objects.get(pk=shot.pk)
    shots.keep_promise(promise)
    after = Shot.objects.get(pk=shot.pk)
    assert (before.final, before.event_seq) == (after.final, after.event_seq)


def test_a_signature_is_cut_out_and_a_blank_sheet_refused() -> None:
    good, empty = send(signature(), services.SIGNATURE), send(blank(), services.SIGNATURE)
    outbox.run_due()
    good.refresh_from_db()
    empty.refresh_from_db()
    assert (good.status, empty.status) == ("accepted", "refused")
    with Image.open(io.BytesIO(services.picture(good, which="final"))) as final:
        assert final.size == (600, 240)


def test_a_signature_is_judged_and_worded_by_one_set_of_rules() -> None:
    shot = send(blank(), services.SIGNATURE)
    outbox.run_due()
    shot.refresh_from_db()
    checks = shot.verdict["checks"]
    assert {check["code"]: (check["low"], check["high"]) for check in checks} == {
        code: (rule.limit.low, rule.limit.high) for code, rule in SIGNATURE.items()
    }
    shown = present(shot)
    lines = {line.code: line for line in shown.problems + shown.passed}
    assert {code: line.title for code, line in lines.items()} == {code: r.title for code, r in SIGNATURE.items()}
    assert lines["SignaturePresent"].remedy == SIGNATURE["SignaturePresent"].when_low
    assert lines["SignaturePresent"].required == "0.2–35%"
    on_the_desk = {str(check.title): check.value for check in checks_of(shot)}
    assert on_the_desk["签名笔迹"] == "0 %"


def test_an_inspection_that_cannot_end_goes_to_a_person() -> None:
    shot = send(PORTRAIT_FILE.read_bytes())
    promise = Promise.objects.get(topic=shots.TOPIC)
    shots.give_up(promise, "crashed")
    shot.refresh_from_db()
    assert shot.status == "human"


def test_stray_files_go_and_named_files_stay() -> None:
    shot = send(PORTRAIT_FILE.read_bytes())
    stray = new_name("shots")
    default_storage.save(stray, io.BytesIO(b"x"))  # type: ignore[arg-type]
    check = registry.invariants["I9 files match shots"]
    assert list(check()) == []
    remove_stray_files()
    assert default_storage.exists(stray)
    with clock.set_to(clock.now() + timedelta(hours=25)):
        assert list(check())
        remove_stray_files()
        assert not default_storage.exists(stray)
        assert default_storage.exists(shot.original)
        assert list(check()) == []


def test_pictures_lie_sealed() -> None:
    shot = send(PORTRAIT_FILE.read_bytes())
    assert b"JFIF" not in Path(default_storage.path(shot.original)).read_bytes()
