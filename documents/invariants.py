"""Owns what must always be true of the register of documents and the number ranges."""

from collections.abc import Callable, Iterable, Mapping

from django.db.models import F

from documents import numbers
from documents.lifecycle import INVALID
from documents.models import IssuedDocument, NumberRange


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


ALL: Mapping[str, Callable[[], Iterable[str]]] = {
    "number ranges do not overlap": ranges_are_apart,
    "issued numbers were taken from their range": issued_numbers_were_taken,
    "replaced documents have ended": replaced_documents_have_ended,
}
