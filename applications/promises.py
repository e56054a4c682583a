"""Handlers of the case's own promises: acceptance by silence, lapses; fulfilment keeps the others."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from applications import terms
from applications.models import Application
from applications.review import accept, handed_in_at, lapse
from portal.common import clock, outbox
from portal.common.acting import Acting
from portal.common.models import Promise


def accept_by_silence(row: Promise) -> None:
    """Count a term without an answer as acceptance on the day of handing in (Administrative Licensing Law, art. 32)."""
    key = UUID(str(row.payload["application"]))
    with transaction.atomic():
        waiting = Application.objects.select_for_update().filter(pk=key, status="filed")
        # Anything since the form was handed in is an answer: it was returned, or an officer was faster.
        application = waiting.filter(event_seq=row.payload["event_seq"]).first()
        if application is None:
            return
        # A holiday notice loaded since then may have moved the end of the term.
        left = terms.days_from(handed_in_at(application), "acceptance") - clock.now()
        if left > timedelta():
            raise outbox.Again(left.total_seconds())
        accept(key, acting=Acting.system("silence"), by_silence=True)


def lapse_when_due(row: Promise) -> None:
    """Let an application lapse that was not corrected or paid in time."""
    lapse(UUID(str(row.payload["application"])), event_seq=int(row.payload["event_seq"]))
