"""Fifty presses of one button, over HTTP: one filing, fifty identical answers."""

import re
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from threading import Barrier
from urllib.parse import urlencode, urlsplit

import pytest

from portal.home.journey.browser import Browser, Upload
from portal.home.journey.citizen import Citizen
from tests.factories.processes import until
from tests.journeys.conftest import Portal

pytestmark = pytest.mark.browser

PRESSES = 50
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


def press(portal: Portal, path: str, cookies: str, body: str, start: Barrier) -> tuple[int, str | None]:
    address = urlsplit(portal.url)
    line = HTTPConnection(address.hostname or "", address.port, timeout=60)
    start.wait(timeout=60)
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded", "Referer": portal.url + path}
    line.request("POST", path, body, headers)
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status, answer.headers["Location"]


def told_of_filing(portal: Portal, phone: str) -> list[str]:
    letters = Browser(portal.url).get_json("development/messages/?format=json")["messages"]
    return [
        one["reference"]
        for one in letters
        if (one["to"], one["channel"]) == (phone, "sms") and one["title"] == "申请已提交"
    ]


def test_fifty_presses_are_one_filing(portal: Portal, photo: Upload) -> None:
    citizen = Citizen(portal.url, portal.people[0], photo)
    citizen.phone, citizen.password = portal.accounts["citizen"]["name"], portal.accounts["citizen"]["password"]
    assert citizen.sign_in()
    citizen.start_a_form()
    citizen.fill_every_page()
    page = citizen.browser.get(citizen.root + "check/")
    form = page.form("agreed")
    body = urlencode([*form.sent, ("agreed", "on")])
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in citizen.browser.cookies)
    start = Barrier(PRESSES)
    with ThreadPoolExecutor(PRESSES) as pool:
        path = urlsplit(form.action).path
        answers = list(pool.map(lambda _: press(portal, path, cookies, body, start), range(PRESSES)))
    assert set(answers) == {(302, f"{citizen.root}filed/")}
    shown = {TOKEN.sub("", citizen.browser.get(f"{citizen.root}filed/").html) for _ in range(3)}
    assert len(shown) == 1
    receipts = re.findall(r'<dd class="num">([\d ]+)</dd>', shown.pop())
    assert len(receipts) == 4, "two documents and two endorsements"
    listed = citizen.browser.get("apply/").html
    assert listed.count("/apply/track/") == len(receipts), "one form is listed, a link for each of its documents"
    until(lambda: told_of_filing(portal, citizen.phone), "the filing is told")
    assert len(told_of_filing(portal, citizen.phone)) == 1
    portal.processes.manage("assert_invariants")
    portal.processes.manage("verify_audit")
