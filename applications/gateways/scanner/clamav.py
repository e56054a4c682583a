"""A client of clamd's INSTREAM command, over a socket in the file system or TCP (clamd(8), "COMMANDS")."""

import re
import socket
import struct
import time
from contextlib import suppress
from typing import Self

from django.conf import settings

from applications.gateways.scanner.base import NotScanned
from portal.common.gateway import GatewayDown

CHUNK = 64 * 1024
_LONGEST_ANSWER = 4096
_FOUND = re.compile(r"^stream: (?P<name>[\x21-\x7e]{1,100}) FOUND$")
_CLEAN = "stream: OK"
_TOO_LARGE = "INSTREAM size limit exceeded. ERROR"


class ClamAV:
    """A Scanner at settings.SCANNER_ADDRESS: unix:/path or tcp://host:port."""

    def scan(self, data: bytes) -> str:
        """See Scanner.scan."""
        deadline = time.monotonic() + settings.SCANNER_TIMEOUT_SECONDS
        try:
            with _Link(settings.SCANNER_ADDRESS, deadline) as link:
                # A daemon that has seen too much answers and hangs up while we are still sending.
                with suppress(BrokenPipeError, ConnectionResetError):
                    link.send(b"zINSTREAM\0")
                    for start in range(0, len(data), CHUNK):
                        piece = data[start : start + CHUNK]
                        link.send(struct.pack("!I", len(piece)) + piece)
                    link.send(struct.pack("!I", 0))
                answer = link.answer()
        except OSError as error:
            reason = "scanner.away"
            raise GatewayDown(reason) from error
        return _read(answer)


class _Link:
    """One connection; no step of it outlives the deadline (a moment of time.monotonic)."""

    def __init__(self, address: str, deadline: float) -> None:
        self.address, self.deadline = address, deadline

    def __enter__(self) -> Self:
        kind, _, place = self.address.partition(":")
        if kind == "unix":
            self.socket = socket.socket(socket.AF_UNIX)
            where: str | tuple[str, int] = place
        else:
            host, _, port = place.removeprefix("//").rpartition(":")
            self.socket = socket.socket(socket.AF_INET)
            where = (host, int(port))
        try:
            self._hurry()
            self.socket.connect(where)
        except OSError:
            self.socket.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def _hurry(self) -> None:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.socket.settimeout(left)

    def send(self, data: bytes) -> None:
        """Send all of it."""
        self._hurry()
        self.socket.sendall(data)

    def answer(self) -> str:
        """Return what the daemon says up to its closing null or the end."""
        told = b""
        while b"\0" not in told and len(told) < _LONGEST_ANSWER:
            self._hurry()
            piece = self.socket.recv(_LONGEST_ANSWER)
            if not piece:
                break
            told += piece
        return told.partition(b"\0")[0].decode("ascii", errors="replace").strip()


def _read(answer: str) -> str:
    if answer == _CLEAN:
        return ""
    if found := _FOUND.match(answer):
        return found["name"]
    if answer == _TOO_LARGE:
        raise NotScanned
    # Whatever else it says, nothing was found clean.
    reason = "scanner.no_verdict"
    raise GatewayDown(reason)
