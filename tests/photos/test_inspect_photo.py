import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from photos.demonstration import PORTRAIT
from photos.nets.load import Pixels
from photos.reading import write_jpeg
from tests.photos.hostile import hostile_files


def answers(*files: Path) -> list[dict[str, Any]]:
    out = io.StringIO()
    call_command("inspect_photo", *map(str, files), "--json", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_one_object_a_line_with_every_check(tmp_path: Path, pixels: Pixels) -> None:
    two = tmp_path / "two.jpg"
    two.write_bytes(write_jpeg(np.concatenate([pixels, pixels], axis=1)))
    good, several = answers(PORTRAIT, two)
    assert good["file"] == str(PORTRAIT)
    assert good["accepted"] is True
    assert several["accepted"] is False
    for answer, faces in ((good, 1), (several, 2)):
        assert isinstance(answer["milliseconds"], int)
        checks = {check["code"]: check for check in answer["checks"]}
        assert checks["SingleFacePresent"]["value"] == faces
        assert len(checks) == len(answer["checks"]) == 34
        for check in checks.values():
            assert check["verdict"] in {"pass", "warn", "fail"}
            assert {"code", "verdict", "value", "limit", "remedy"} <= set(check)
            assert bool(check["remedy"]) is (check["verdict"] != "pass")


def test_hostile_files_get_a_coded_answer_and_never_a_traceback(tmp_path: Path, portrait: bytes) -> None:
    expected = hostile_files(portrait)
    for name, (data, _code) in expected.items():
        (tmp_path / name).write_bytes(data)
    for answer in answers(*(tmp_path / name for name in expected)):
        assert answer["accepted"] is False
        (check,) = answer["checks"]
        assert check["code"] == expected[Path(answer["file"]).name][1]
        assert check["verdict"] == "fail"
        assert check["remedy"]
        if check["code"] in {"FileFormat", "FileSize", "PixelCount", "FileAnimated"}:
            assert check["value"]
            assert check["limit"]


def test_a_file_that_cannot_be_opened_is_answered_too_and_ends_in_an_error(tmp_path: Path) -> None:
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 of 2"):
        call_command("inspect_photo", str(tmp_path / "absent.jpg"), str(PORTRAIT), "--json", stdout=out)
    absent, good = [json.loads(line) for line in out.getvalue().splitlines()]
    assert absent["checks"][0]["code"] == "FileUnreadable"
    assert good["accepted"] is True


def test_plain_lines_name_what_to_mend(tmp_path: Path) -> None:
    target = tmp_path / "empty.jpg"
    target.write_bytes(b"")
    out = io.StringIO()
    call_command("inspect_photo", str(target), stdout=out)
    assert "refused" in out.getvalue()
    assert "FileEmpty" in out.getvalue()
