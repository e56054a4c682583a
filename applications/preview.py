"""Owns the preview of a change of the scope: which synthetic people it would move to another channel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from applications import eligibility
from applications.eligibility import ENDORSE, Channel, Facts, Held, Want
from documents import catalog
from documents.models import RuleRevision
from documents.services import Scope, scopes_around
from portal.accounts.divisions import city_of
from portal.accounts.services import HeldState, RegisterRecord, list_people
from portal.common import clock

# The best way first.
_ORDER = (Channel.ONLINE, Channel.DEVICE, Channel.WINDOW, Channel.NONE)
_STATES = {HeldState.VALID: "valid", HeldState.EXPIRED: "valid", HeldState.LOST: "lost", HeldState.VOID: "void"}


@dataclass(frozen=True)
class Switch:
    """A synthetic person for whom one thing moves from one channel to another."""

    name: str
    city: str
    kind: str
    category: str
    before: Channel
    after: Channel


@dataclass(frozen=True)
class Preview:
    """Every switch a change makes among the synthetic people, at its moment."""

    switches: tuple[Switch, ...]

    def count(self, *, online: bool) -> int:
        """Return how many people can have something online that they could not before, or no longer."""
        moved = [one for one in self.switches if (one.after if online else one.before) is Channel.ONLINE]
        return len({one.name for one in moved})


def preview(revision: RuleRevision) -> Preview:
    """Run the rules over the register's synthetic people, as they are at a revision's moment, before and after it."""
    before, after = scopes_around(revision)
    touched = sorted(set(revision.lines.values_list("kind", "category")))
    with clock.set_to(revision.effective_at):
        people = [(one.record, facts_of(one.record)) for one in list_people()]
    switches = []
    for record, facts in people:
        for kind, category in touched:
            ways = [channel_for(facts, kind, category, opened) for opened in (before, after)]
            if ways[0] is not ways[1]:
                switches.append(Switch(record.name, city_of(record.hukou_code), kind, category, *ways))
    return Preview(tuple(switches))


def channel_for(facts: Facts, kind: str, category: str, opened: Scope) -> Channel:
    """Return the best way in which somebody can have something of a kind and category, for whatever reason."""
    ways = {eligibility.channel_of(facts, [want], opened) for want in _wants(facts, kind, category, opened)}
    return min(ways or {Channel.NONE}, key=_ORDER.index)


def _wants(facts: Facts, kind: str, category: str, opened: Scope) -> Iterator[Want]:
    if category != ENDORSE:
        yield from (Want(kind, one.code) for one in opened.reasons.get(kind, ()) if one.category == category)
        return
    for destination in catalog.kind(kind).destinations:
        for row in catalog.endorsements_for(kind, destination, on=facts.on):
            for option in row.options.get(destination, ()):
                yield Want(kind, category=category, destination=destination, letter=row.letter, option=option)


def facts_of(record: RegisterRecord) -> Facts:
    """Return the facts of somebody who has not come yet: their documents are those of the population register."""
    holds: Sequence[Held] = [Held(str(one.kind), one.expires_on, _STATES[one.state]) for one in record.holds]
    return Facts(
        on=clock.today(),
        born=record.born,
        hukou_code=record.hukou_code,
        state_employee=record.state_employee,
        military=record.military,
        fingerprints=record.fingerprints_on_file,
        exit_barred=record.exit_barred,
        in_mainland=record.in_mainland,
        holds=tuple(holds),
        residence_code=record.residence_code,
    )
