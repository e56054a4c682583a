"""Filing under concurrency: fifty presses at once are one filing."""

import pytest

from applications import services
from applications.models import Application
from portal.common import audit, registry
from portal.common.models import AuditEntry, Event, Promise
from tests.concurrency.test_number_ranges import together
from tests.factories import cases

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
