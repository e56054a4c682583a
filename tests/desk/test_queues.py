"""Every open state lies in exactly one queue of the desk, whatever way a case takes."""

from datetime import timedelta

import pytest

from applications import services
from applications.lifecycle import LIFECYCLE
from applications.models import OPEN_STATES, Application
from applications.queues import CLOSED, QUEUES, placed
from photos.lifecycle import LIFECYCLE as SHOT
from portal.accounts.lifecycle import IDENTITY_PROOF
from portal.accounts.models import Officer
from portal.appointments.lifecycle import HOME_VISIT
from portal.common import clock, outbox
from portal.common.acting import NATION
from portal.common.lifecycle import Lifecycle
from portal.desk.queues import IDENTITY_STATES, PHOTO_STATES, VISIT_STATES, desk
from tests.factories import accounts, cases

ODD = {"surname": "WANG", "given": "YANXI", "confirmed": True}
# What an official does for a person present, as that person would: nothing waits for it in a queue.
AT_COUNTERS = {"take_in", "receive", "ask_human"}
OFFICIALS = {"officer", "supervisor"}


def queue_of(row: Application) -> str:
    return str(placed(Application.objects.filter(pk=row.pk)).values_list("queue", flat=True).get())


def acted_on_by(lifecycle: Lifecycle, kinds: set[str]) -> set[str]:
    own = [t for t in lifecycle.transitions if kinds & set(t.roles) and t.action not in AT_COUNTERS]
    return {source for t in own for source in t.sources}


def test_a_case_lies_in_one_queue_at_every_step_of_its_way(officer: Officer) -> None:
    acting, person = officer.acting, cases.person()
    row = cases.filed(person, name=ODD)[0]
    seen = {}

    def look() -> None:
        row.refresh_from_db()
        seen[row.status, queue_of(row)] = sum(services.count_queues(acting).values())

    look()
    services.accept(row.pk, acting=acting)
    look()
    services.claim(row.pk, acting=acting)
    services.return_for_correction(row.pk, acting=acting, codes=["C05"])
    look()
    services.correct(row.submission_id, acting=person.acting, known=services.gather(person))
    look()
    services.claim(row.pk, acting=acting)
    services.approve(row.pk, acting=acting)
    look()
    cases.pay(row.submission_id, person)
    look()
    start = clock.now()
    for seconds in range(0, 90, 3):
        with clock.set_to(start + timedelta(seconds=seconds)):
            outbox.run_due(rounds=1)
            look()
    assert seen == {
        ("filed", "to_accept"): 1,
        ("accepted", "to_decide"): 1,
        ("returned", "to_correct"): 1,
        ("accepted", "corrected"): 1,
        ("approved", "to_pay"): 1,
        ("paid", "in_production"): 1,
        ("producing", "in_production"): 1,
        ("ready", "to_hand_over"): 1,
        ("mailed", "on_the_way"): 1,
        ("delivered", CLOSED): 0,
    }
    assert {status for status, queue in seen if queue != CLOSED} == set(OPEN_STATES)


def test_what_is_due_comes_before_what_waits(case: Application) -> None:
    assert queue_of(case) == "to_decide"
    assert case.due_on is not None
    for days, expected in ((-1, "due_soon"), (0, "due_soon"), (1, "overdue")):
        with clock.set_to(clock.now() + timedelta(days=(case.due_on - clock.today()).days + days)):
            assert queue_of(case) == expected


@pytest.mark.parametrize("state", [state.name for state in LIFECYCLE.states.values() if state.open])
def test_every_open_state_has_a_queue_and_a_legal_action(state: str) -> None:
    assert [name for name, queue in QUEUES.items() if state in queue.states]
    assert [t.action for t in LIFECYCLE.transitions if state in t.sources]
    special = ("checking", "urgent", "urgency_claimed", "overdue", "due_soon", "corrected")
    resting = [q for q in QUEUES.values() if state in q.states and q.name not in special]
    assert len(resting) == 1
    assert resting[0].is_ours == bool(state in acted_on_by(LIFECYCLE, OFFICIALS - {"supervisor"}))


def test_no_closed_state_is_in_a_queue() -> None:
    closed = {state.name for state in LIFECYCLE.states.values() if not state.open}
    assert not closed & {state for queue in QUEUES.values() for state in queue.states}
    assert set(OPEN_STATES) == set(LIFECYCLE.open_states)


def test_pictures_and_proofs_that_wait_for_an_official_have_a_queue() -> None:
    assert acted_on_by(SHOT, OFFICIALS) == set(PHOTO_STATES)
    assert acted_on_by(IDENTITY_PROOF, OFFICIALS) == set(IDENTITY_STATES)
    assert acted_on_by(HOME_VISIT, OFFICIALS) == set(VISIT_STATES)


def test_counts_stay_within_the_jurisdiction(case: Application, officer: Officer) -> None:
    assert sum(services.count_queues(officer.acting).values()) == 1
    assert sum(services.count_queues(accounts.official(authority="330100").acting).values()) == 0
    assert sum(services.count_queues(accounts.official(authority=NATION).acting).values()) == 1
    piles = {pile.name: pile for pile in desk(officer.acting).ours}
    assert piles["to_decide"].count == 1
    assert piles["to_decide"].href.endswith("?queue=to_decide")
