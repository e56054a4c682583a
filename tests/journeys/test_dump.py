"""Nothing that a walk through the portal left behind shows a number, a phone or an address in clear."""

import base64
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
import pytest
import redis

from portal.home.journey.browser import Browser
from portal.home.journey.citizen import ADDRESS, EMERGENCY_PHONE
from tests.factories.processes import until
from tests.journeys.conftest import Portal, Walk

pytestmark = pytest.mark.browser

CONTROL = "110101199003078515"
WAITING_PHONE = "19912345678"
# Not left behind by a walk: the program's own static files, and the keys and demonstration passwords of set-up.
OWN = {"static", "keys.json", "demonstration.json"}


def spellings(text: str) -> set[bytes]:
    """The ways in which a text may lie in a file: plain, escaped, coded, spaced, reversed."""
    plain = text.encode()
    ways = {plain, text[::-1].encode(), plain.hex().encode(), plain.hex().upper().encode()}
    ways |= {text.encode("utf-16-le"), text.encode("utf-16-be"), text.encode("gb18030")}
    ways |= {quote(text).encode(), quote(text).lower().encode(), text.encode("unicode_escape")}
    ways |= {" ".join(text).encode(), "-".join(text).encode()}
    if text.isascii():
        for sizes in ((3, 4, 4), (6, 8, 4), (6, 4, 4, 4), (4, 4, 4, 4, 2)):
            parts, at = [], 0
            for size in sizes:
                parts.append(text[at : at + size])
                at += size
            ways |= {joint.join(part for part in parts if part).encode() for joint in (" ", "-")}
    for shift in range(3):
        # What base64 makes of it at each of the three offsets, without the letters its neighbours change.
        coded = base64.b64encode(b"\0" * shift + plain)
        start = (0, 2, 3)[shift]
        sure = coded.rstrip(b"=")[start:-1]
        ways |= {sure, sure.translate(bytes.maketrans(b"+/", b"-_"))}
    return {way for way in ways if len(way) >= 8}


def files_of(portal: Portal) -> Iterator[tuple[str, bytes]]:
    """Everything the portal wrote into its folder: database, broker, sealed files, simulators, logs, schedule."""
    for path in sorted(portal.processes.var.rglob("*")):
        inside = path.relative_to(portal.processes.var)
        if path.is_file() and inside.parts[0] not in OWN:
            yield str(inside), path.read_bytes()


def dump_of_sqlite(path: Path) -> Iterator[tuple[str, bytes]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608 - names of our own tables
            yield f"table {table}", "\n".join(str(row) for row in rows).encode()


def dump_of_postgresql(url: str) -> Iterator[tuple[str, bytes]]:
    done = subprocess.run(["pg_dump", "--inserts", url], check=True, capture_output=True)
    yield "pg_dump", done.stdout


def dump_of_redis(url: str) -> Iterator[tuple[str, bytes]]:
    server: Any = redis.Redis(connection_pool=redis.ConnectionPool.from_url(url))
    for key in server.scan_iter():
        readers: dict[bytes, Callable[[bytes], object]] = {
            b"string": server.get,
            b"list": lambda one: server.lrange(one, 0, -1),
            b"hash": server.hgetall,
            b"set": server.smembers,
            b"zset": lambda one: server.zrange(one, 0, -1),
        }
        value = readers[server.type(key)](key)
        # The bytes themselves, not what repr makes of them: a Chinese address must stay findable.
        yield f"redis {key!r}", key + b"\n" + b"\n".join(_flat(value))


def _flat(value: object) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _flat(list(pair))
    elif isinstance(value, list | set):
        for one in value:
            yield from _flat(one)


def everything(portal: Portal) -> Iterator[tuple[str, bytes]]:
    yield from files_of(portal)
    if portal.database:
        yield from dump_of_postgresql(portal.database)
        yield from dump_of_redis(portal.redis_url)
    else:
        yield from dump_of_sqlite(portal.processes.var / "portal.sqlite3")


def found(portal: Portal, planted: dict[str, str]) -> list[str]:
    sought = {way: name for name, text in planted.items() for way in spellings(text)}
    return [f"{name} in {place}" for place, data in everything(portal) for way, name in sought.items() if way in data]


def ring_without_a_worker(portal: Portal) -> None:
    """Leave a promise and its nudge lying: a code is asked for while no worker runs."""
    portal.processes.kill("worker")
    browser = Browser(portal.url)
    browser.get("account/sign-up/")
    browser.send("phone", phone=WAITING_PHONE)


def plant_control(portal: Portal) -> None:
    """Write the control into a field that is public by design: the name of an office."""
    statement = f"UPDATE accounts_authority SET name = '{CONTROL}' WHERE code = '000000'"  # noqa: S608
    if portal.database:
        with closing(psycopg2.connect(portal.database)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(statement)
    else:
        with closing(sqlite3.connect(portal.processes.var / "portal.sqlite3", timeout=30)) as connection, connection:
            connection.execute(statement)


def test_nothing_is_left_in_clear(walk: Walk, portal: Portal) -> None:
    planted = {"address": ADDRESS, "emergency phone": EMERGENCY_PHONE, "waiting phone": WAITING_PHONE}
    for number, citizen in enumerate(portal.walked):
        planted |= {f"citizen number {number}": citizen.person.citizen_number, f"phone {number}": citizen.phone}
    for role in ("officer", "supervisor"):
        secret = portal.credentials(role).secret
        planted |= {f"secret of {role}": secret, f"key of {role}": base64.b32decode(secret).hex()}
    ring_without_a_worker(portal)
    try:
        places = [place for place, _ in everything(portal)]
        waiting = "redis b'default'" if portal.database else "broker/"
        assert any(place.startswith(waiting) for place in places), "the nudge lies in the broker"
        assert found(portal, planted) == []
        assert not [place for place, data in files_of(portal) if data.startswith((b"\xff\xd8\xff", b"\x89PNG"))]
        plant_control(portal)
        assert found(portal, {"control": CONTROL})
    finally:
        portal.processes.start("worker")
    until(portal.processes.is_well, "the worker is back")


@pytest.mark.parametrize("way", sorted(spellings(CONTROL) | spellings(ADDRESS)), ids=lambda way: way[:12].hex())
def test_every_spelling_is_found(way: bytes) -> None:
    sought = spellings(CONTROL) | spellings(ADDRESS)
    assert any(one in b"before " + way + b" after" for one in sought)


def test_base64_is_found_at_every_offset() -> None:
    for before in ("", "x", "xy", "xyz"):
        coded = base64.b64encode(f"{before}{CONTROL} and more".encode())
        assert any(way in coded for way in spellings(CONTROL))
