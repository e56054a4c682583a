"""People beside the ordinary way: nothing for axe to find on their pages, with everything one can get wrong there.

Not among the tests marked `browser`, for the reason test_states gives.
"""

from tests.factories import accounts, cases, children
from tests.journeys import beside
from tests.journeys.stage import Stage


def test_axe_finds_nothing_on_pages_of_enterprises_helpers_guardians_wishes_and_the_window(stage: Stage) -> None:
    mother, father = cases.person(children.MOTHER), accounts.proven(children.FATHER)
    beside.pass_enterprises(stage, mother, cases.officer("330100"))
    beside.pass_helpers(stage)
    beside.pass_guardians(stage, mother, father)
    beside.pass_wishes(stage, cases.person("华外地", phone="13800000009"))
    beside.pass_form(stage, father)
    beside.pass_window(stage, mother)
    assert stage.routes >= beside.ROUTES
    assert stage.faults == [], "\n".join(stage.faults)
