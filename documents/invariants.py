"""Owns what must always be true of the register of documents, the number ranges and the scope."""

from collections.abc import Callable, Iterable, Mapping

from django.db.models import F

from documents import numbers
from documents.decided import decided
from documents.lifecycle import INVALID
from documents.models import IssuedDocument, NumberRange, RuleRevision
from documents.revisions import IN_FORCE
from portal.common.models import Event


def ranges_are_apart() -> Iterable[str]:
    """Yield every range that shares a number with an earlier one of its series."""
    behind: dict[str, int] = {}
    for row in NumberRange.objects.order_by("series", "first"):
        if row.first <= behind.get(row.series, -1):
            yield f"number range {row.pk} overlaps the one before it"
        behind[row.series] = max(row.last, behind.get(row.series, -1))


def issued_numbers_were_taken() -> Iterable[str]:
    """Yield every document issued here whose number its range has not given out yet."""
    ranges = list(NumberRange.objects.all())
    for document in IssuedDocument.objects.exclude(application_id=None).iterator():
        series = numbers.recognise(document.number)
        if series is None or series.kind != document.kind:
            yield f"document {document.pk} has a number of another kind"
            continue
        place = numbers.position(document.number)
        if any(row.series == series.code and row.next <= place <= row.last for row in ranges):
            yield f"document {document.pk} has a number that is still to be given out"


def replaced_documents_have_ended() -> Iterable[str]:
    """Yield every document that still counts although its replacement was issued, or replaces another person's."""
    issued = IssuedDocument.objects.exclude(replaces=None)
    for key in issued.exclude(replaces__status=INVALID).values_list("replaces_id", flat=True):
        yield f"document {key} was replaced and has not ended"
    for key in issued.exclude(person=F("replaces__person")).values_list("pk", flat=True):
        yield f"document {key} replaces one of another person"


def revisions_were_decided_as_they_stand() -> Iterable[str]:
    """Yield every revision that says it is in force and does not count, and every one that was and is gone.

    One that counts has an audit chain that says it, with these very lines, was decided by whom it names, or loaded.
    """
    rows = {row.pk: row for row in RuleRevision.objects.filter(status=IN_FORCE)}
    counting = {row.pk for row in decided()}
    for key in rows.keys() - counting:
        yield f"revision {key} is in force and nobody decided so, or not with these lines: it opens nothing"
    ends = Event.objects.filter(subject_kind=RuleRevision.subject_kind, target=IN_FORCE)
    for event in ends:
        row = rows.get(event.subject_id)
        if row is None:
            yield f"revision {event.subject_id} was put in force and is no longer"
        elif not row.is_loaded and event.actor_id != str(row.decided_by_id):
            yield f"revision {row.pk} was decided by somebody else than it says"


ALL: Mapping[str, Callable[[], Iterable[str]]] = {
    "number ranges do not overlap": ranges_are_apart,
    "issued numbers were taken from their range": issued_numbers_were_taken,
    "replaced documents have ended": replaced_documents_have_ended,
    "revisions were decided as they stand": revisions_were_decided_as_they_stand,
}
