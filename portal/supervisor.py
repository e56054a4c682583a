"""Keeps the embedded portal's processes alive in one tree (web server, one Celery worker, beat); `make run` ends here.

A process that dies is started again after a growing pause. SIGTERM, SIGINT and SIGHUP end the whole tree, also
processes started by the children, within ten seconds.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[1]
BINARIES = Path(sys.executable).parent
DEFAULT_PORT = 8000
HOST = "127.0.0.1"

PAUSE_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
STEADY_SECONDS = 20.0
# A process that never stays up will not mend by itself: after so many short lives in a row the portal stops.
SHORT_LIVES = 8
GRACE_SECONDS = 6.0
ANSWER_SECONDS = 90.0
TICK_SECONDS = 0.2

WRONG_USE = 2
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LINUX = sys.platform == "linux"


@dataclass
class Child:
    """One process to keep alive, with the story of its lives."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    born: float = 0.0
    due: float = 0.0
    short_lives: int = field(default=0)

    def start(self, environment: dict[str, str]) -> None:
        """Start it in a session of its own, so that a signal reaches its whole group and no terminal reaches it."""
        self.process = subprocess.Popen(  # noqa: S603 - fixed commands
            self.command,
            cwd=BASE_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent if LINUX else None,  # noqa: PLW1509 - this program has one thread
        )
        self.born = time.monotonic()

    def bury(self) -> str:
        """Note a death that was just seen and when the next life is due; returns what to say about it."""
        if self.process is None:
            return ""
        code, lived = self.process.returncode, time.monotonic() - self.born
        # Its own children are of no use without it, and must not hold its port or its files.
        _signal_group(self.process.pid, signal.SIGKILL)
        self.process = None
        self.short_lives = 0 if lived > STEADY_SECONDS else self.short_lives + 1
        pause = PAUSE_SECONDS[min(self.short_lives, len(PAUSE_SECONDS) - 1)]
        self.due = time.monotonic() + pause
        return f"{self.name} ended with {code} after {lived:.0f} s; starting it again in {pause:g} s"


class Supervisor:
    """The tree: starts the children, watches them, ends them."""

    def __init__(self, children: Sequence[Child], environment: dict[str, str]) -> None:
        self.children = children
        self.environment = environment
        self.stopping = False

    def run(self, *, port: int) -> int:
        """Keep everything alive until a signal asks to end; returns the exit code."""
        _adopt_orphans()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        answering, began = False, time.monotonic()
        code = 0
        try:
            while not self.stopping:
                if worn_out := self._tend():
                    say(f"{worn_out} did not stay up {SHORT_LIVES} times in a row: giving up")
                    code = 1
                    break
                if not answering and time.monotonic() - began < ANSWER_SECONDS and _answers(port):
                    answering = True
                    announce(port, self.environment)
                time.sleep(TICK_SECONDS)
        finally:
            end_everything([child.process for child in self.children if child.process])
        return code

    def _ask_to_stop(self, _number: int, _frame: object) -> None:
        self.stopping = True

    def _tend(self) -> str:
        """Start what is due, bury what died; returns the name of a child that is beyond help, or nothing."""
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                say(child.bury())
                if child.short_lives >= SHORT_LIVES:
                    return child.name
            if child.process is None and time.monotonic() >= child.due:
                child.start(self.environment)
        _reap_orphans({child.process.pid for child in self.children if child.process})
        return ""


def say(text: str) -> None:
    """Print one line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def commands(port: int, var: Path) -> list[Child]:
    """Return the processes of the embedded portal; `var` is the folder that all of them write to."""
    celery = [str(BINARIES / "celery"), "--quiet", "-A", "portal"]
    web = [str(BINARIES / "gunicorn"), "portal.wsgi", "--bind", f"{HOST}:{port}", "--workers", "1"]
    web += ["--worker-class", "gthread", "--threads", "8", "--graceful-timeout", "4", "--no-control-socket"]
    web += ["--worker-tmp-dir", str(var / "run"), "--log-level", "warning"]
    # Only the worker that runs tasks itself is quick and safe on the file broker; gossip would only write files.
    worker = [*celery, "worker", "-P", "solo", "-Q", "default,photos", "--loglevel", "warning"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat", "-n", "embedded@portal"]
    beat = [*celery, "beat", "--loglevel", "warning", "--pidfile="]
    return [Child("web", web), Child("worker", worker), Child("beat", beat)]


def announce(port: int, environment: dict[str, str]) -> None:
    """Print the address and the demonstration accounts."""
    say(f"\nThe portal answers at http://{HOST}:{port}/   (Ctrl-C ends it)\n")
    shown = subprocess.run(
        [sys.executable, "manage.py", "load_demonstration", "--show"],
        cwd=BASE_DIR,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    if shown.returncode == 0:
        say(shown.stdout.rstrip())


def end_everything(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask every process of ours to end, wait, then kill whatever is left, down to the last descendant."""
    for process in processes:
        _signal_group(process.pid, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < deadline and any(process.poll() is None for process in processes):
        time.sleep(TICK_SECONDS)
    for process in processes:
        _signal_group(process.pid, signal.SIGKILL)
    # What left its group was adopted by us when its parent died: kill until nobody is left.
    while time.monotonic() < deadline + GRACE_SECONDS / 2:
        left = _descendants(os.getpid())
        for pid in left:
            _signal_one(pid, signal.SIGKILL)
        _reap_orphans(set())
        if not left:
            return
        time.sleep(TICK_SECONDS / 4)


def _signal_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def _signal_one(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _end_with_parent() -> None:
    """Ask the kernel to end this child when the supervisor itself is killed without a chance to clean up."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def _adopt_orphans() -> None:
    """Become the parent of descendants whose own parent dies (Linux; elsewhere the groups have to do)."""
    if LINUX:
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _reap_orphans(own: set[int]) -> None:
    """Collect adopted processes that ended; `own` are waited for by their Popen objects."""
    for pid in _children(os.getpid()):
        if pid not in own:
            try:
                os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                continue


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(number) for number in path.read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def _descendants(pid: int) -> list[int]:
    found = []
    for child in _children(pid):
        found += [child, *_descendants(child)]
    return found


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=1):
            return True
    except OSError:
        return False


def _port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def main() -> int:
    """Read PORT, make the folders, run the tree."""
    wanted = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not wanted.isdecimal() or not 0 < int(wanted) < 65536:  # noqa: PLR2004 - ports have 16 bits
        say(f"PORT must be a number from 1 to 65535, not {wanted!r}")
        return WRONG_USE
    port = int(wanted)
    if not _port_is_free(port):
        say(f"Port {port} is taken. End what listens there, or choose another: make run PORT={port + 1}")
        return WRONG_USE
    var = Path(os.environ.get("PORTAL_VAR_DIR") or BASE_DIR / "var")
    for folder in ("run", "broker", "broker-control"):
        (var / folder).mkdir(parents=True, exist_ok=True)
    environment = {
        "DJANGO_SETTINGS_MODULE": "portal.settings.development",
        "PORTAL_PUBLIC_URL": f"http://{HOST}:{port}",
        "PYTHONUNBUFFERED": "1",
        # An embedded portal in a container runs as its only user, and needs no reminder at every start.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        **os.environ,
    }
    return Supervisor(commands(port, var), environment).run(port=port)


if __name__ == "__main__":
    sys.exit(main())
