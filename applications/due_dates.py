"""Due dates counted from the events of a case: under another term, or once a holiday notice is known."""

from django.db import transaction

from applications import terms
from applications.models import Application
from portal.common import audit, clock, workdays
from portal.common.acting import Acting
from portal.common.models import Event

# The actions after which the clock stands still, and those after which it goes on.
_STOPS = ("return", "approve", "ask_elsewhere")
_GOES_ON = ("accept", "record_payment", "note_answer")


def count_anew() -> None:
    """Count the provisional due dates of open applications again; what comes out the same is not written."""
    provisional = Application.objects.open().filter(due_provisional=True)
    for key in provisional.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = provisional.select_for_update().filter(pk=key).first()
            if row is None:
                continue
            due = due_of(row, row.term)
            if (due.on, due.provisional) == (row.due_on, row.due_provisional):
                continue
            row.due_on, row.due_provisional = due.on, due.provisional
            row.save(update_fields=["due_on", "due_provisional"])
            content = {"due_on": due.on.isoformat(), "provisional": due.provisional}
            subject = f"application:{row.pk}"
            audit.append(row.chain, "due_moved", acting=Acting.system("calendar"), content=content, subject=subject)


def due_of(row: Application, code: str) -> workdays.DueDate:
    """Return when an accepted application is due under a term, moved by every time its clock stood still.

    The clock stands still while the applicant has to act and while another authority is asked.
    """
    assert row.accepted_at is not None  # noqa: S101 - only acceptance sets a due date
    events = list(Event.objects.filter(subject_id=row.pk).order_by("seq"))
    corrected = [one.at for one in events if one.action == "correct" and one.at <= row.accepted_at]
    received_on = clock.local_day(max([row.filed_at, *corrected]))
    due = terms.decision_due(code, received_on=received_on, accepted_on=clock.local_day(row.accepted_at))
    since = None
    for event in events:
        if event.at < row.accepted_at:
            continue
        if event.action in _STOPS:
            since = event.at
        elif since and event.action in _GOES_ON:
            due, since = terms.resumed(due.on, code, since=since, until=event.at), None
    return due
