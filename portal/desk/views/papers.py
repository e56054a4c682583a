"""Files of a case on the desk: opened by whoever holds it, each time written down."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications import services
from applications.models import Attachment
from portal.common.access import official
from portal.common.admin import acting_of
from portal.common.views import private_file
from portal.desk.views.frame import case_of


@official("officer", "supervisor")
@require_safe
def show(request: HttpRequest, case_id: UUID, attachment_id: UUID) -> HttpResponse:
    """Hand out a file that was found clean; a PDF to be kept, a picture to be looked at."""
    row, acting = case_of(request, case_id), acting_of(request)
    if not services.is_held_by(row, acting):
        messages.error(request, _("认领以后才能打开材料。"))
        return redirect("desk:review", case_id=row.pk)
    try:
        data, media, name = services.open_file(row, attachment_id, acting=acting)
    except Attachment.DoesNotExist as error:
        raise Http404 from error
    return private_file(data, media=media, name=name)
