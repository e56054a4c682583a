"""Due dates counted anew once the notice of a year is known that was counted as Monday to Friday until then."""

from django.db import transaction

from applications import terms
from applications.models import Application
from portal.common import audit, clock, workdays
from portal.common.acting import Acting
from portal.common.models import Event


def count_anew() -> None:
    """Count the provisional due dates of open applications again; what comes out the same is not written."""
    provisional = Application.objects.open().filter(due_provisional=True)
    for key in provisional.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = provisional.select_for_update().filter(pk=key).first()
            if row is None:
                continue
            due = _due(row)
            if (due.on, due.provisional) == (row.due_on, row.due_provisional):
                continue
            row.due_on, row.due_provisional = due.on, due.provisional
            row.save(update_fields=["due_on", "due_provisional"])
            content = {"due_on": due.on.isoformat(), "provisional": due.provisional}
            subject = f"application:{row.pk}"
            audit.append(row.chain, "due_moved", acting=Acting.system("calendar"), content=content, subject=subject)


def _due(row: Application) -> workdays.DueDate:
    """Return the due date from acceptance on, moved by every time its applicant had to act, as the events tell."""
    assert row.accepted_at is not None  # noqa: S101 - only acceptance sets a due date
    due = terms.decision_due(clock.local_day(row.accepted_at))
    since = None
    for event in Event.objects.filter(subject_id=row.pk, at__gte=row.accepted_at).order_by("seq"):
        if event.target in ("returned", "approved"):
            since = event.at
        elif since and event.target in ("accepted", "paid"):
            due, since = terms.resumed(due.on, since=since, until=event.at), None
    return due
