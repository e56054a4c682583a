"""What a citizen may meet beside the straight way: nothing for axe to find, in large print and in the dark as well.

Not among the tests marked `browser`: they keep one Chromium in Django's own thread, which this module cannot share.
"""

import pytest

from tests.factories import cases
from tests.journeys import states
from tests.journeys.stage import Stage


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
    assert stage.routes >= states.ROUTES
    assert stage.faults == [], "\n".join(stage.faults)
