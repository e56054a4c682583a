"""The portal's own processes, started for a test on folders and a database of its own, and killed by it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar
from urllib.request import urlopen

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection

from portal import supervisor

PATIENCE_SECONDS = 60.0
Found = TypeVar("Found")


def until(reached: Callable[[], Found], what: str, *, seconds: float = PATIENCE_SECONDS, every: float = 0.05) -> Found:
    """Return the first true answer of `reached`; the test fails when none comes in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := reached():
            return found
        time.sleep(every)
    pytest.fail(f"not reached within {seconds:g} s: {what}")


class Processes:
    """Web server, worker and beat of one installation, by name; each in a group that dies with it."""

    def __init__(self, var: Path, environment: Mapping[str, str], *, port: int = 0) -> None:
        self.var = var
        self.port = port
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")},
            "DJANGO_SETTINGS_MODULE": "portal.settings.development",
            "PORTAL_VAR_DIR": str(var),
            "PORTAL_PUBLIC_URL": f"http://{supervisor.HOST}:{port}",
            "PYTHONWARNINGS": "ignore",
            **environment,
        }
        for folder in ("run", "broker", "broker-control", "logs"):
            (var / folder).mkdir(parents=True, exist_ok=True)
        self.lines = {child.name: list(child.command) for child in supervisor.commands(port, var)}
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *, line: str = "", extra: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
        """Start `line` (web, worker, beat) under `name`; its output goes to var/logs/<name>.log."""
        with (self.var / "logs" / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [*self.lines[line or name], *extra],
                cwd=supervisor.BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.running[name] = process
        return process

    def kill(self, name: str) -> None:
        """`kill -9`, with everything the process started."""
        process = self.running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        """Leave nobody behind, nor their sessions at the database server, which outlive them for a moment."""
        for name in list(self.running):
            self.kill(name)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

    def manage(self, *words: str) -> str:
        """Run a management command on this installation; the test fails when the command does."""
        done = subprocess.run(
            [str(supervisor.BINARIES / "python"), "manage.py", *words],
            cwd=supervisor.BASE_DIR,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    @property
    def url(self) -> str:
        """Where the web server answers."""
        return f"http://{supervisor.HOST}:{self.port}"

    def is_well(self) -> bool:
        """Tell whether web server, worker, beat, database and broker are well."""
        try:
            with urlopen(f"{self.url}/healthz", timeout=5) as answer:  # noqa: S310 - our own server
                return bool(answer.status == 200)
        except OSError:
            return False

    def log(self, name: str) -> str:
        """What the process has printed."""
        return (self.var / "logs" / f"{name}.log").read_text()


def installed(var: Path, environment: Mapping[str, str]) -> Processes:
    """A portal of its own, set up with its demonstration people, answering with worker and beat."""
    with closing(socket.socket()) as probe:
        probe.bind((supervisor.HOST, 0))
        port = int(probe.getsockname()[1])
    processes = Processes(var, environment, port=port)
    try:
        processes.manage("prepare", "--demonstration")
        for name in ("web", "worker", "beat"):
            processes.start(name)
        until(processes.is_well, "the portal is well")
    except BaseException:
        processes.end()
        raise
    return processes


def beside_the_tests(redis_url: str = "", *, port: int = 0) -> Processes:
    """Processes on the very database, files and keys of the running test suite."""
    keys = {
        "secret": settings.SECRET_KEY,
        "sealing": ",".join(settings.SEALING_KEYS),
        "index": settings.INDEX_KEY,
        "audit": settings.AUDIT_KEY,
        "cashier": settings.CASHIER_KEY,
    }
    var = Path(settings.VAR_DIR)
    (var / "keys.json").write_text(json.dumps(keys))
    return Processes(
        var,
        {
            "PORTAL_DATABASE_URL": database_url(),
            "PORTAL_REDIS_URL": redis_url,
            "PORTAL_SIMULATED_PLANT_SECONDS": "0",
            "PORTAL_SIMULATED_COURIER_SECONDS": "0",
        },
        port=port,
    )


def database_url() -> str:
    """The address of the database the test is connected to."""
    told: dict[str, Any] = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    return f"postgresql://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT']}/{told['NAME']}"


def bell(processes: Processes) -> Celery:
    """A Celery application that rings at the broker of these processes, for services called by the test itself."""
    url = processes.environment["PORTAL_REDIS_URL"]
    folder = str(processes.var / "broker")
    app = Celery("tests", broker=url or "filesystem://", set_as_current=False)
    app.conf.task_default_queue = "default"
    if not url:
        control = str(processes.var / "broker-control")
        app.conf.broker_transport_options = {
            "data_folder_in": folder,
            "data_folder_out": folder,
            "control_folder": control,
        }
    return app
