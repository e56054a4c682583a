"""Tests reach nobody outside this machine: the guard of the suite, seen to refuse and to let pass."""

import socket
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

# An address for documentation (RFC 5737) and a name that never resolves (RFC 6761): nobody is there.
NOBODY, NO_NAME = "192.0.2.1", "nobody.invalid"


def connect() -> None:
    with closing(socket.socket()) as end:
        end.connect((NOBODY, 80))


def connect_quietly() -> None:
    with closing(socket.socket()) as end:
        end.connect_ex((NOBODY, 80))


def send_a_datagram() -> None:
    with closing(socket.socket(type=socket.SOCK_DGRAM)) as end:
        end.sendto(b"x", (NOBODY, 53))


def look_up_a_name() -> None:
    socket.getaddrinfo(NO_NAME, 443)


def open_a_page() -> None:
    urllib.request.urlopen(f"https://{NO_NAME}/", timeout=1)


@pytest.mark.parametrize("reach", [connect, connect_quietly, send_a_datagram, look_up_a_name, open_a_page])
def test_whoever_reaches_outside_is_refused(reach: Callable[[], None]) -> None:
    with pytest.raises(RuntimeError, match="this machine alone"):
        reach()


def test_this_machine_can_be_reached(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, port)).close()
    with closing(socket.socket(socket.AF_UNIX)) as server, closing(socket.socket(socket.AF_UNIX)) as end:
        path = str(tmp_path / "s")
        server.bind(path)
        server.listen()
        end.connect(path)
