"""Owns the giving out of document numbers: each number of a range once, in order, whoever asks at the same time."""

from django.db import transaction
from django.db.models import F

from documents import catalog, numbers
from documents.models import IssuedDocument, NumberRange
from portal.common.fields import BlindIndexField


class RangeExhausted(LookupError):
    """No range of the kind has a number left: a new one must be opened before anything can be made."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"no number left for {kind}")
        self.kind = kind


class RangeRefused(ValueError):
    """A range cannot be opened; `code` is wrong_kind, wrong_order or overlap."""

    def __init__(self, code: str) -> None:
        super().__init__(f"number range: {code}")
        self.code = code


def open_range(kind: str, *, first: str, last: str) -> NumberRange:
    """Open a range from `first` to `last`, both given out; opening the same range again changes nothing.

    Raises RangeRefused, naming the rule the range breaks.
    """
    series = numbers.recognise(first)
    if series is None or series.code != catalog.kind(kind).series[0] or not series.matches(last):
        raise RangeRefused("wrong_kind")
    start, end = numbers.position(first), numbers.position(last)
    if start > end:
        raise RangeRefused("wrong_order")
    with transaction.atomic():
        known = list(NumberRange.objects.select_for_update().filter(series=series.code).order_by("pk"))
        for row in known:
            if (row.first, row.last, row.kind) == (start, end, kind):
                return row
            if row.first <= end and start <= row.last:
                raise RangeRefused("overlap")
        return NumberRange.objects.create(kind=kind, series=series.code, first=start, last=end, next=start)


def take_number(kind: str) -> str:
    """Give out the next number of a kind; it returns to the range only if the caller's transaction fails.

    The ranges of the kind are locked until that transaction ends. A number already carried by a document taken over
    from the register is passed by. Raises RangeExhausted.
    """
    with transaction.atomic():
        # All open ranges, in one order: takers never lock crosswise, and a range that runs out leads to the next.
        for row in NumberRange.objects.select_for_update().filter(kind=kind, next__lte=F("last")).order_by("pk"):
            number = _next_of(row)
            row.save(update_fields=["next"])
            if number:
                return number
    raise RangeExhausted(kind)


def _next_of(row: NumberRange) -> str:
    """Move a range on and return the number it gives, or "" when it ends without one."""
    while row.next <= row.last:
        place = row.next
        row.next = place + 1
        if not numbers.is_printable(row.series, place):
            continue
        number = numbers.number_at(row.series, place)
        index = BlindIndexField.of(IssuedDocument, "number", number)
        if not IssuedDocument.objects.filter(number_index=index).exists():
            return number
    return ""


def numbers_left(kind: str) -> int:
    """Return how many numbers the open ranges of a kind still hold."""
    return sum(row.left for row in NumberRange.objects.filter(kind=kind))
