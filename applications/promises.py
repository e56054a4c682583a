"""Handlers of the case's own promises: acceptance by silence, lapses; fulfilment keeps the others."""

from uuid import UUID

from applications.review import accept, lapse
from portal.common.acting import Acting
from portal.common.models import Promise
from portal.common.unmet import Refused


def accept_by_silence(row: Promise) -> None:
    """Count five days without an answer as acceptance on the day of filing (Administrative Licensing Law, art. 32)."""
    try:
        accept(UUID(str(row.payload["application"])), acting=Acting.system("silence"), by_silence=True)
    except Refused:
        # An officer was faster.
        return


def lapse_when_due(row: Promise) -> None:
    """Let an application lapse that was not corrected or paid in time."""
    lapse(UUID(str(row.payload["application"])), event_seq=int(row.payload["event_seq"]))
