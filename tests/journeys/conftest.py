"""One running portal for the session on each database, one Chromium, and one walk through the whole path on each."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
import redis
from playwright.sync_api import Browser as Engine
from playwright.sync_api import Page as Tab
from playwright.sync_api import sync_playwright

from portal.home.journey.browser import Upload
from portal.home.journey.citizen import Citizen
from portal.home.journey.officials import Officer, Supervisor
from portal.home.journey.papers import Credentials, Somebody
from portal.home.management.commands.journey import PORTRAIT
from tests.factories import cases
from tests.factories.processes import Processes, installed
from tests.journeys.chromium import NARROW, WIDE, faults_in_every_dress, faults_of_access, tabs
from tests.journeys.stage import Stage

SCREENSHOTS = Path(__file__).parent / "screenshots"
CHROMIUM = "/usr/bin/chromium"
# Officials work on screens of their own; their pages are pictured here and not examined.
OFFICIAL = ("/desk/", "/statistics/", "/account/staff/")


@dataclass
class Portal:
    """A running portal, how its officials come in, and who may walk through it."""

    kind: str
    processes: Processes
    database: str
    redis_url: str
    people: list[Somebody]
    accounts: dict[str, dict[str, str]]
    walked: list[Citizen] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.processes.url

    def credentials(self, role: str) -> Credentials:
        told = self.accounts[role]
        return Credentials(told["name"], told["password"], told["totp_secret"])


@dataclass
class Walk:
    """What one walk saw: the citizen, the officials still signed in, the faults of every page."""

    citizen: Citizen
    officer: Officer
    supervisor: Supervisor
    moved: int
    faults: list[str]
    seen: set[str]


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def portal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    var = tmp_path_factory.mktemp(request.param)
    environment = {"PORTAL_SIMULATED_PLANT_SECONDS": "1", "PORTAL_SIMULATED_COURIER_SECONDS": "1"}
    database, redis_url = "", ""
    if request.param == "postgresql":
        database = _make_database(request.getfixturevalue("postgres_url"))
        redis_url = request.getfixturevalue("redis_url")
        redis.Redis.from_url(redis_url).flushdb()
        environment |= {"PORTAL_DATABASE_URL": database, "PORTAL_REDIS_URL": redis_url}
    processes = installed(var, environment)
    try:
        accounts = json.loads((var / "demonstration.json").read_text())
        people = [Somebody(**one) for one in accounts.pop("people")]
        yield Portal(request.param, processes, database, redis_url, people, accounts)
    finally:
        processes.end()
        if database:
            _administer(request.getfixturevalue("postgres_url"), f"DROP DATABASE {_name(database)} WITH (FORCE)")


def _name(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def _make_database(url: str) -> str:
    name = f"{_name(url)}_journeys_{os.getpid()}"
    _administer(url, f"CREATE DATABASE {name}")
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _administer(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Engine]:
    with sync_playwright() as playwright:
        engine = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield engine
        engine.close()


@pytest.fixture
def stage(db: None) -> Iterator[Stage]:
    """A tab before the test's own database; not for tests marked `browser`, whose Chromium has Django's thread."""
    cases.ground()
    made = Stage(CHROMIUM, faults_in_every_dress)
    yield made
    made.close()


@pytest.fixture(scope="session")
def photo() -> Upload:
    """A photograph named by PORTAL_TEST_PHOTO, or the portrait the project ships (made from a photograph)."""
    path = Path(os.environ.get("PORTAL_TEST_PHOTO") or PORTRAIT)
    return Upload(path.name, path.read_bytes())


@pytest.fixture(scope="session")
def walk(portal: Portal, chromium: Engine, photo: Upload) -> Walk:
    """The whole path in Chromium, with scripts; every page is pictured and examined at both widths."""
    faults: list[str] = []
    seen: set[str] = set()
    folder = SCREENSHOTS / portal.kind
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)

    # The pages are the same on every database: one of them is enough for the close look.
    is_examined = portal.kind == "sqlite"
    sizes = (NARROW, WIDE) if is_examined else (WIDE,)

    def look(tab: Tab) -> None:
        path = urlsplit(tab.url).path
        # Pages that wait are opened again and again; one look at each is enough.
        mark = f"{path} {tab.locator('h1').first.inner_text()}"
        if mark in seen:
            return
        seen.add(mark)
        name = re.sub(r"[0-9a-f-]{36}|[\w-]{30,}", "x", path).strip("/").replace("/", "-") or "start"
        for width, height in sizes:
            tab.set_viewport_size({"width": width, "height": height})
            tab.screenshot(path=folder / f"{len(seen):02d}-{name}-{width}.png", full_page=True)
            if is_examined and not path.startswith(OFFICIAL):
                faults.extend(f"{path} at {width}: {fault}" for fault in faults_of_access(tab))

    open_tab = tabs(chromium, look, viewport={"width": WIDE[0], "height": WIDE[1]})
    supervisor = Supervisor(portal.url, portal.credentials("supervisor"), open_tab).sign_in()
    before = supervisor.count()
    citizen = Citizen(portal.url, portal.people[1], photo, open_tab)
    portal.walked.append(citizen)
    citizen.browser.get("")
    citizen.sign_up()
    citizen.prove()
    citizen.ask_the_checker()
    citizen.start_a_form()
    citizen.fill_every_page()
    citizen.file()
    officer = Officer(portal.url, portal.credentials("officer"), open_tab).sign_in()
    for receipt in citizen.receipts:
        officer.approve(receipt)
    citizen.pay()
    citizen.wait_for_delivery()
    citizen.see_the_document()
    citizen.look_up()
    supervisor.see_it_move(before, len(citizen.receipts))
    return Walk(citizen, officer, supervisor, len(citizen.receipts), faults, seen)
