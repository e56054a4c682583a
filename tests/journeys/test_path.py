"""The whole path in a real browser on a real portal: on both databases, with scripts and without, at every width."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser as Engine
from playwright.sync_api import Page as Tab

from portal.home.journey.browser import Upload
from portal.home.journey.citizen import Citizen
from tests.journeys.chromium import tabs, too_wide
from tests.journeys.conftest import SCREENSHOTS, Portal, Walk

pytestmark = pytest.mark.browser
# Pages and HTTP are the same on every database.
on_one_database = pytest.mark.parametrize("portal", ["sqlite"], indirect=True)


def test_the_whole_path_in_chromium(walk: Walk, portal: Portal) -> None:
    assert walk.moved >= 1
    assert walk.citizen.reference
    portal.processes.manage("assert_invariants")
    portal.processes.manage("verify_audit")


@on_one_database
def test_without_scripts_at_320_pixels(walk: Walk, portal: Portal, chromium: Engine, photo: Upload) -> None:
    faults: list[str] = []
    folder = SCREENSHOTS / "without-scripts"
    folder.mkdir(parents=True, exist_ok=True)

    def look(tab: Tab) -> None:
        if pixels := too_wide(tab):
            faults.append(f"{urlsplit(tab.url).path} is {pixels} pixels too wide")
            tab.screenshot(path=folder / f"{len(faults):02d}.png")

    open_tab = tabs(chromium, look, viewport={"width": 320, "height": 640}, java_script_enabled=False)
    citizen = Citizen(portal.url, portal.people[2], photo, open_tab)
    portal.walked.append(citizen)
    for path in ("", "help/", "cities/", "privacy/", "accessibility/", "source/"):
        citizen.browser.get(path)
    citizen.sign_up()
    citizen.prove()
    citizen.ask_the_checker()
    citizen.start_a_form()
    citizen.fill_every_page()
    citizen.file()
    for receipt in citizen.receipts:
        walk.officer.approve(receipt)
    citizen.pay()
    citizen.wait_for_delivery()
    citizen.see_the_document()
    citizen.look_up()
    for path in ("apply/", "messages/"):
        citizen.browser.get(path)
    assert faults == []


@on_one_database
def test_the_command_walks_too(walk: Walk, portal: Portal) -> None:
    accounts = str(portal.processes.var / "demonstration.json")
    said = portal.processes.manage("journey", "--url", portal.url, "--accounts", accounts)
    assert "the whole path was walked" in said
    assert said.count(" ms  ") >= 15
