"""How the link of a one-trip sheet reaches the phone it was asked for."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal.appointments.models import Sheet
from portal.common import outbox
from portal.common.models import Promise
from portal.common.phrases import titled
from portal.notifications.services import address_of, send_text

SHEET_TOPIC = "appointments.sheet"


def send_sheet(row: Promise) -> None:
    """Keep a promise of topic "appointments.sheet" (payload: sheet): send the link of a one-trip sheet."""
    sheet = Sheet.objects.filter(pk=row.payload["sheet"]).first()
    if sheet is None:
        raise outbox.GiveUp("subject_gone")
    with translation.override(sheet.language):
        title = _("一次办好单")
        address = address_of(reverse("appointments:kept_sheet", args=[sheet.reference]))
        text = titled(title, _("要带的材料、费用和办理时间，打开就能看。"))
        send_text(row, sheet.phone, title, f"{text} {address}")
