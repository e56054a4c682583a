"""What officials do to a term: extend it with another's approval, stop the clock while another authority is asked."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications import due_dates, terms
from applications.lifecycle import LIFECYCLE
from applications.models import Application
from documents import catalog
from portal.common import clock
from portal.common.acting import Acting
from portal.common.unmet import Refused, Text, Unmet

# The terms a case can be extended to, and how an official calls them.
EXTENSIONS: Mapping[str, Text] = {
    "service_extended": _("20 个工作日：偏远地区、特殊情形，省级主管批准"),
    "passport_statutory_extended": _("收到材料起 30 日：护照法第六条，负责人批准"),
}


def extensions_for(row: Application) -> dict[str, Text]:
    """Return the terms an application can be extended to, by code: those for its kind."""
    return {
        code: label
        for code, label in EXTENSIONS.items()
        if not catalog.term(code).kinds or row.kind in catalog.term(code).kinds
    }


def propose_extension(application_id: UUID, *, code: str, acting: Acting, note: str) -> Application:
    """Propose a longer term, with the reason the applicant will read; raises Refused (also when it is no longer)."""
    with transaction.atomic():
        row = Application.objects.select_for_update().get(pk=application_id)
        if code not in extensions_for(row):
            text = _("请选延长到哪个期限。")
            raise Refused([Unmet("extension", text, remedy=_("只能选列出的期限。"), field="term")])
        if row.accepted_at and row.due_on and due_dates.due_of(row, code).on <= row.due_on:
            text = _("这个期限不比现在的长。")
            raise Refused([Unmet("extension_shorter", text, remedy=_("请选长一些的期限。"), field="term")])
        sets = {"extension": code, "extension_by": UUID(acting.id)}
        return LIFECYCLE.perform(row, "propose_extension", acting=acting, codes=[code], note=note, sets=sets)


def extend(application_id: UUID, *, acting: Acting, note: str) -> Application:
    """Approve the proposed term; the applicant is told the new day. Raises Refused."""
    with transaction.atomic():
        row = Application.objects.select_for_update().get(pk=application_id)
        sets: dict[str, object] = {}
        if row.extension:
            due = due_dates.due_of(row, row.extension)
            sets = {
                "term": row.extension,
                "due_on": due.on,
                "due_provisional": due.provisional,
                "extension": "",
                "extended_by": UUID(acting.id),
            }
        codes = [row.extension] if row.extension else []
        return LIFECYCLE.perform(row, "extend", acting=acting, codes=codes, note=note, sets=sets)


def decline_extension(application_id: UUID, *, acting: Acting, note: str) -> Application:
    """Leave the term as it is; it may be proposed again. Raises Refused."""
    row = Application.objects.get(pk=application_id)
    sets = {"extension": "", "extension_by": None}
    return LIFECYCLE.perform(row, "decline_extension", acting=acting, note=note, sets=sets)


def ask_elsewhere(application_id: UUID, *, acting: Acting, note: str) -> Application:
    """Ask another authority; from now on the clock stands still, and the applicant is told. Raises Refused.

    The claim ends: whoever holds the case when the answer comes decides it.
    """
    row = Application.objects.get(pk=application_id)
    sets = {"checking_since": clock.now(), "claimed_by": None, "claimed_until": None}
    return LIFECYCLE.perform(row, "ask_elsewhere", acting=acting, note=note, sets=sets)


def note_answer(application_id: UUID, *, acting: Acting, note: str) -> Application:
    """Note what the other authority answered; the clock goes on. Raises Refused."""
    with transaction.atomic():
        row = Application.objects.select_for_update().get(pk=application_id)
        sets = {"checking_since": None, **terms.resumption(row.due_on, row.term, row.checking_since)}
        return LIFECYCLE.perform(row, "note_answer", acting=acting, note=note, sets=sets)
