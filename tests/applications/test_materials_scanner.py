"""The scanner: what clamd says is believed, and nothing else is; without an answer nothing counts as clean.

PORTAL_TEST_CLAMD_ADDRESS runs what it can of these tests against a real clamd that knows the test file.
"""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from applications.gateways.scanner import scanner
from applications.gateways.scanner.base import NotScanned
from applications.gateways.scanner.clamav import CHUNK, ClamAV
from applications.gateways.scanner.simulator import EICAR, SIGNATURE, SimulatedScanner
from portal.common.gateway import GatewayDown
from tests.factories import clamd

REAL = os.environ.get("PORTAL_TEST_CLAMD_ADDRESS", "")


@pytest.fixture(params=["unix", "tcp"])
def address(request: pytest.FixtureRequest, tmp_path: Path, settings: Settings) -> Iterator[str]:
    with clamd.running(tmp_path / "clamd.ctl" if request.param == "unix" else None) as (where, _server):
        settings.SCANNER_ADDRESS = REAL or where
        yield settings.SCANNER_ADDRESS


@pytest.mark.usefixtures("address")
def test_clean_bytes_are_clean_and_the_test_file_is_named() -> None:
    assert ClamAV().scan(b"%PDF-1.7 nothing in it %%EOF") == ""
    assert "eicar" in ClamAV().scan(EICAR).lower()
    assert ClamAV().scan(b"") == ""


@pytest.mark.usefixtures("address")
def test_a_file_of_many_chunks_arrives_whole() -> None:
    noise = random.Random(1).randbytes(5 * CHUNK + 17)
    assert ClamAV().scan(noise) == ""


def test_every_byte_is_sent_once_and_in_order(settings: Settings) -> None:
    noise = random.Random(2).randbytes(3 * CHUNK + 1)
    with clamd.running() as (settings.SCANNER_ADDRESS, server):
        ClamAV().scan(noise)
    assert server.seen == [noise]


def test_more_than_the_daemon_takes_is_never_clean(settings: Settings) -> None:
    with clamd.running() as (settings.SCANNER_ADDRESS, server):
        server.limit = CHUNK
        with pytest.raises(NotScanned):
            ClamAV().scan(bytes(40 * CHUNK))


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\0",
        b"stream: OK FOUND ERROR\0",
        b"stream: \xff FOUND\0",
        b"other: OK\0",
        b"stream: ok\0",
        b"UNKNOWN COMMAND\0",
        b"x" * 10_000,
    ],
)
def test_what_is_no_verdict_is_no_clean_bill(settings: Settings, said: bytes) -> None:
    with clamd.running() as (settings.SCANNER_ADDRESS, server):
        server.says = said
        with pytest.raises(GatewayDown):
            ClamAV().scan(b"bytes")


def test_nobody_there_is_away(settings: Settings, tmp_path: Path) -> None:
    for settings.SCANNER_ADDRESS in (f"unix:{tmp_path / 'nobody.ctl'}", "tcp://127.0.0.1:9"):
        with pytest.raises(GatewayDown):
            ClamAV().scan(b"bytes")


def test_a_daemon_that_says_nothing_is_given_up_in_time(settings: Settings) -> None:
    settings.SCANNER_TIMEOUT_SECONDS = 0.5
    with clamd.deaf() as settings.SCANNER_ADDRESS:
        began = time.monotonic()
        with pytest.raises(GatewayDown):
            ClamAV().scan(b"bytes")
        assert time.monotonic() - began < 5


def test_the_twin_knows_the_test_file_and_fails_on_demand() -> None:
    twin = scanner()
    assert isinstance(twin, SimulatedScanner)
    assert (twin.scan(b"x"), twin.scan(b"x" + EICAR)) == ("", SIGNATURE)
    twin.ledger.arm("down")
    with pytest.raises(GatewayDown):
        twin.scan(b"x")
    twin.ledger.arm("too_large")
    with pytest.raises(NotScanned):
        twin.scan(b"x")
    twin.ledger.arm("finds")
    assert (twin.scan(b"x"), twin.scan(b"x")) == (SIGNATURE, "")


def test_production_takes_no_twin_unless_told(settings: Settings) -> None:
    written = (Path(settings.BASE_DIR) / "portal" / "settings" / "production.py").read_text()
    assert 'SCANNER = env.str("PORTAL_SCANNER", default="clamav")' in written
    settings.SCANNER = "clamav"
    assert isinstance(scanner(), ClamAV)
