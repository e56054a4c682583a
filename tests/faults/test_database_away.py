"""The database goes away: 503 with Retry-After on every page, never 500, and nothing half done."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException
from typing import Any

import pytest
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from applications import services
from applications.models import Application
from portal.common.models import AuditEntry, Event, Promise
from tests.architecture.test_routes import Route, routes
from tests.factories import accounts, cases
from tests.factories.processes import beside_the_tests, until

SEEN = {200, 302, 400, 401, 403, 404, 405, 503}


@contextmanager
def away(error: type[Exception] = OperationalError, *, after: int = 0) -> Iterator[None]:
    """Let the database fail from the statement number `after` + 1 on."""
    left = [after]

    def fail(execute: Callable[..., Any], *call: Any) -> Any:
        if left[0] <= 0:
            raise error
        left[0] -= 1
        return execute(*call)

    with connection.execute_wrapper(fail):
        yield


def wrong(route: Route, client: Client) -> str:
    # A session in the cache would hide that its table is away too.
    cache.clear()
    response = client.get(route.example)
    if response.status_code not in SEEN:
        return f"{route.example} {response.status_code}"
    if response.status_code == 503 and "Retry-After" not in response and "healthz" not in route.path:
        return f"{route.example} without Retry-After"
    return ""


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("who", ["nobody", "citizen", "official"])
def test_every_page_says_try_again(transactional_db: None, who: str, error: type[Exception]) -> None:
    client = Client(raise_request_exception=False)
    if who != "nobody":
        accounts.sign_in(client, accounts.signed_up() if who == "citizen" else accounts.official("supervisor"))
    with away(error):
        found = [line for route in routes() if (line := wrong(route, client))]
        assert client.get("/desk/" if who == "official" else "/messages/").status_code == (
            302 if who == "nobody" else 503
        )
    assert found == []


def test_filing_that_is_cut_off_is_not_half_done(transactional_db: None) -> None:
    cases.ground()
    person = cases.person()
    form = cases.draft(person)
    known = services.gather(person)
    before = (Event.objects.count(), AuditEntry.objects.count(), Promise.objects.count())
    cut = 0
    while not Application.objects.exists():
        try:
            with away(after=cut):
                services.file(form.pk, acting=person.acting, known=known, declared=cases.DECLARED)
        except OperationalError:
            form.refresh_from_db()
            assert form.filed_at is None
            assert before == (Event.objects.count(), AuditEntry.objects.count(), Promise.objects.count())
        cut += 1
    assert cut > 8, "every statement of the filing was cut once"


class Wire:
    """A forwarder between the web server and the database that can be cut."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.cut = False
        self.ends: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            if self.cut:
                near.close()
                continue
            far = socket.create_connection(self.target)
            self.ends += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        finally:
            for end in (source, sink):
                end.close()

    def break_now(self) -> None:
        self.cut = True
        for end in self.ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self.ends.clear()

    def mend(self) -> None:
        self.cut = False


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(port: int, path: str) -> tuple[int, str | None]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        try:
            # An unknown session has to be looked up.
            line.request("GET", path, headers={"Cookie": "sessionid=" + "a" * 32})
            answer = line.getresponse()
        except (OSError, HTTPException):
            return 0, None
        return answer.status, answer.headers["Retry-After"]


@pytest.mark.postgres
def test_a_cut_wire_to_postgresql(transactional_db: None) -> None:
    cases.ground()
    told: dict[str, Any] = connection.settings_dict
    wire = Wire(told["HOST"], int(told["PORT"] or 5432))
    port = free_port()
    processes = beside_the_tests(port=port)
    address = processes.environment["PORTAL_DATABASE_URL"]
    processes.environment["PORTAL_DATABASE_URL"] = address.replace(f":{told['PORT']}/", f":{wire.port}/")
    try:
        processes.manage("collectstatic", "--noinput", "--verbosity=0")
        processes.start("web")
        until(lambda: ask(port, "/healthz")[0] == 503, "the web server answers, without worker and beat")
        pages = ["/", "/account/sign-in/", "/messages/", "/desk/"]
        whole = [ask(port, page)[0] for page in pages]
        assert set(whole) == {200, 302}, dict(zip(pages, whole, strict=True))
        wire.break_now()
        cut = [ask(port, page) for page in pages for _ in range(3)]
        assert {status for status, _ in cut} == {503}
        assert all(wait for _, wait in cut)
        wire.mend()
        until(lambda: [ask(port, page)[0] for page in pages] == whole, "everything is as before", seconds=10)
    finally:
        processes.end()
        wire.listener.close()
