import io
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photos.checks import CheckResult
from photos.demonstration import make_portrait
from photos.inspection import Inspection, inspect
from photos.nets.load import Pixels
from photos.reading import read
from tests.photos.hostile import hostile_files

Take = Callable[..., bytes]
ROOT = Path(__file__).resolve().parents[2]


def by_code(found: Inspection) -> dict[str, CheckResult]:
    return {check.code: check for check in found.checks}


def test_the_demonstration_portrait_is_accepted_as_it_is(portrait: bytes) -> None:
    found = inspect(portrait)
    assert found.outcome == "accepted"
    assert found.accepted
    assert found.crop is None
    assert found.final is not None
    assert found.final != portrait
    assert {check.verdict for check in found.checks} == {"pass"}


def test_the_demonstration_portrait_is_what_its_script_makes(pixels: Pixels) -> None:
    made = np.asarray(Image.open(io.BytesIO(make_portrait.make_portrait())))
    assert np.abs(made.astype(int) - pixels).mean() < 1.5


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_phone_photo_is_accepted_after_the_crop(kind: str, shot: Take) -> None:
    target = io.BytesIO()
    Image.open(io.BytesIO(shot(head=1000, lean=5))).save(target, kind)
    found = inspect(target.getvalue())
    assert found.outcome == "accepted_after_crop"
    assert not found.accepted
    assert found.failures
    assert all(check.cured_by_crop for check in found.failures)
    assert found.crop is not None
    assert found.crop.accepted
    assert found.final == found.crop.jpeg
    assert 20 * 1024 <= len(found.crop.jpeg) <= 80 * 1024
    image = Image.open(io.BytesIO(found.crop.jpeg))
    assert (image.format, image.mode, image.size, image.info["dpi"]) == ("JPEG", "RGB", (354, 472), (300, 300))
    assert all(-0.01 <= share <= 1.01 for corner in found.crop.corners for share in corner)


def test_what_a_crop_cannot_cure_is_refused_though_a_crop_is_shown(shot: Take) -> None:
    image = Image.open(io.BytesIO(shot(head=1000)))
    yellow = np.clip(np.asarray(image) * np.array([1.0, 0.93, 0.75]), 0, 255).astype(np.uint8)
    target = io.BytesIO()
    Image.fromarray(yellow).save(target, "JPEG")
    found = inspect(target.getvalue())
    assert found.outcome == "refused"
    assert found.final is None
    assert found.crop is not None
    assert not found.crop.accepted
    assert "BackgroundColour" in {check.code for check in found.failures}


def test_every_failure_says_value_limit_and_remedy_in_one_pass(shot: Take) -> None:
    found = inspect(shot(head=250))
    assert found.outcome == "refused"
    assert found.crop_refusal is not None
    assert found.crop_refusal.code == "TooFewPixels"
    assert len(found.failures) >= 4
    for check in found.failures:
        assert check.value is not None
        assert check.low is not None or check.high is not None
        assert str(check.remedy)
        assert str(check.title)


def test_overlays_lie_on_the_picture(shot: Take) -> None:
    found = inspect(shot(head=1000, lean=8, right=0.1))
    shapes = [shape for check in found.checks for shape in check.overlay]
    assert shapes
    assert all(-0.05 <= share <= 1.05 for shape in shapes for point in shape.points for share in point)
    eyes = by_code(found)["EyesOpen"].overlay
    across = by_code(found)["InterEyeDistance"].overlay[0]
    for shape, end in zip(eyes, across.points, strict=True):
        assert np.mean(shape.points, axis=0) == pytest.approx(end, abs=0.02)


def test_an_old_photo_and_an_edited_one_are_only_warned_about(pixels: Pixels) -> None:
    notes = Image.Exif()
    notes[0x0131], notes[0x0132] = "GIMP 2.10", "2025:01:02 03:04:05"
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, "JPEG", quality=95, exif=notes, dpi=(300, 300))
    found = inspect(target.getvalue(), today=date(2026, 5, 1))
    verdicts = {code: check.verdict for code, check in by_code(found).items() if check.verdict != "pass"}
    assert verdicts == {"PhotoAge": "warn", "EditorTraces": "warn"}
    assert found.accepted
    assert found.final is not None
    again = read(found.final)
    assert (again.taken_at, again.editor) == (None, "")


def test_a_polyglot_loses_its_passenger(portrait: bytes) -> None:
    passenger = b"PK\x03\x04<script>alert(1)</script>"
    found = inspect(portrait + passenger)
    assert found.final is not None
    assert passenger not in found.final


def test_a_grey_photo_and_a_cut_out_fail(pixels: Pixels, shot: Take) -> None:
    target = io.BytesIO()
    Image.fromarray(pixels).convert("L").convert("RGB").save(target, "JPEG", quality=95)
    assert by_code(inspect(target.getvalue()))["Colour"].verdict == "fail"
    photo = np.asarray(Image.open(io.BytesIO(shot(head=800))))
    cut_out = Image.fromarray(photo).convert("RGBA")
    cut_out.putalpha(Image.fromarray(np.where(photo.mean(axis=2) > 240, 0, 255).astype(np.uint8)))
    target = io.BytesIO()
    cut_out.save(target, "PNG")
    found = inspect(target.getvalue())
    assert found.crop is not None
    assert found.crop.accepted
    assert found.outcome == "refused"
    assert by_code(found)["Transparency"].verdict == "fail"


CHILD = """
import json, sys, time
from pathlib import Path
from django.conf import settings
settings.configure(USE_I18N=False)
from photos.inspection import inspect
for path in sorted(Path(sys.argv[1]).iterdir()):
    data = path.read_bytes()
    began = time.perf_counter()
    found = inspect(data)
    print(json.dumps([path.name, found.accepted, found.checks[0].code, time.perf_counter() - began]))
# The peak of getrusage would count the parent, from which the child was forked.
status = Path("/proc/self/status").read_text()
print(json.dumps(int(status.split("VmHWM:")[1].split()[0]) / 1024))
"""


def in_a_child(folder: Path) -> tuple[list[list[object]], float]:
    """Inspect a folder in a process of its own; return its answers and its peak memory in MB."""
    ended = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    *answers, peak = [json.loads(line) for line in ended.stdout.splitlines()]
    return answers, peak


def test_hostile_files_are_refused_within_two_seconds_and_200_megabytes(tmp_path: Path, portrait: bytes) -> None:
    expected = {}
    for name, (data, code) in hostile_files(portrait).items():
        (tmp_path / name).write_bytes(data)
        expected[name] = code
    answers, peak = in_a_child(tmp_path)
    assert {name: code for name, _accepted, code, _seconds in answers} == expected
    assert not any(accepted for _name, accepted, _code, _seconds in answers)
    assert max(float(str(seconds)) for *_rest, seconds in answers) < 2
    assert peak < 200


def test_a_twelve_megapixel_photo_stays_within_bounds(tmp_path: Path, shot: Take) -> None:
    data = shot(head=1650)
    assert 11_000_000 < np.prod(Image.open(io.BytesIO(data)).size) < 14_000_000
    (tmp_path / "phone.jpg").write_bytes(data)
    answers, peak = in_a_child(tmp_path)
    assert float(str(answers[0][3])) < 3
    assert peak < 250
