"""Filing under concurrency: fifty presses at once are one filing."""

from datetime import date

import pytest
from django.db import transaction

from applications import receipts, services
from applications.models import Application
from portal.common import audit, registry
from portal.common.models import AuditEntry, Event, Promise
from tests.factories import cases
from tests.factories.work import THREADS, together

pytestmark = pytest.mark.django_db(transaction=True)

PRESSES = 50


def test_fifty_presses_are_one_filing() -> None:
    cases.ground()
    person = cases.person()
    form = cases.draft(person, {"PASSPORT": "expiring", "HKM_PERMIT": "lost"})
    known = services.gather(person)
    before = (Event.objects.count(), AuditEntry.objects.count(), Promise.objects.count())

    def file(_: int) -> tuple[tuple[str, ...], bool]:
        done = services.file(form.pk, acting=person.acting, known=known, declared=cases.DECLARED)
        return tuple(row.receipt for row in done.applications), done.fresh

    answers = together(file, PRESSES)
    assert len({receipts for receipts, _ in answers}) == 1
    assert [fresh for _, fresh in answers].count(True) == 1
    assert Application.objects.count() == 2
    events, links, promises = Event.objects.count(), AuditEntry.objects.count(), Promise.objects.count()
    # Two steps for each application and the end of the lost permit; one message for the form.
    assert (events - before[0], links - before[1], promises - before[2]) == (5, 5, 1)
    assert list(audit.verify()) == []
    for name, check in registry.invariants.items():
        assert list(check()) == [], name


def test_receipts_taken_at_once_are_all_different() -> None:
    def take(_: int) -> list[str]:
        taken = []
        for count in (1, 3, 2):
            with transaction.atomic():
                taken += receipts.take("310000", date(2026, 11, 21), count)
        return taken

    given = [receipt for of_one in together(take) for receipt in of_one]
    assert sorted(given) == [f"310000261121{number:04d}" for number in range(1, THREADS * 6 + 1)]
