"""The whole path with every log record kept: nothing personal in logs, addresses, cookies, queues or tables."""

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.error import URLError
from urllib.parse import unquote
from urllib.request import Request

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client

from documents import adoption
from portal.common import outbox
from portal.common.models import Event, Promise
from portal.common.simulation import Ledger
from portal.home.journey import citizen as steps
from portal.home.journey import officials
from portal.home.journey.browser import Browser, Page, Upload, read
from portal.home.journey.papers import Credentials, Somebody
from portal.notifications.models import Message
from tests.factories import accounts, cases
from tests.hostile.world import HANGZHOU

pytestmark = pytest.mark.django_db
NAME = "彭𠮷样"
EXACT = re.compile(r"(?<![0-9a-fA-F-])\d{17}[\dXx](?![0-9a-fA-F])|(?<![0-9a-fA-F-])1[3-9]\d{9}(?![0-9a-fA-F])")


@dataclass
class Trail:
    """What a path leaves where anybody who keeps the machines may read it."""

    places: dict[str, list[str]] = field(default_factory=dict)

    def leave(self, place: str, text: object) -> None:
        self.places.setdefault(place, []).append(str(text))


@pytest.fixture
def trail() -> Iterator[Trail]:
    """Keep every log record down to DEBUG, before any filter rewrites it."""
    left = Trail()

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            left.leave("log", logging.Formatter("%(name)s %(message)s").format(record))
            left.leave("log", record.args)

    pinned = settings.LOGGING["loggers"]
    known = [logging.getLogger(name) for name in logging.root.manager.loggerDict if name not in pinned]
    levels = [(one, one.level) for one in (logging.getLogger(), *known)]
    keeper = Keeper(logging.DEBUG)
    # First in the row: the portal's own handler rewrites records.
    logging.getLogger().handlers.insert(0, keeper)
    for one, _level in levels:
        one.setLevel(logging.DEBUG)
    yield left
    logging.getLogger().removeHandler(keeper)
    for one, level in levels:
        one.setLevel(level)


class ByHand(Browser):
    """A browser that knocks at the portal of this process, and lets the worker work between two pages."""

    trail: Trail

    def __init__(self, base: str) -> None:
        super().__init__(base)
        self.client = Client()

    def _open(self, request: Request) -> Page:
        outbox.run_due()
        path = request.full_url.removeprefix("http://testserver")
        body = request.data
        kind = request.get_header("Content-type")
        for _ in range(10):
            self.trail.leave("address", unquote(path))
            if body is not None and kind:
                answer: Any = self.client.generic("POST", path, body, content_type=kind)
            else:
                answer = self.client.get(path)
            for name, cookie in answer.cookies.items():
                self.trail.leave("cookie", f"{name} {cookie.value}")
            self.trail.leave("header", dict(answer.headers))
            if answer.status_code not in (301, 302):
                break
            path, body = answer.url.removeprefix("http://testserver"), None
        else:
            raise URLError("redirected without end")
        self.page = read(Page(f"http://testserver{path}", answer.status_code, answer.content.decode(errors="replace")))
        assert answer.status_code == 200, (path, answer.status_code)
        return self.page


class Walker(steps.Citizen):
    """The journey's citizen, who reads the message with the code through the same door."""

    def _codes(self) -> list[str]:
        page = self.open_browser(self.base).get_json("development/messages/?format=json")
        return [f"{one['body']} {one['at']}" for one in page["messages"] if one["to"] == self.phone]


def walk(trail: Trail) -> Walker:
    """Go the whole path; returns the citizen."""
    browser = type("Kept", (ByHand,), {"trail": trail})
    cases.ground()
    accounts.office_of(HANGZHOU)
    record = accounts.record(NAME)
    somebody = Somebody(record.name, record.citizen_number)
    walker = Walker("http://testserver/", somebody, Upload("portrait.jpg", cases.portrait()), browser)
    walker.sign_up()
    walker.prove()
    walker.ask_the_checker()
    accounts.keep(adoption.TOPIC)
    walker.start_a_form()
    walker.fill_every_page()
    walker.file()
    officer = officials.Officer("http://testserver/", Credentials("", "", ""), browser)
    accounts.sign_in(officer.browser.client, accounts.official(authority=HANGZHOU))
    for receipt in walker.receipts:
        officer.approve(receipt)
    walker.pay()
    walker.wait_for_delivery()
    walker.see_the_document()
    walker.look_up()
    return walker


def fail(walker: Walker) -> None:
    """Let a message fail and pages be missing, so that the portal has something to log."""
    Ledger("sms").arm("down", 2)
    outbox.promise("message", key="broken", payload={"subject": str(Event.objects.values_list("subject_id")[0][0])})
    walker.browser.client.post("/account/sign-out/")
    walker.browser.client.post("/account/reset/", {"phone": walker.phone})
    outbox.run_due()
    walker.browser.client.post("/account/sign-in/", {"phone": walker.phone, "password": "wrong"})
    walker.browser.client.get("/no/such/page/")


def tables(trail: Trail) -> None:
    """Leave every cell of every table, as a dump of the database shows it."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names from the database
            for row in cursor.fetchall():
                trail.leave(f"table {table}", " ".join(str(cell) for cell in row))


def test_nothing_personal_is_left_on_the_way(trail: Trail, settings: Any) -> None:
    settings.SIMULATED_PLANT_SECONDS = settings.SIMULATED_COURIER_SECONDS = 0
    walker = walk(trail)
    fail(walker)
    for promise in Promise.objects.all():
        trail.leave("promise", f"{promise.topic} {promise.key} {json.dumps(promise.payload, ensure_ascii=False)}")
    for event in Event.objects.all():
        trail.leave("event", f"{event.codes} {event.params}")
    for message in Message.objects.all():
        trail.leave("message", message.params)
    for session in Session.objects.all():
        trail.leave("session", session.get_decoded())
    for key in cache._cache:
        trail.leave("cache key", key)
    tables(trail)

    assert {"log", "address", "promise", "event", "message", "session", "cache key"} <= trail.places.keys()
    record = accounts.record(NAME)
    planted = {
        "name": NAME,
        "number": record.citizen_number,
        "phone": walker.phone,
        "other phone": steps.EMERGENCY_PHONE,
        "other name": steps.EMERGENCY_NAME,
        "address": steps.ADDRESS,
        "employer": steps.EMPLOYER,
        "document": record.holds[0].number,
        "password": walker.password,
    }
    found = [
        f"{what} in {place}: {text[:200]}"
        for place, texts in trail.places.items()
        for text in texts
        for what, word in planted.items()
        if word in text
    ]
    found += [
        f"{hit[0]} in {place}: {text[:200]}"
        for place, texts in trail.places.items()
        if not place.startswith("table ")
        for text in texts
        if (hit := EXACT.search(text))
    ]
    assert not found, "\n".join(sorted(set(found))[:40])


def test_the_search_finds_what_it_looks_for(trail: Trail) -> None:
    logging.getLogger("portal.tests").debug("called %s", "13911112222")
    logging.getLogger("portal.tests").info("number 110105194912310021")
    assert sum(bool(EXACT.search(text)) for text in trail.places["log"]) >= 2
    assert not EXACT.search("SIM0a1391111222233334444555566667777 12345678-1391-4111-8222-139111122220")
