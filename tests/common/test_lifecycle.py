"""The engine, proved on every table there is: what the table does not name is refused and leaves no trace."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from photos.lifecycle import LIFECYCLE as SHOT
from photos.models import Shot
from portal.common import audit, clock, lifecycle
from portal.common.acting import Acting
from portal.common.lifecycle import NEW, Change, Lifecycle, State, Transition
from portal.common.models import AuditEntry, DirtyDay, Event, Promise
from portal.common.unmet import Refused, Unmet

pytestmark = pytest.mark.django_db

CITIZEN = Acting("citizen", "c1")
SYSTEM = Acting.system("test")
OFFICER = Acting("officer", "o1", "310000")
OWNER = "11111111-1111-4111-8111-111111111111"
ROLES = {
    "citizen": CITIZEN,
    "system": SYSTEM,
    "officer": OFFICER,
    "supervisor": Acting("supervisor", "s1", "310000"),
    "auditor": Acting("auditor", "a1", "310000"),
    "provider": Acting("provider", "p1"),
}


def shot(number: int = 1) -> Shot:
    row = Shot(owner=OWNER, purpose="portrait", number=number, authority="310000", received_at=clock.now(), final="x")
    SHOT.begin([row], actions=[("receive", CITIZEN)])
    return row


def trace() -> tuple[int, int, int]:
    return Event.objects.count(), AuditEntry.objects.count(), Promise.objects.count()


def test_one_act_writes_status_event_and_link() -> None:
    row = SHOT.perform(shot(), "refuse", acting=SYSTEM, codes=["Roll"], sets={"verdict": {"x": 1}})
    assert (row.status, row.event_seq, row.verdict) == ("refused", 2, {"x": 1})
    row.refresh_from_db()
    assert (row.status, row.event_seq, row.verdict) == ("refused", 2, {"x": 1})
    last = Event.objects.get(subject_id=row.pk, seq=2)
    assert (last.source, last.target, last.codes, last.actor_kind) == ("waiting", "refused", ["Roll"], "system")
    assert AuditEntry.objects.filter(subject=f"shot:{row.pk}").count() == 2
    assert list(audit.verify()) == []


@pytest.mark.parametrize("name", sorted(lifecycle.tables))
def test_every_table_names_its_ends(name: str) -> None:
    """Every state can be reached from the start, and from every open state something leads on."""
    table = lifecycle.tables[name]
    reached, before = {NEW}, set()
    while reached != before:
        before = set(reached)
        reached |= {t.target for t in table.transitions if set(t.sources) & reached}
    assert reached - {NEW} == set(table.states)
    for state in table.open_states:
        assert any(state in t.sources for t in table.transitions), state


@pytest.mark.parametrize("state", sorted(SHOT.states))
@pytest.mark.parametrize("action", sorted({t.action for t in SHOT.transitions}))
@pytest.mark.parametrize("role", sorted(ROLES))
def test_what_the_table_does_not_name_is_refused_without_a_trace(state: str, action: str, role: str) -> None:
    row = shot()
    Shot.objects.filter(pk=row.pk).update(status=state)
    row.refresh_from_db()
    before = trace()
    step = SHOT.find(action, state)
    if step and role in step.roles:
        done = SHOT.perform(row, action, acting=ROLES[role])
        assert done.status == step.target
        assert trace()[:2] == (before[0] + 1, before[1] + 1)
    else:
        with pytest.raises(Refused):
            SHOT.perform(row, action, acting=ROLES[role])
        assert trace() == before
        row.refresh_from_db()
        assert row.status == state


@pytest.mark.parametrize("role", ["officer", "supervisor"])
def test_another_jurisdiction_is_refused(role: str) -> None:
    row = SHOT.perform(shot(), "ask_human", acting=SYSTEM)
    stranger = Acting(role, "o2", "330100")
    with pytest.raises(Refused) as refusal:
        SHOT.perform(row, "pass", acting=stranger)
    assert [reason.code for reason in refusal.value.unmet] == ["jurisdiction"]
    assert SHOT.open_to(row, stranger) == []
    assert [t.action for t in SHOT.open_to(row, OFFICER)] == ["pass", "turn_down"]


def test_a_refused_change_undoes_the_whole_act() -> None:
    one, other = shot(1), shot(2)
    SHOT.perform(other, "accept", acting=SYSTEM)
    before = trace()
    with pytest.raises(Refused):
        SHOT.perform_all([Change(one, "accept", SYSTEM), Change(other, "accept", SYSTEM)])
    assert trace() == before
    one.refresh_from_db()
    assert one.status == "waiting"


def test_what_a_rule_forbids_is_not_offered() -> None:
    row = shot()
    Shot.objects.filter(pk=row.pk).update(final="")
    row = SHOT.perform(row, "ask_human", acting=SYSTEM)
    assert [t.action for t in SHOT.open_to(row, OFFICER)] == ["turn_down"]


def test_several_rows_are_locked_in_one_order() -> None:
    rows = [shot(number) for number in range(1, 5)]
    with CaptureQueriesContext(connection) as spent:
        SHOT.perform_all([Change(row, "accept", SYSTEM) for row in rows])
    locking = next(one["sql"] for one in spent if "photos_shot" in one["sql"])
    assert 'ORDER BY "photos_shot"."id" ASC' in locking


def test_a_failing_record_undoes_the_change_of_status(monkeypatch: pytest.MonkeyPatch) -> None:
    row = shot()
    before = trace()

    def fail(links: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(audit, "append_all", fail)
    with pytest.raises(DatabaseError):
        SHOT.perform(row, "accept", acting=SYSTEM)
    with pytest.raises(DatabaseError):
        shot(2)
    assert not Shot.objects.exclude(pk=row.pk).exists()
    row.refresh_from_db()
    assert (row.status, row.event_seq) == ("waiting", 1)
    assert trace() == before


def test_rules_notes_messages_and_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    refusing = [Unmet("one", "一"), Unmet("two", "二")]
    states = [State("waiting", "w", "等"), State("done", "d", "完", open=False)]
    table = Lifecycle(
        "test",
        states=states,
        transitions=[
            Transition(
                "barred", ("waiting",), "done", ("system",), "", (lambda *_: refusing[:1], lambda *_: refusing[1:])
            ),
            Transition("noted", ("waiting",), "done", ("system",), "", needs_note=True, message="told", counts=True),
        ],
    )
    del lifecycle.tables["test"]
    row = shot()
    with pytest.raises(Refused) as refusal:
        table.perform(row, "barred", acting=SYSTEM)
    assert refusal.value.unmet == refusing
    with pytest.raises(Refused):
        table.perform(row, "noted", acting=SYSTEM, note="  ")
    monkeypatch.setitem(table.states, "done", State("accepted", "d", "完"))
    monkeypatch.setattr(
        table,
        "transitions",
        (Transition("noted", ("waiting",), "accepted", ("system",), "", needs_note=True, message="told", counts=True),),
    )
    table.perform(row, "noted", acting=SYSTEM, note="有理由")
    promise = Promise.objects.get(topic=lifecycle.MESSAGE_TOPIC)
    event = Event.objects.get(action="noted")
    assert promise.payload == {"code": "told", "subject": str(row.pk), "event": str(event.pk)}
    assert "有理由" not in str(AuditEntry.objects.filter(action="status.noted").values_list("content", flat=True))
    assert event.note == "有理由"
    assert DirtyDay.objects.filter(day=clock.today(), authority="310000").count() == 1


def test_a_wrong_table_cannot_be_made() -> None:
    states = [State("a", "a", "")]
    with pytest.raises(ValueError, match="is wrong"):
        Lifecycle("bad", states=states, transitions=[Transition("go", ("a",), "b", ("system",), "")])
    twice = Transition("go", ("a",), "a", ("system",), "")
    with pytest.raises(ValueError, match="is wrong"):
        Lifecycle("bad", states=states, transitions=[twice, twice])


def test_the_drawings_are_up_to_date() -> None:
    call_command("draw_lifecycles", check=True)
