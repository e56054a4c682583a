"""Server processes on the database of the benchmark, what is asked of them, and the processor time they spend."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from benchmarks.figures import Spent
from tests.factories.processes import database_url, until

WORKERS, CONNECTIONS = 2, 8
BINARIES = Path(sys.executable).parent
CSRF = "benchmark" + "0" * 23


@dataclass(frozen=True)
class Ask:
    """One request; `status` is what must come."""

    path: str
    method: str = "GET"
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200


def form(path: str, body: str, *, cookies: str = "", status: int = 200, address: str = "127.0.0.1") -> Ask:
    """Return a form sent by a browser that has the token against forgery."""
    told = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": CSRF, "X-Real-IP": address}
    told["Cookie"] = "; ".join(filter(None, [f"{settings.CSRF_COOKIE_NAME}={CSRF}", cookies]))
    return Ask(path, "POST", body, told, status)


class Group:
    """A process with its children, and what they have spent."""

    def __init__(self, *line: str) -> None:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "PORTAL_TEST_DATABASE_URL": database_url(),
            "PORTAL_VAR_DIR": str(settings.VAR_DIR),
            "PYTHONWARNINGS": "ignore",
        }
        self.process = subprocess.Popen(
            [str(BINARIES / line[0]), *line[1:]],
            env=environment,
            cwd=settings.BASE_DIR,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
        )

    def cpu(self) -> float:
        """Return the seconds of processor time spent so far by all processes of the group."""
        spent = 0
        for pid in self.pids():
            for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                spent += int(thread.read_text().split()[0])
        return spent / 1e9

    def pids(self) -> list[int]:
        """Return the process and its children."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *map(int, children)]

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to all of them."""
        os.killpg(self.process.pid, number)

    def end(self) -> None:
        """Kill the group."""
        self.signal(signal.SIGKILL)
        self.process.wait()


class Server:
    """Gunicorn with two workers, and eight connections to it."""

    def __init__(self, port: int) -> None:
        self.port = port
        gunicorn = ("gunicorn", "benchmarks.server:application", "--bind", f"127.0.0.1:{port}")
        self.group = Group(*gunicorn, "--workers", str(WORKERS), "--no-control-socket", "--log-level", "error")
        self.clients = ThreadPoolExecutor(CONNECTIONS)

    def send(self, asks: Sequence[Ask]) -> Spent:
        """Send requests, up to eight at a time; fails where something else comes than must."""
        cpu, began = self.group.cpu(), time.perf_counter()
        answers = list(self.clients.map(self._one, asks))
        spent = Spent(len(asks), time.perf_counter() - began, self.group.cpu() - cpu)
        wrong = {(ask.path, came) for ask, came in zip(asks, answers, strict=True) if came != ask.status}
        assert not wrong, wrong
        return spent

    def _one(self, ask: Ask) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(ask.method, ask.path, ask.body or None, ask.headers)
            answer = connection.getresponse()
            answer.read()
        finally:
            connection.close()
        return answer.status

    def is_up(self) -> bool:
        """Tell whether it answers."""
        try:
            return self._one(Ask("/floor/rows/")) == 200
        except OSError:
            return False


@contextmanager
def serving(port: int = 18431) -> Iterator[Server]:
    """Run the server for the time of the block."""
    server = Server(port)
    try:
        until(server.is_up, "the server answers")
        yield server
    finally:
        server.clients.shutdown()
        server.group.end()
