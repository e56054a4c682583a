"""Endorsements after payment: written once their permit is there, and travelling with it where both leave together."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from applications.eligibility import ENDORSE
from applications.lifecycle import LIFECYCLE
from applications.models import Application
from applications.review import end_without_issue
from documents.models import IssuedDocument, IssuedEndorsement
from documents.services import carry_over, endorse, endorsements_of, held_by
from portal.accounts.models import Person
from portal.common import clock
from portal.common.acting import Acting
from portal.common.lifecycle import Change

_ISSUING = Acting.system("issue")
_DELIVERING = Acting.system("delivery")
NO_PERMIT = "permit.ended"
# The permit asked for on the same form is still being made.
AWAITED = ("approved", "paid", "producing")
# What an endorsement does when the parcel with its permit moves, and from which state.
_FOLLOWS = {
    "mail": ("mail_with_permit", "ready"),
    "deliver": ("deliver_with_permit", "mailed"),
    "bounce": ("return_with_permit", "mailed"),
}


def write(application_id: UUID) -> None:
    """Write a paid endorsement on the permit in force; one asked for with its permit is written when that is issued.

    Without a permit in force nothing can be written: the case ends and its money goes back.
    """
    with transaction.atomic():
        row, permit_case = _locked(application_id)
        if row.status != "paid" or (permit_case is not None and permit_case.status in AWAITED):
            return
        permit = _permit_of(row)
        if permit is None:
            LIFECYCLE.perform(row, "declare_unproducible", acting=_ISSUING, codes=[NO_PERMIT])
            end_without_issue(row, acting=_ISSUING)
            return
        _write(row, permit)


def lock_permit(application_id: UUID) -> tuple[Application, list[Application]]:
    """Lock a permit's case with the endorsements its issue may write, in primary-key order; returns it and them.

    These are what was asked for with it, and what its holder asked for on other forms and has not been handed yet:
    paid and not written, or written on the card that ends now, it is for the new one.
    """
    # Who it is for and of which kind never changes: read before anything is locked.
    asked = Application.objects.values("person", "kind").get(pk=application_id)
    own = Q(**asked, category=ENDORSE, status__in=("paid", "ready"))
    rows = Application.objects.select_for_update(of=("self",)).select_related("submission", "person", "old_document")
    locked = list(rows.filter(Q(pk=application_id) | Q(depends_on=application_id) | own).order_by("pk"))
    permit_case = next(row for row in locked if row.pk == application_id)
    return permit_case, [row for row in locked if row.is_endorsement and row.status in ("paid", "ready")]


def write_with(permit_case: Application, permit: IssuedDocument, waiting: Sequence[Application]) -> None:
    """Write what `lock_permit` found waiting on the permit just issued, inside the caller's transaction."""
    for row in waiting:
        if row.status == "paid" and row.depends_on_id in (None, permit_case.pk):
            _write(row, permit)
    carry_over([row.pk for row in waiting if row.status == "ready"], to=permit, acting=_ISSUING)


def follow(permit_case: Application, action: str, *, parcel: str = "") -> None:
    """Move what lies in the permit's parcel along with it, inside the caller's transaction."""
    followed, source = _FOLLOWS[action]
    rows = permit_case.dependants.select_for_update().filter(status=source).order_by("pk")
    sets = {"parcel": parcel} if parcel else {}
    LIFECYCLE.perform_all([Change(row, followed, _DELIVERING, sets=sets) for row in rows])


def collect_with(permit_case: Application, *, acting: Acting) -> None:
    """Hand over what is written on a permit that is handed over, inside the caller's transaction."""
    rows = permit_case.dependants.select_for_update(of=("self",)).select_related("submission")
    LIFECYCLE.perform_all([Change(row, "collect", acting) for row in rows.filter(status="ready").order_by("pk")])


def ending_with_card(person: Person) -> list[IssuedEndorsement]:
    """Return the endorsements in force that end when their permit is replaced, the last to end first.

    What was not handed over yet goes to the new permit (`write_with`); a single entry may be used up, which is known at
    the border alone.
    """
    live = endorsements_of(person)
    going = Application.objects.filter(pk__in=[one.application_id for one in live], status="ready")
    carried = set(going.values_list("pk", flat=True)) if live else set()
    return [one for one in live if one.application_id not in carried]


def _locked(application_id: UUID) -> tuple[Application, Application | None]:
    """Lock an endorsement and the permit's case before it, in primary-key order; returns both."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("person")
    both = list(rows.filter(Q(pk=application_id) | Q(dependants=application_id)).order_by("pk"))
    row = next(one for one in both if one.pk == application_id)
    return row, next((one for one in both if one.pk != application_id), None)


def _permit_of(row: Application) -> IssuedDocument | None:
    today = clock.today()
    return next((one for one in held_by(row.person) if one.kind == row.kind and one.is_in_force(today)), None)


def _write(row: Application, permit: IssuedDocument) -> None:
    endorse(
        permit,
        application_id=row.pk,
        destination=row.destination,
        letter=row.endorsement_type,
        option=row.option,
        acting=_ISSUING,
    )
    LIFECYCLE.perform(row, "write_endorsement", acting=_ISSUING, sets={"issued_on": clock.today()})
