"""The lifecycle engine: transition tables as data, and the one act that changes a status."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.common import audit, clock, outbox
from portal.common.acting import Acting
from portal.common.models import DirtyDay, Event, LifecycleModel
from portal.common.unmet import Refused, Text, Unmet

Row = TypeVar("Row", bound=LifecycleModel)
Rule = Callable[[LifecycleModel, Acting, Mapping[str, object]], list[Unmet]]

# Every table by name: the drawings in docs/ and the table tests are made from here.
tables: dict[str, "Lifecycle"] = {}

MESSAGE_TOPIC = "message"
OFFICIAL_ROLES = frozenset({"officer", "supervisor"})
NEW = ""


@dataclass(frozen=True)
class Transition:
    """One row of a table: who may do what from where to where, under which rules, and who is told."""

    action: str
    sources: tuple[str, ...]
    target: str
    roles: tuple[str, ...]
    label: Text
    rules: tuple[Rule, ...] = ()
    message: str = ""
    needs_note: bool = False
    counts: bool = False


@dataclass(frozen=True)
class State:
    """A status: its public word, and whether the case still waits for somebody in it."""

    name: str
    word: str
    label: Text
    open: bool = True


@dataclass(frozen=True)
class Change:
    """One wanted transition of one row, with the columns that change along with the status."""

    row: LifecycleModel
    action: str
    acting: Acting
    codes: Sequence[str] = ()
    params: Mapping[str, object] = field(default_factory=dict)
    sets: Mapping[str, object] = field(default_factory=dict)
    note: str = ""


class Lifecycle:
    """The table of one kind of row, and the only writer of its status."""

    def __init__(self, name: str, *, states: Iterable[State], transitions: Iterable[Transition]) -> None:
        """Check the table: every state named exists, every action is unambiguous from its source."""
        self.name = name
        self.states = {state.name: state for state in states}
        self.transitions = tuple(transitions)
        seen: set[tuple[str, str]] = set()
        for transition in self.transitions:
            for source in transition.sources:
                unknown = {source, transition.target} - self.states.keys() - {NEW}
                if unknown or (transition.action, source) in seen:
                    message = f"{name}: transition {transition.action} from '{source}' is wrong"
                    raise ValueError(message)
                seen.add((transition.action, source))
        tables[name] = self

    @property
    def open_states(self) -> tuple[str, ...]:
        """Names of the states in which somebody still has to act."""
        return tuple(state.name for state in self.states.values() if state.open)

    def find(self, action: str, source: str) -> Transition | None:
        """Return the transition `action` from `source`, or None."""
        return next((t for t in self.transitions if t.action == action and source in t.sources), None)

    def open_to(self, row: LifecycleModel, acting: Acting) -> list[Transition]:
        """Return what `acting` may do with `row` now, rules included: buttons come from here."""
        return [
            t
            for t in self.transitions
            if row.status in t.sources and not self._unmet(t, row, Change(row, t.action, acting, note="-"), rules=True)
        ]

    def begin(
        self, rows: Sequence[Row], *, actions: Sequence[tuple[str, Acting]], params: Mapping[str, object] | None = None
    ) -> None:
        """Create new rows and walk them through `actions` (the first one starts from nothing), in one act.

        Raises Refused, having written nothing, when a rule is unmet.
        """
        with transaction.atomic():
            steps = []
            for row in rows:
                row.status = NEW
                for action, acting in actions:
                    change = Change(row, action, acting, params=params or {})
                    steps.append((change, self._advance(change), row.event_seq))
            type(rows[0])._default_manager.bulk_create(rows)  # noqa: SLF001 - Django's manager of any model
            self._record(steps)

    def perform(  # noqa: PLR0913 - the parts of one act
        self,
        row: Row,
        action: str,
        *,
        acting: Acting,
        codes: Sequence[str] = (),
        params: Mapping[str, object] | None = None,
        sets: Mapping[str, object] | None = None,
        note: str = "",
    ) -> Row:
        """Do one transition atomically and return the fresh row; raises Refused with every reason."""
        change = Change(row, action, acting, codes, params or {}, sets or {}, note)
        fresh: Row = self.perform_all([change])[0]  # type: ignore[assignment]
        return fresh

    def perform_all(self, changes: Sequence[Change]) -> list[LifecycleModel]:
        """Do several transitions of rows of one model in one act, locking in primary-key order."""
        if not changes:
            return []
        manager = type(changes[0].row)._default_manager  # noqa: SLF001 - Django's manager of any model
        with transaction.atomic():
            keys = {change.row.pk for change in changes}
            locked = {row.pk: row for row in manager.select_for_update().filter(pk__in=keys).order_by("pk")}
            steps, columns = [], {"status", "event_seq"}
            for asked in changes:
                row = locked[asked.row.pk]
                change = Change(row, asked.action, asked.acting, asked.codes, asked.params, asked.sets, asked.note)
                done = self._advance(change)
                for name, value in asked.sets.items():
                    setattr(row, name, value)
                columns |= asked.sets.keys()
                steps.append((change, done, row.event_seq))
            for row in locked.values():
                row.save(update_fields=sorted(columns))
            self._record(steps)
        return [locked[change.row.pk] for change in changes]

    def _advance(self, change: Change) -> tuple[Transition, str]:
        """Check one change against the table and move the row in memory; returns the transition and its source."""
        row = change.row
        source = row.status
        transition = self.find(change.action, source)
        if transition is None:
            text = _("这件事现在不能这样办：当前状态是“%(state)s”。") % {
                "state": self.states[source].label if source else "-"
            }
            raise Refused([Unmet("state", text, remedy=_("请刷新页面，按最新的状态办理。"))])
        unmet = self._unmet(transition, row, change, rules=True)
        if unmet:
            raise Refused(unmet)
        row.status = transition.target
        row.event_seq += 1
        return transition, source

    def _unmet(self, transition: Transition, row: LifecycleModel, change: Change, *, rules: bool) -> list[Unmet]:
        acting = change.acting
        if acting.kind not in transition.roles:
            return [Unmet("role", _("您没有办理这一步的权限。"), remedy=_("请交给有权限的人员办理。"))]
        if acting.kind in OFFICIAL_ROLES and not acting.covers(row.authority):
            return [Unmet("jurisdiction", _("这件申请不归您的机关管辖。"), remedy=_("请转交主管机关。"))]
        unmet = []
        if transition.needs_note and not change.note.strip():
            unmet.append(Unmet("note", _("请写明理由。"), remedy=_("理由会留在审计记录里。"), field="note"))
        if rules:
            for rule in transition.rules:
                unmet += rule(row, acting, change.params)
        return unmet

    def _record(self, steps: Sequence[tuple[Change, tuple[Transition, str], int]]) -> None:
        """Write events, audit links, promises of messages and dirty days for changes already made."""
        now = clock.now()
        events, links, promises, dirty = [], [], [], set()
        for change, (transition, source), seq in steps:
            row = change.row
            event = Event(
                subject_kind=row.subject_kind,
                subject_id=row.pk,
                seq=seq,
                action=transition.action,
                source=source,
                target=transition.target,
                actor_kind=change.acting.kind,
                actor_id=change.acting.id,
                behalf=change.acting.behalf,
                authority=row.authority,
                at=now,
                codes=list(change.codes),
                params=dict(change.params),
                note=change.note,
            )
            events.append(event)
            content = {
                "event": str(event.id),
                "seq": seq,
                "from": source,
                "to": transition.target,
                "codes": event.codes,
                "params": event.params,
                "note": change.note,
            }
            subject = f"{row.subject_kind}:{row.pk}"
            if change.note:
                # The words of a note are sealed in the event; the chain commits to their digest alone.
                content["note"] = audit.commitment_of(str(event.id), change.note)
            links.append(audit.Link(row.chain, f"status.{transition.action}", subject, change.acting, content, now))
            if transition.message:
                payload = {"code": transition.message, "subject": str(row.pk), "event": str(event.id)}
                promises.append(outbox.Step(MESSAGE_TOPIC, str(event.id), payload))
            if transition.counts:
                dirty.add((clock.local_day(now), row.authority))
        Event.objects.bulk_create(events)
        audit.append_all(links)
        outbox.promise_all(promises)
        if dirty:
            DirtyDay.objects.bulk_create(DirtyDay(day=d, authority=a, marked_at=now) for d, a in sorted(dirty))
