"""A small clamd for tests: speaks INSTREAM, knows the EICAR test file, and misbehaves on request."""

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from applications.gateways.scanner.simulator import EICAR

LIMIT = 12 * 1024 * 1024
COMMAND = b"zINSTREAM\0"


class _Talk(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        if self.rfile.read(len(COMMAND)) != COMMAND:
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        data = b""
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            data += self.rfile.read(size)
            if len(data) > self.server.limit:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.seen.append(data)
        if self.server.says is not None:
            self.wfile.write(self.server.says)
        elif EICAR in data:
            self.wfile.write(b"stream: Local.Eicar.UNOFFICIAL FOUND\0")
        else:
            self.wfile.write(b"stream: OK\0")


class _Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    limit = LIMIT
    says: bytes | None = None
    seen: list[bytes]


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    limit = LIMIT
    says: bytes | None = None
    seen: list[bytes]


@contextmanager
def running(path: Path | None = None) -> Iterator[tuple[str, Any]]:
    """Run the daemon at a path, or on a free port of this machine; yields its address and itself."""
    server = _Unix(str(path), _Talk) if path else _Tcp(("127.0.0.1", 0), _Talk)
    server.seen = []
    address = f"unix:{path}" if path else f"tcp://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield address, server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def deaf() -> Iterator[str]:
    """A port at which somebody answers the call and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as ear:
        yield f"tcp://127.0.0.1:{ear.getsockname()[1]}"
