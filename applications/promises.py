"""Handlers of the case's own promises: acceptance by silence, lapses; fulfilment keeps the others."""

from uuid import UUID

from django.db import transaction

from applications.models import Application
from applications.review import accept, lapse
from portal.common.acting import Acting
from portal.common.models import Promise


def accept_by_silence(row: Promise) -> None:
    """Count five days without an answer as acceptance on the day of filing (Administrative Licensing Law, art. 32)."""
    application = UUID(str(row.payload["application"]))
    with transaction.atomic():
        waiting = Application.objects.select_for_update().filter(pk=application, status="filed")
        # Anything since the form was handed in is an answer: it was returned, or an officer was faster.
        if waiting.filter(event_seq=row.payload["event_seq"]).exists():
            accept(application, acting=Acting.system("silence"), by_silence=True)


def lapse_when_due(row: Promise) -> None:
    """Let an application lapse that was not corrected or paid in time."""
    lapse(UUID(str(row.payload["application"])), event_seq=int(row.payload["event_seq"]))
