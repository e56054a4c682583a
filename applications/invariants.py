"""What must hold of every case; `manage.py assert_invariants` names the first row for which it does not."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Count

from applications.lifecycle import LIFECYCLE
from applications.models import Application, Submission
from documents.models import IssuedDocument
from portal.common.models import Event


def chains() -> Iterator[str]:
    """Name the audit chain of every filed form."""
    for pk in Submission.objects.exclude(filed_at=None).values_list("pk", flat=True).iterator():
        yield f"submission:{pk}"


def filed_forms_have_applications() -> Iterator[str]:
    """I1: a filed form has at least one application, each with its receipt."""
    empty = Submission.objects.exclude(filed_at=None).annotate(n=Count("applications")).filter(n=0)
    yield from (f"submission {pk} is filed without applications" for pk in empty.values_list("pk", flat=True))


def histories_are_whole() -> Iterator[str]:
    """I2: events run 1..n, each a legal step from the state before, the last one giving the status."""
    rows = Application.objects.values_list("pk", "status", "event_seq").order_by("pk")
    events: dict[object, list[Event]] = {}
    for event in Event.objects.filter(subject_kind="application").order_by("seq"):
        events.setdefault(event.subject_id, []).append(event)
    for pk, status, seq in rows:
        state = ""
        history = events.get(pk, [])
        for expected, event in enumerate(history, start=1):
            step = LIFECYCLE.find(event.action, event.source)
            if event.seq != expected or event.source != state or step is None or step.target != event.target:
                yield f"application {pk}: event {event.seq} ({event.action}) does not follow"
                break
            state = event.target
        else:
            if state != status or len(history) != seq:
                yield f"application {pk}: status {status} does not follow from its {len(history)} events"


def documents_match_applications() -> Iterator[str]:
    """I4: an issued application has exactly one document, and no other application has it."""
    issued: dict[UUID, UUID | None] = dict(
        Application.objects.exclude(document_id=None).values_list("pk", "document_id")
    )
    pairs = IssuedDocument.objects.exclude(application_id=None).values_list("application_id", "pk")
    made = {application: document for application, document in pairs if application}
    for pk in issued.keys() | made.keys():
        if issued.get(pk) != made.get(pk):
            yield f"application {pk}: its document and the register disagree"
