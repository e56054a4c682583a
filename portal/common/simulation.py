"""Ground for the embedded twins of outside systems: each keeps its own ledger, in a file of its own.

A twin is another party: its ledger does not roll back with our transactions and lies outside our database.
Faults are turned on by name and used up one at a time, so that a delay, a loss, a duplicate or a wrong answer
happens exactly when a test or the development page asks for it.
"""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings

from portal.common import clock, crypto
from portal.common.gateway import GatewayDown

# Shorter than settings.GATEWAY_TIMEOUT_SECONDS: late, but still an answer.
LATE_SECONDS = 8.0

SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY, at TEXT NOT NULL, state TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS seen (name TEXT NOT NULL, key TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS fault (name TEXT PRIMARY KEY, left_over INTEGER NOT NULL);
"""


@dataclass
class Entry:
    """One order in an outside system's own books; `state` and `body` are its business."""

    key: str
    at: datetime
    state: str
    body: dict[str, Any] = field(default_factory=dict)


class Ledger:
    """The books of one outside system; bodies are sealed, since they hold what we sent."""

    def __init__(self, name: str) -> None:
        self.name = name

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        settings.SIMULATION_DIR.mkdir(parents=True, exist_ok=True)
        path = settings.SIMULATION_DIR / f"{self.name}.sqlite3"
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection:
            # The books outlive their process, however it ends; whether they outlive the machine's power nobody asks.
            connection.execute("PRAGMA synchronous=OFF")
            connection.executescript(SCHEMA)
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    def _seal(self, key: str, body: dict[str, Any]) -> bytes:
        return crypto.seal(json.dumps(body, ensure_ascii=False).encode(), context=f"{self.name}:{key}")

    def _entry(self, row: tuple[str, str, str, bytes]) -> Entry:
        body = json.loads(crypto.open_sealed(row[3], context=f"{self.name}:{row[0]}"))
        return Entry(row[0], datetime.fromisoformat(row[1]), row[2], body)

    def once(self, key: str, body: dict[str, Any], *, state: str = "received") -> tuple[Entry, bool]:
        """Book `body` under the idempotency key; a known key returns the first booking and False."""
        with self._connect() as connection:
            connection.execute("INSERT INTO seen VALUES ('request', ?, ?)", (key, clock.now().isoformat()))
            known = connection.execute("SELECT key, at, state, body FROM entry WHERE key = ?", (key,)).fetchone()
            if known:
                return self._entry(known), False
            entry = Entry(key, clock.now(), state, body)
            values = (key, entry.at.isoformat(), state, self._seal(key, body))
            connection.execute("INSERT INTO entry VALUES (?, ?, ?, ?)", values)
            return entry, True

    def get(self, key: str) -> Entry | None:
        """Return the entry under `key`, or None."""
        with self._connect() as connection:
            row = connection.execute("SELECT key, at, state, body FROM entry WHERE key = ?", (key,)).fetchone()
        return self._entry(row) if row else None

    def update(self, key: str, *, state: str, **changes: object) -> None:
        """Change an entry's state and merge `changes` into its body."""
        with self._connect() as connection:
            row = connection.execute("SELECT key, at, state, body FROM entry WHERE key = ?", (key,)).fetchone()
            body = {**self._entry(row).body, **changes}
            connection.execute(
                "UPDATE entry SET state = ?, body = ? WHERE key = ?", (state, self._seal(key, body), key)
            )

    def entries(self) -> list[Entry]:
        """Return every entry, oldest first."""
        with self._connect() as connection:
            rows = connection.execute("SELECT key, at, state, body FROM entry ORDER BY at, key").fetchall()
        return [self._entry(row) for row in rows]

    def count(self, key: str) -> int:
        """Return how often a request with `key` arrived, duplicates included."""
        with self._connect() as connection:
            return int(connection.execute("SELECT count(*) FROM seen WHERE key = ?", (key,)).fetchone()[0])

    def clear(self) -> None:
        """Empty the books and the faults (tests)."""
        with self._connect() as connection:
            for table in ("entry", "seen", "fault"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed names

    # --- faults on demand

    def arm(self, fault: str, times: int = 1) -> None:
        """Let `fault` happen the next `times` times; 0 disarms it, a negative number never ends."""
        with self._connect() as connection:
            connection.execute("INSERT OR REPLACE INTO fault VALUES (?, ?)", (fault, times))

    def armed(self) -> dict[str, int]:
        """Return the armed faults and how often each will still happen."""
        with self._connect() as connection:
            return dict(connection.execute("SELECT name, left_over FROM fault WHERE left_over <> 0").fetchall())

    def trips(self, fault: str) -> bool:
        """Tell whether `fault` happens now, using one of its times up."""
        with self._connect() as connection:
            row = connection.execute("SELECT left_over FROM fault WHERE name = ?", (fault,)).fetchone()
            if not row or row[0] == 0:
                return False
            if row[0] > 0:
                connection.execute("UPDATE fault SET left_over = left_over - 1 WHERE name = ?", (fault,))
            return True

    def answer_or_fail(self) -> None:
        """Raise GatewayDown if the fault `down` is armed: the system does not answer this time."""
        if self.trips("down"):
            raise GatewayDown

    def dawdle(self, fault: str) -> None:
        """Take real seconds if `fault` is armed, so that whoever waits can die meanwhile.

        Twins call it twice: `stall` before they book, `late` when they have booked and not answered yet.
        """
        if self.trips(fault):
            time.sleep(LATE_SECONDS)
