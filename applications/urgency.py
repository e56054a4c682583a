"""Urgent cases: claimed on the form, confirmed or declined by an officer by their own clock, then taken first."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications import due_dates, terms
from applications.lifecycle import LIFECYCLE
from applications.models import Application
from documents import catalog
from portal.accounts.models import Person
from portal.accounts.services import firms_of
from portal.common import clock
from portal.common.acting import Acting
from portal.common.unmet import Text, Unmet

MAJOR_PROJECT = "major_project"
# Five working days from receipt, the law's own for a passport: by then a claim is checked and a confirmed case done.
EXPRESS = "passport_express"


def reasons_for(person: Person) -> dict[str, catalog.Urgency]:
    """Return the reasons somebody may give: a major project only where their enterprise is registered with one."""
    is_major = any(firm.is_major_project for firm in firms_of(person))
    return {code: row for code, row in catalog.URGENCIES.items() if code != MAJOR_PROJECT or is_major}


def proof_of(code: str) -> Text:
    """Return what proves a reason; a major project is proven by the enterprise's registration."""
    return _("单位备案时已经核定，不用再交") if code == MAJOR_PROJECT else catalog.URGENCIES[code].proof


def needs_proof(answers: Mapping[str, Any]) -> bool:
    """Tell whether a paper has to prove what the form says is urgent: nobody's registration does."""
    code = answers.get("urgency", {}).get("reason", "")
    return code in catalog.URGENCIES and code != MAJOR_PROJECT


def unmet_of(answers: Mapping[str, Any], person: Person) -> list[Unmet]:
    """Return that the reason given is not this person's to give; what the page lacks is said by its own rules."""
    code = answers.get("urgency", {}).get("reason", "")
    if code not in catalog.URGENCIES or code != MAJOR_PROJECT or code in reasons_for(person):
        return []
    text = _("您不在重大项目企业的备案名单里。")
    return [Unmet("not_major", text, remedy=_("请改选别的加急原因，或者不加急。"), field="urgency.reason")]


def columns(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of an application filed today with what the form says of its urgency."""
    code = answers.get("urgency", {}).get("reason", "")
    return {"urgency": code, "urgent_by": terms.last_day(clock.today(), EXPRESS).on} if code else {}


def confirm(application_id: UUID, *, acting: Acting, note: str) -> Application:
    """Take a case as urgent: a passport has the express term from receipt, anything else is handled first.

    Raises Refused.
    """
    with transaction.atomic():
        row = Application.objects.select_for_update().get(pk=application_id)
        sets: dict[str, object] = {"urgency_decided_at": clock.now()}
        if row.kind == catalog.PASSPORT and row.accepted_at and row.due_on:
            due = due_dates.due_of(row, EXPRESS)
            if due.on < row.due_on:
                sets |= {"term": EXPRESS, "due_on": due.on, "due_provisional": due.provisional}
        return LIFECYCLE.perform(row, "confirm_urgency", acting=acting, codes=[row.urgency], note=note, sets=sets)


def decline(application_id: UUID, *, acting: Acting, note: str) -> Application:
    """Leave a case in its ordinary turn and term, with a reason the applicant reads. Raises Refused."""
    with transaction.atomic():
        row = Application.objects.select_for_update().get(pk=application_id)
        sets = {"urgency_decided_at": clock.now(), "urgent_by": None}
        return LIFECYCLE.perform(row, "decline_urgency", acting=acting, codes=[row.urgency], note=note, sets=sets)
