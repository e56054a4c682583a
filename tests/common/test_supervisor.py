import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from portal import supervisor

PATIENCE_SECONDS = 15

# A child that starts a grandchild in a session of its own, as a daemon would, and then waits.
FAMILY = """
import os, subprocess
subprocess.Popen(["sleep", "{tag}"], start_new_session=True)
os.execvp("sleep", ["sleep", "{tag}"])
"""
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep({tag})"
DRIVER = """
import sys
from portal import supervisor
children = [supervisor.Child(str(n), [sys.executable, "-c", code]) for n, code in enumerate(sys.argv[2:])]
sys.exit(supervisor.Supervisor(children, {"PATH": "/usr/bin:/bin"}).run(port=int(sys.argv[1])))
"""


def until(reached: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if value := reached():
            return value
        time.sleep(0.05)
    pytest.fail("not reached in time")


def living(tag: str) -> list[int]:
    """Return the processes whose command line holds the tag, the driver itself left out."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if any(tag.encode() in word for word in words) and b"supervisor" not in b"".join(words):
            found.append(int(path.parent.name))
    return sorted(found)


@pytest.fixture
def tag() -> str:
    """A number of seconds that no other process waits for."""
    return f"86400.{os.getpid()}{time.monotonic_ns()}"


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def tree(free_port: int) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    started = []

    def start(*codes: str) -> subprocess.Popen[str]:
        line = [sys.executable, "-c", DRIVER, str(free_port), *codes]
        process = subprocess.Popen(line, cwd=supervisor.BASE_DIR, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_every_descendant(tree: Any, tag: str, number: int) -> None:
    process = tree(FAMILY.format(tag=tag))
    until(lambda: len(living(tag)) == 2)
    process.send_signal(number)
    assert process.wait(timeout=10) == 0
    assert not living(tag)


def test_a_child_that_ignores_the_request_is_killed_within_ten_seconds(tree: Any, tag: str) -> None:
    process = tree(STUBBORN.format(tag=tag))
    until(lambda: living(tag))
    began = time.monotonic()
    process.terminate()
    process.wait(timeout=10)
    assert time.monotonic() - began < 10
    assert not living(tag)


def test_a_child_that_dies_is_started_again_and_its_leftovers_are_not_kept(tree: Any, tag: str) -> None:
    process = tree(FAMILY.format(tag=tag))
    first = until(lambda: pids if len(pids := living(tag)) == 2 else None)
    child = next(pid for pid in first if pid in supervisor._children(process.pid))
    os.kill(child, signal.SIGKILL)
    until(lambda: any(pid not in first for pid in living(tag)))
    process.terminate()
    process.wait(timeout=10)
    assert not living(tag)
    assert "ended with -9" in process.stdout.read()


def test_killing_the_supervisor_itself_ends_its_children(tree: Any, tag: str) -> None:
    process = tree(f"import time; time.sleep({tag})")
    until(lambda: living(tag))
    process.kill()
    process.wait()
    until(lambda: not living(tag))


def test_a_child_that_never_stays_up_ends_the_portal(monkeypatch: pytest.MonkeyPatch, capfd: Any) -> None:
    monkeypatch.setattr(supervisor, "PAUSE_SECONDS", (0.0,))
    monkeypatch.setattr(supervisor, "TICK_SECONDS", 0.01)
    monkeypatch.setattr(supervisor, "_adopt_orphans", lambda: None)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    # Only its own child may be ended here: this process is the test run itself.
    monkeypatch.setattr(supervisor, "_descendants", lambda _pid: [])
    monkeypatch.setattr(supervisor, "_reap_orphans", lambda _own: None)
    child = supervisor.Child("broken", [sys.executable, "-c", "raise SystemExit(3)"])
    assert supervisor.Supervisor([child], dict(os.environ)).run(port=1) == 1
    said = capfd.readouterr().out
    assert said.count("broken ended with 3") == supervisor.SHORT_LIVES
    assert "giving up" in said


def test_a_taken_port_is_named_with_a_remedy(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        assert supervisor.main() == supervisor.WRONG_USE
    assert f"make run PORT={port + 1}" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", ["abc", "0", "65536", "-1", "80.5"])
def test_a_wrong_port_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: Any, wrong: str) -> None:
    monkeypatch.setenv("PORT", wrong)
    assert supervisor.main() == supervisor.WRONG_USE
    assert repr(wrong) in capsys.readouterr().out
