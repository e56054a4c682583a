"""How people without an account are told: the same words as everybody's, by text message to their proven phone."""

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal.appointments.models import Booking, HomeVisit, Sheet, Visitor, WindowCase
from portal.common import outbox, registry
from portal.common.acting import Acting
from portal.common.lifecycle import Lifecycle
from portal.common.models import Promise
from portal.common.phrases import titled
from portal.notifications.services import address_of, send_text

TOPIC = "appointments.text"
SHEET_TOPIC = "appointments.sheet"
Told = TypeVar("Told", Booking, WindowCase, HomeVisit)
_MODELS = {model.subject_kind: model for model in (Booking, WindowCase, HomeVisit)}


def advance(  # noqa: PLR0913 - the parts of one act
    lifecycle: Lifecycle,
    row: Told,
    action: str,
    *,
    acting: Acting,
    sets: Mapping[str, object] | None = None,
    note: str = "",
) -> Told:
    """Do one transition, and promise its message by text where the holder has no account; raises Refused."""
    with transaction.atomic():
        source = row.status
        fresh = lifecycle.perform(row, action, acting=acting, sets=sets, note=note)
        transition = lifecycle.find(action, source)
        if transition is not None and transition.message:
            text_visitor(fresh, transition.message)
    return fresh


def visitor_of(row: Booking | WindowCase | HomeVisit) -> Visitor | None:
    """Return the person without an account behind a row, or None."""
    return row.booking.visitor if isinstance(row, WindowCase) else row.visitor


def text_visitor(row: Booking | WindowCase | HomeVisit, code: str) -> None:
    """Promise a text message in the words of the message `code`; nothing for somebody with an account."""
    if visitor_of(row) is not None:
        payload = {"code": code, "kind": row.subject_kind, "subject": str(row.pk)}
        outbox.promise(TOPIC, key=f"{code}:{row.pk}:{row.event_seq}", payload=payload)


def send(row: Promise) -> None:
    """Keep a promise of topic "appointments.text" (payload: code, kind, subject)."""
    spec = registry.messages[str(row.payload["code"])]
    subject = UUID(str(row.payload["subject"]))
    try:
        visitor = visitor_of(_MODELS[str(row.payload["kind"])].objects.get(pk=subject))
        told = spec.find(subject, row.payload)
    except ObjectDoesNotExist:
        raise outbox.GiveUp("subject_gone") from None
    if visitor is None:
        raise outbox.GiveUp("no_visitor")
    with translation.override(visitor.language):
        shown = spec.present(told.params)
        text = titled(str(spec.title) % shown, str(spec.body) % shown)
        address = address_of(reverse(told.link, args=told.link_args))
        send_text(row, visitor.phone, spec.title, f"{text} {address}")


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
