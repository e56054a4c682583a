"""Changes of the scope: written by one supervisor, decided by another, in force from their second on."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from documents import invariants, loading, services
from documents.models import RuleRevision, ScopeLine
from portal.common import audit, clock
from portal.common.models import AuditEntry, AuditHead, Event, Promise
from portal.common.unmet import Refused
from tests.factories import accounts, scope

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
NOT_SAID = "revision %s is in force and nobody decided so, or not with these lines: it opens nothing"
MOMENT = datetime(2026, 11, 25, 0, 0, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    loading.load()


def opens(city: str, group: str = "adult", kind: str = "PASSPORT", category: str = "replace") -> bool:
    return services.scope_on(clock.today()).opens(kind, category, city=city, group=group)


def written() -> tuple[int, ...]:
    return tuple(table.objects.count() for table in (RuleRevision, ScopeLine, Event, Promise))


def refused(act: Any) -> dict[str, str]:
    """Do something that must be refused and write nothing; returns the reasons by code with their fields."""
    before = written()
    statuses = list(RuleRevision.objects.order_by("pk").values_list("status", "event_seq"))
    with pytest.raises(Refused) as caught:
        act()
    assert written() == before
    assert list(RuleRevision.objects.order_by("pk").values_list("status", "event_seq")) == statuses
    return {reason.code: reason.field for reason in caught.value.unmet}


def test_a_change_holds_from_its_second_on_and_not_before() -> None:
    with time_machine.travel(NOON, tick=False):
        scope.enacted(scope.WENZHOU, effective_at=MOMENT)
        assert not opens(scope.WENZHOU)
    with time_machine.travel(MOMENT - timedelta(microseconds=1), tick=False):
        assert not opens(scope.WENZHOU)
        assert services.current_revision(clock.today()).label == "2025-11-20"
    with time_machine.travel(MOMENT, tick=False):
        assert opens("330304")
        assert services.current_revision(clock.today()).label == "2026-11-25 08:00:01"
        assert services.scope_on(clock.today()).cities[scope.WENZHOU] == "温州市"
        assert [city.since for city in services.open_cities(clock.today())][-1] == clock.today()


def test_revisions_accumulate_and_the_earlier_ones_stay_as_they_were() -> None:
    first = scope.in_force(scope.WENZHOU)
    with time_machine.travel(clock.now() + timedelta(days=2)):
        second = scope.in_force(scope.WENZHOU, act="close", kinds=("PASSPORT",))
        assert (opens(scope.WENZHOU), opens(scope.WENZHOU, kind="TWN_PERMIT")) == (False, True)
        pinned = services.scope(services.revision_called(first.label))
        assert pinned.opens("PASSPORT", "replace", city=scope.WENZHOU, group="adult")
        assert not services.scope(second).opens("PASSPORT", "replace", city=scope.WENZHOU, group="adult")
        assert services.scope(second).covers_city(scope.SHANGHAI)


def test_a_group_opens_where_it_was_opened_and_nowhere_else() -> None:
    scope.in_force(scope.SHANGHAI, groups=("minor",), kinds=("PASSPORT",), categories=("replace",))
    assert opens(scope.SHANGHAI, "minor")
    assert not opens(scope.WUHAN, "minor")
    assert not opens(scope.SHANGHAI, "minor", category="reissue")
    assert services.scope_on(clock.today()).opens_to("minor", city="310115")
    assert not services.scope_on(clock.today()).opens_to("military", city="310115")


def test_what_is_not_decided_opens_nothing() -> None:
    for row in (scope.drafted(scope.WENZHOU), scope.proposed(scope.WENZHOU)):
        with time_machine.travel(row.effective_at + timedelta(seconds=1)):
            assert not opens(scope.WENZHOU)
            assert services.current_revision(clock.today()).label == "2025-11-20"


def test_one_supervisor_alone_is_refused() -> None:
    who = scope.supervisor()
    row = scope.proposed(scope.WENZHOU, by=who)
    assert refused(lambda: services.enact_change(row.pk, acting=who.acting, note="可以")) == {"another": ""}
    assert refused(lambda: services.reject_change(row.pk, acting=who.acting, note="不行")) == {"another": ""}
    assert refused(lambda: services.withdraw_change(row.pk, acting=scope.supervisor().acting)) == {"proposer": ""}
    draft = scope.drafted(scope.WUHAN, by=who, groups=("minor",))
    assert refused(lambda: services.enact_change(draft.pk, acting=scope.supervisor().acting)) == {"state": ""}
    assert refused(lambda: services.propose_change(draft.pk, acting=scope.supervisor().acting)) == {"proposer": ""}


@pytest.mark.parametrize(
    ("role", "authority", "code"),
    [("officer", "000000", "role"), ("auditor", "000000", "role"), ("supervisor", "330100", "jurisdiction")],
)
def test_only_supervisors_of_the_nation_change_the_scope(role: str, authority: str, code: str) -> None:
    other = accounts.official(role, authority=authority).acting
    assert refused(lambda: services.draft_change(scope.proposal(scope.WENZHOU), acting=other)) == {code: ""}
    row = scope.proposed(scope.WENZHOU)
    assert refused(lambda: services.enact_change(row.pk, acting=other)) == {code: ""}


def test_a_rejection_needs_a_reason_and_is_kept() -> None:
    row = scope.proposed(scope.WENZHOU)
    other = scope.supervisor()
    assert refused(lambda: services.reject_change(row.pk, acting=other.acting, note=" ")) == {"note": "note"}
    done = services.reject_change(row.pk, acting=other.acting, note="公告还没有发布")
    assert (done.status, done.decided_by_id) == ("rejected", other.user_id)
    assert [event.action for event in Event.objects.filter(subject_id=row.pk).order_by("seq")] == [
        "draft",
        "propose",
        "reject",
    ]
    assert Event.objects.get(subject_id=row.pk, action="reject").note == "公告还没有发布"
    again = refused(lambda: services.enact_change(row.pk, acting=scope.supervisor().acting))
    assert again == {"state": ""}


def test_every_act_is_in_the_audit_chain_with_what_was_decided() -> None:
    row = scope.enacted(scope.WENZHOU)
    events = Event.objects.filter(subject_id=row.pk).order_by("seq")
    assert [event.params["lines"] for event in events] == [8, 8, 8]
    assert len({event.params["digest"] for event in events}) == 1
    assert list(audit.verify()) == []
    assert list(invariants.revisions_were_decided_as_they_stand()) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"cities": ("341400",)}, {"city_dissolved": "cities"}),
        ({"cities": ("341402",)}, {"city_dissolved": "cities"}),
        ({"cities": ("999999",)}, {"city_unknown": "cities"}),
        ({"cities": ("abc",)}, {"city_unknown": "cities"}),
        ({"cities": ("000000",)}, {"city_unknown": "cities"}),
        ({"cities": ("330304",)}, {"not_a_city": "cities"}),
        ({"cities": ("330000",)}, {"not_a_city": "cities"}),
        ({"cities": ()}, {"missing": "cities"}),
        ({"kinds": ("HRP",)}, {"unknown": "kinds"}),
        ({"kinds": ("NOTHING",), "categories": ("first",)}, {"unknown": "categories"}),
        ({"categories": ("first",)}, {"unknown": "categories"}),
        ({"groups": ("aliens",)}, {"unknown": "groups"}),
        ({"channel": "post"}, {"unknown": "channel"}),
        ({"act": "widen"}, {"unknown": "act"}),
        ({"source": ""}, {"missing": "source"}),
        ({"kinds": ("PASSPORT",), "categories": ("endorse",)}, {"nothing": "categories"}),
        ({"channel": "device", "categories": ("replace",)}, {"nothing": "categories"}),
        ({"effective_at": NOON}, {"moment_past": "effective_at"}),
        ({"cities": ("420100",)}, {"contradiction_open": "cities"}),
        ({"act": "close"}, {"contradiction_close": "cities"}),
        ({"cities": ("341400",), "effective_at": NOON}, {"city_dissolved": "cities", "moment_past": "effective_at"}),
    ],
)
def test_what_cannot_be_is_said_at_its_field(changes: dict[str, Any], found: dict[str, str]) -> None:
    who = scope.supervisor()
    told = {"cities": (scope.WENZHOU,), "effective_at": MOMENT, **changes}
    with time_machine.travel(NOON, tick=False):
        proposal = services.Proposal(**{**scope.EVERYTHING, **told})
        assert refused(lambda: services.draft_change(proposal, acting=who.acting)) == found


def test_a_dissolved_city_names_the_place_it_went_to() -> None:
    with pytest.raises(Refused) as caught:
        scope.drafted("371200")
    (reason,) = caught.value.unmet
    assert "莱芜" in str(reason.text)
    assert "济南市" in str(reason.remedy)


def test_two_changes_may_not_contradict_each_other_in_any_order() -> None:
    later = scope.tomorrow() + timedelta(days=5)
    scope.enacted(scope.WENZHOU, effective_at=later)
    assert refused(lambda: scope.drafted(scope.WENZHOU)) == {"contradiction_later": "cities"}
    assert refused(lambda: scope.drafted(scope.WENZHOU, effective_at=later)) == {"moment_taken": "effective_at"}
    assert refused(lambda: scope.drafted(scope.WENZHOU, effective_at=later + timedelta(1))) == {
        "contradiction_open": "cities"
    }
    scope.drafted(scope.WENZHOU, act="close", effective_at=later + timedelta(seconds=1))


def test_what_became_wrong_while_it_waited_is_refused_when_decided() -> None:
    waiting = scope.proposed(scope.WENZHOU)
    moment = waiting.effective_at - timedelta(hours=1)
    scope.enacted(scope.WENZHOU, effective_at=moment)
    other = scope.supervisor().acting
    assert refused(lambda: services.enact_change(waiting.pk, acting=other)) == {"contradiction_open": "cities"}
    with time_machine.travel(waiting.effective_at, tick=False):
        late = refused(lambda: services.enact_change(waiting.pk, acting=other))
    assert late["moment_past"] == "effective_at"


def test_a_decision_is_seen_at_once_although_the_tables_are_cached(
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[list[Any]]],
) -> None:
    assert not opens(scope.WENZHOU)
    with django_capture_on_commit_callbacks(execute=True):
        row = scope.enacted(scope.WENZHOU)
    # The cache's own clock stands still: nothing in it has run out.
    with clock.set_to(row.effective_at):
        assert opens(scope.WENZHOU)


def test_devices_can_be_closed_for_the_nation_and_opened_in_a_city() -> None:
    device = {"channel": "device", "kinds": ("HKM_PERMIT",), "categories": ("endorse",)}

    def serves(city: str) -> bool:
        opened = services.scope_on(clock.today())
        return opened.opens("HKM_PERMIT", "endorse", city=city, group="adult", channel="device")

    assert serves(scope.WENZHOU)
    scope.in_force("000000", act="close", **device)
    assert not serves(scope.WENZHOU)
    with time_machine.travel(clock.now() + timedelta(days=2)):
        scope.in_force(scope.WENZHOU, **device)
        assert serves(scope.WENZHOU)
        assert not serves(scope.WUHAN)


def test_lines_written_behind_the_decision_are_found() -> None:
    row = scope.enacted(scope.WENZHOU)
    line = row.lines.first()
    assert line is not None
    line.pk, line.group = None, "military"
    with scope.unguarded():
        ScopeLine.objects.bulk_create([ScopeLine(**{f.name: getattr(line, f.name) for f in line._meta.fields[1:]})])
    assert list(invariants.revisions_were_decided_as_they_stand()) == [NOT_SAID % row.pk]
    services.forget()
    with time_machine.travel(row.effective_at + timedelta(seconds=1)):
        assert not opens(scope.WENZHOU)


def test_a_decision_put_into_the_database_by_hand_is_found() -> None:
    row, other = scope.proposed(scope.WENZHOU), scope.supervisor()
    RuleRevision.objects.filter(pk=row.pk).update(status="in_force", decided_by=other.user)
    assert list(invariants.revisions_were_decided_as_they_stand()) == [NOT_SAID % row.pk]
    with scope.unguarded():
        RuleRevision.objects.filter(pk=row.pk).update(is_loaded=True, proposed_by=None, decided_by=None)
    assert list(invariants.revisions_were_decided_as_they_stand()) == [NOT_SAID % row.pk]
    with time_machine.travel(row.effective_at + timedelta(seconds=1)):
        assert not opens(scope.WENZHOU)


def test_another_decider_than_the_history_names_is_found() -> None:
    row, other = scope.enacted(scope.WENZHOU), scope.supervisor()
    with scope.unguarded():
        RuleRevision.objects.filter(pk=row.pk).update(decided_by=other.user)
    assert list(invariants.revisions_were_decided_as_they_stand()) == [
        f"revision {row.pk} was decided by somebody else than it says"
    ]


def test_a_history_without_the_key_puts_nothing_in_force() -> None:
    row = scope.proposed(scope.WENZHOU)
    RuleRevision.objects.filter(pk=row.pk).update(status="in_force", decided_by=scope.supervisor().user)
    link = AuditEntry.objects.filter(chain=row.chain).latest("seq")
    content = {**link.content, "to": "in_force"}
    commitment = audit.commitment_of(link.salt, content)
    AuditEntry.objects.filter(pk=link.pk).update(action="status.enact", content=content, commitment=commitment)
    assert list(invariants.revisions_were_decided_as_they_stand()) == [NOT_SAID % row.pk]


def test_what_had_no_history_counts_once_it_is_what_the_files_say() -> None:
    row = RuleRevision.objects.get(label="2025-11-20")
    for rows in (Event.objects.filter(subject_id=row.pk), AuditEntry.objects.filter(chain=row.chain)):
        rows.delete()
    AuditHead.objects.filter(chain=row.chain).delete()
    RuleRevision.objects.filter(pk=row.pk).update(event_seq=0)
    services.forget()
    assert not opens(scope.WUHAN)
    loading.load()
    services.forget()
    assert opens(scope.WUHAN)
    assert list(invariants.revisions_were_decided_as_they_stand()) == []
    loading.load()
    assert [one.action for one in Event.objects.filter(subject_id=row.pk)] == ["confirm"]


def test_names_of_changes_never_collide() -> None:
    labels = [scope.drafted(city, effective_at=MOMENT + timedelta(days=900)).label for city in ("330300", "330400")]
    assert labels[1] == f"{labels[0]} (2)"
