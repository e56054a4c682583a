"""Five applications on one form in Chromium: one refused, one returned, three issued, each seen by its applicant."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser as Engine
from playwright.sync_api import Page as Tab

from portal.home.journey.browser import Upload, rounds
from portal.home.journey.citizen import DELIVERED, TAG, Citizen
from portal.home.journey.officials import Officer
from tests.journeys.chromium import faults_of_access, tabs
from tests.journeys.conftest import NARROW, SCREENSHOTS, Portal, Walk

pytestmark = pytest.mark.browser

# Holds all three documents; nothing is in the way.
HOLDER = "袁虚构"
CHARGED = re.compile(r'<span class="num">([\d ]+)</span></small></th><td class="num">([\d.]+)</td>')
TOTAL = re.compile(r'<tfoot>.*?<td class="num">([\d.]+)</td>', re.DOTALL)


def decide(officer: Officer, receipt: str, action: str, **values: str | list[str]) -> None:
    """Claim the case with this receipt and decide it on the page of the action."""
    case = officer.find(receipt)
    page = officer.browser.get(case)
    claim = page.form_to("/claim/")
    if claim:
        officer.browser.submit(claim)
    form = officer.browser.get(f"{case}do/{action}/").form(next(iter(values)))
    officer.browser.submit(form, **values)


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_five_on_one_form(walk: Walk, portal: Portal, chromium: Engine, photo: Upload) -> None:
    faults: list[str] = []
    folder = SCREENSHOTS / "five"
    folder.mkdir(parents=True, exist_ok=True)
    seen: set[str] = set()

    def look(tab: Tab) -> None:
        path = urlsplit(tab.url).path
        slug = re.sub(r"[0-9a-f-]{36}|[\w-]{30,}", "x", path).strip("/").replace("/", "-")
        if slug not in seen:
            seen.add(slug)
            tab.screenshot(path=folder / f"{len(seen):02d}-{slug or 'start'}.png", full_page=True)
            faults.extend(f"{path}: {fault}" for fault in faults_of_access(tab))

    width, height = NARROW
    person = next(one for one in portal.people if one.name == HOLDER)
    citizen = Citizen(portal.url, person, photo, tabs(chromium, look, viewport={"width": width, "height": height}))
    portal.walked.append(citizen)
    citizen.sign_up()
    citizen.prove()
    citizen.start_a_form()
    citizen.fill_every_page()
    citizen.file()
    assert len(citizen.receipts) == 5
    passport, permit, taiwan, hong_kong, macao = citizen.receipts
    for receipt in (passport, permit, hong_kong):
        walk.officer.approve(receipt)
    decide(walk.officer, taiwan, "refuse", code="TWN12", note="属于办法第十二条规定的情形，已当面说明。")
    decide(walk.officer, macao, "return", codes=["C06"])
    citizen.pay()
    for _ in rounds(90):
        page = citizen.browser.get(f"apply/track/{citizen.reference}/")
        done = sum(DELIVERED in tag for tag in TAG.findall(page.html))
        if done == len((passport, permit, hong_kong)):
            break
    assert done == len((passport, permit, hong_kong))
    assert "不予批准" in page.html
    assert "待补正" in page.html
    held = citizen.browser.get("documents/").html
    assert "香港 团队旅游 3 个月一次" in held
    assert "澳门 团队旅游" not in held
    shown = citizen.browser.get(f"pay/{citizen.reference}/receipt/").html
    charged = {spoken.replace(" ", ""): float(yuan) for spoken, yuan in CHARGED.findall(shown)}
    paid = {passport: 120.0, permit: 60.0, hong_kong: 15.0}
    assert charged == {receipt.replace(" ", ""): yuan for receipt, yuan in paid.items()}
    assert float(TOTAL.findall(shown)[0]) == sum(paid.values())
    inbox = re.sub(r"\s", "", citizen.browser.get("messages/").html)
    for receipt, words in ((taiwan, "不予批准。请打开查看法律依据"), (macao, "补正")):
        assert re.search(f"{receipt.replace(' ', '')}[^<]*{words}", inbox), words
    portal.processes.manage("assert_invariants")
    portal.processes.manage("verify_audit")
    assert faults == []
