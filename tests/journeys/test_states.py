"""What a citizen may meet beside the straight way: nothing for axe to find, in large print and in the dark as well.

Not among the tests marked `browser`: they keep one Chromium in Django's own thread, which this module cannot share.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page as Tab

from tests.factories import cases
from tests.journeys import states
from tests.journeys.chromium import faults_of_access, faults_of_large_print, too_wide
from tests.journeys.conftest import CHROMIUM, NARROW, WIDE
from tests.journeys.stage import Stage

DRESS = "([mode, theme]) => Object.assign(document.documentElement.dataset, {mode, theme})"
PLAIN = ((NARROW, "normal", "light"), (WIDE, "normal", "light"))
DRESSED = (*PLAIN, (WIDE, "normal", "auto"), (NARROW, "elder", "light"))


def look(tab: Tab, name: str) -> list[str]:
    """Examine a page at both widths; one without errors also in the dark on a desk and in large print on a phone."""
    found = []
    # A form sent back is dressed as the form before; each state of a case has parts of its own.
    sizes = PLAIN if tab.query_selector(".govuk-error-summary") else DRESSED
    for (width, height), mode, theme in sizes:
        tab.set_viewport_size({"width": width, "height": height})
        tab.evaluate(DRESS, [mode, theme])
        faults = faults_of_access(tab) + (faults_of_large_print(tab) if mode == "elder" else [])
        if too_wide(tab):
            faults.append(f"{too_wide(tab)} pixels too wide")
        found += [f"{name} at {width}, {mode}, {theme}: {fault}" for fault in faults]
    return found


@pytest.fixture
def stage(db: None) -> Iterator[Stage]:
    cases.ground()
    made = Stage(CHROMIUM, look)
    yield made
    made.close()


def test_axe_finds_nothing_on_forms_sent_empty_ends_of_cases_and_failures(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, other = cases.person(), cases.person("张示例", phone="13800000009")
    officer, elsewhere = cases.officer("310000", code="D001"), cases.officer("330100", code="D002")
    states.pass_strangers_forms(stage)
    states.pass_proofs_forms(stage)
    states.pass_ends(stage, person, officer)
    form = states.pass_wizard(stage, person)
    states.pass_parcels(stage, other, elsewhere)
    states.pass_turns(stage, person, officer, form)
    states.pass_failures(stage, other, monkeypatch)
    assert stage.faults == [], "\n".join(stage.faults)
