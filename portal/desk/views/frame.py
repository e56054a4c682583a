"""What every page of the workbench has: the queues on top, who is at work, the case that was asked for."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest

from applications.models import Application
from applications.services import find
from portal.common.admin import acting_of
from portal.desk.queues import top


def case_of(request: HttpRequest, case_id: UUID) -> Application:
    """Return the case; outside the official's jurisdiction it does not exist."""
    row = find(case_id, acting=acting_of(request))
    if row is None:
        raise Http404
    return row


def frame(request: HttpRequest, **context: Any) -> dict[str, Any]:
    """Return the context of a workbench page."""
    official: Any = request.user
    return {"official": official.official, "top": top(acting_of(request)), **context}
