"""What must hold of the ground floor: histories and audit trail are whole, and nothing waits that should be done."""

import heapq
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.apps import apps

from portal.common import audit, clock
from portal.common.lifecycle import NEW, Lifecycle, tables
from portal.common.models import Event, LifecycleModel, Promise

PATIENCE = timedelta(minutes=5)
# In the place of a sequence number: sorts a row before its events.
ROW = -1


def histories_are_whole() -> Iterator[str]:
    """I2: the events of every row with a lifecycle run 1..n, each a legal step, the last one giving the status."""
    models = [m for m in apps.get_models() if issubclass(m, LifecycleModel) and not m._meta.proxy]  # noqa: SLF001 - Django's public-by-custom Meta
    for model in models:
        yield from _histories_of(model)
    unknown = Event.objects.exclude(subject_kind__in=[model.subject_kind for model in models])
    for pk, kind in unknown.values_list("pk", "subject_kind").iterator():
        yield f"event {pk} is of a {kind}, which is no kind of row"


def _histories_of(model: type[LifecycleModel]) -> Iterator[str]:
    """Walk rows and events side by side in the order of their keys: neither is held in memory."""
    kind = model.subject_kind
    rows = model._default_manager.order_by("pk").values_list("pk", "status", "event_seq")  # noqa: SLF001 - Django's manager of any model
    events = Event.objects.filter(subject_kind=kind).order_by("subject_id", "seq")
    steps = events.values_list("subject_id", "seq", "action", "source", "target")
    begun = ((pk, ROW, status, seq) for pk, status, seq in rows.iterator())
    together: Iterator[tuple[Any, ...]] = heapq.merge(begun, steps.iterator(), key=itemgetter(0, 1))
    for pk, lines in groupby(together, key=itemgetter(0)):
        (_, place, *columns), *history = lines
        if place != ROW:
            yield f"{kind} {pk}: its events are there, the row is not"
        elif fault := _fault_in(tables[kind], history, *columns):
            yield f"{kind} {pk}: {fault}"


def _fault_in(table: Lifecycle, history: Sequence[tuple[Any, ...]], status: str, count: int) -> str:
    """Return what is wrong with the history of one row, or nothing."""
    state, last = NEW, 0
    for _, seq, action, source, target in history:
        step = table.find(action, source)
        if seq != last + 1 or source != state or step is None or step.target != target:
            return f"event {seq} ({action}) does not follow"
        state, last = target, seq
    return "" if (state, last) == (status, count) else f"status {status} does not follow from its {last} events"


def states_after(kind: str, action: str) -> set[str]:
    """Return every state a row of this kind can be in once `action` has happened to it."""
    table = tables[kind]
    found: set[str] = set()
    reached = {step.target for step in table.transitions if step.action == action}
    while reached - found:
        found |= reached
        reached = {step.target for step in table.transitions if found & set(step.sources)}
    return found


def audit_is_whole() -> Iterator[str]:
    """I6: every chain verifies, every event has its link, every anchor still stands."""
    yield from audit.verify()


def nothing_waits_too_long() -> Iterator[str]:
    """I8: no promise has been due for more than five minutes; one that was given up is a person's business."""
    late = Promise.objects.open().filter(due_at__lt=clock.now() - PATIENCE).order_by("due_at")
    yield from (f"promise {pk} of topic {topic} is overdue" for pk, topic in late.values_list("pk", "topic"))
