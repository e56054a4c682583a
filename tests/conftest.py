"""Fixtures of the whole suite."""

import os
import sys
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.utils import translation

from portal.accounts.gateways.shared.base import Register
from portal.common.simulation import Ledger

hypothesis.settings.register_profile("quick", deadline=None)
hypothesis.settings.register_profile("long", deadline=None, max_examples=2_000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

HERE = ("127.0.0.1", "::1", "localhost")
REACHING = {"socket.connect": 1, "socket.sendto": 1, "socket.getaddrinfo": 0}


class NobodyOutside(RuntimeError):
    """A test reached for another machine; twins and services of the suite live on this one."""


def _stay_here(event: str, args: tuple[Any, ...]) -> None:
    """Refuse, in this process, to send to or look up anybody but this machine; sockets in the file system pass."""
    if event not in REACHING:
        return
    address = args[REACHING[event]]
    host = address[0] if isinstance(address, tuple) else address
    is_path = event == "socket.connect" and isinstance(address, str | bytes)
    if not (is_path or host is None or host in HERE):
        raise NobodyOutside(f"{event} {host}: tests talk to this machine alone")


sys.addaudithook(_stay_here)

TWINS = (
    "register",
    "plant",
    "courier",
    "cashier",
    "scanner",
    "sms",
    "email",
    *(f"shared_{register}" for register in Register),
    "shared_guardianship",
)


@pytest.fixture(autouse=True)
def _fresh_outside() -> None:
    """Every test starts with empty books outside, an empty cache, no anchors, and in the source language."""
    cache.clear()
    # A request leaves its reader's language behind in the thread.
    translation.activate(settings.LANGUAGE_CODE)
    settings.AUDIT_ANCHOR_FILE.unlink(missing_ok=True)
    for name in TWINS:
        books = settings.SIMULATION_DIR / f"{name}.sqlite3"
        # Empty books carry no date; whoever writes into them gives them one.
        if books.exists() and books.stat().st_mtime:
            Ledger(name).clear()
            os.utime(books, (0, 0))


@pytest.fixture(autouse=True, scope="session")
def _lines_go_after_their_revisions() -> Iterator[None]:
    """SQLite empties tables by DELETE, which the lines of a decided revision refuse as long as it is there."""
    operations: Any = DatabaseWrapper.ops_class
    empty = operations.sql_flush

    def in_order(self: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
        done: list[str] = empty(
            self, style, sorted(tables, key=lambda name: name != "documents_rulerevision"), **options
        )
        return done

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(operations, "sql_flush", in_order)
        yield


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test marked `postgres` runs on PostgreSQL or not at all; where CI is set, not at all is a failure."""
    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        _miss("this test needs PostgreSQL: set PORTAL_TEST_DATABASE_URL")


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """Address of a PostgreSQL database whose role may create databases."""
    return os.environ.get("PORTAL_TEST_POSTGRES_URL") or _miss("set PORTAL_TEST_POSTGRES_URL")


@pytest.fixture(scope="session")
def redis_url() -> str:
    """Address of a Redis database that tests may empty."""
    return os.environ.get("PORTAL_TEST_REDIS_URL") or _miss("set PORTAL_TEST_REDIS_URL")


def _miss(reason: str) -> str:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
