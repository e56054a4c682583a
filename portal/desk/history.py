"""What happened to a case, in one line each: events, claims, unmaskings and notes, oldest first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from applications.models import Application
from applications.services import label_of
from portal.accounts.models import Officer
from portal.common.acting import Acting
from portal.common.lifecycle import OFFICIAL_ROLES
from portal.common.models import AuditEntry, Event
from portal.common.unmet import Text
from portal.desk.models import CaseNote


@dataclass(frozen=True)
class Step:
    """One line: when, what, by whom, and the words that go with it."""

    at: datetime
    what: Text
    who: Text
    note: str = ""


def history(row: Application, *, acting: Acting) -> list[Step]:
    """Return the steps of a case; officials are named, everybody else by their part in it."""
    events = list(Event.objects.filter(subject_id=row.pk).order_by("seq"))
    words = _audited()
    links = list(AuditEntry.objects.filter(subject=f"application:{row.pk}", action__in=words).order_by("seq"))
    notes = list(CaseNote.objects.filter(application_id=row.pk))
    actors = [(event.actor_kind, event.actor_id) for event in events]
    actors += [(kind, key) for kind, _colon, key in (link.actor.partition(":") for link in links)]
    names = _names([key for kind, key in actors if kind in OFFICIAL_ROLES])

    def who(kind: str, key: str) -> Text:
        if key == acting.id:
            return _("您")
        others = {"citizen": _("申请人"), "provider": _("收银台"), "system": _("系统")}
        return names.get(key) or others.get(kind, _("工作人员"))

    steps = [
        Step(event.at, label_of(event.action, event.source), who(event.actor_kind, event.actor_id), event.note)
        for event in events
    ]
    by_occasion: dict[str, list[CaseNote]] = {}
    for note in notes:
        by_occasion.setdefault(note.occasion, []).append(note)
    for link in links:
        kind, _colon, key = link.actor.partition(":")
        left = by_occasion.get(link.action)
        steps.append(Step(link.at, words[link.action], who(kind, key), left.pop(0).text if left else ""))
    return sorted(steps, key=lambda step: step.at)


def _audited() -> dict[str, str]:
    return {
        "claimed": _("认领"),
        "handed_over": _("转交"),
        "reassigned": _("指派"),
        "unmasked": _("查看完整号码"),
        "assessed": _("写下核查意见"),
        "due_moved": _("放假安排公布，重算办理时限"),
    }


def _names(keys: list[str]) -> dict[str, str]:
    rows = Officer.objects.filter(user_id__in=[UUID(key) for key in keys])
    return {str(user): name for user, name in rows.values_list("user_id", "name")}
