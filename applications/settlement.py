"""What payment asks of the case: what is to be paid, and the step from approved to paid."""

from collections.abc import Sequence
from uuid import UUID

from applications import terms
from applications.consents import lacking
from applications.lifecycle import LIFECYCLE
from applications.models import Application
from portal.common import clock, outbox
from portal.common.acting import Acting
from portal.common.lifecycle import Change
from portal.common.unmet import Refused

PRODUCTION_TOPIC = "applications.order_production"


def payable(submission_id: UUID) -> list[Application]:
    """Return the approved applications of a form that wait for payment; none while a guardian's consent is lacking."""
    if lacking(submission_id):
        return []
    return list(Application.objects.to_pay().filter(submission_id=submission_id).order_by("position"))


def record_payment(application_ids: Sequence[UUID], *, acting: Acting) -> tuple[list[Application], list[Application]]:
    """Move paid applications on and promise their production, inside the caller's transaction.

    Returns those that moved, and those that were closed meanwhile, whose money must go back.
    """
    rows = list(Application.objects.select_for_update().filter(pk__in=application_ids).order_by("pk"))
    open_rows = [row for row in rows if row.status == "approved"]
    closed = [row for row in rows if row.status != "approved"]
    try:
        moved = LIFECYCLE.perform_all(
            [
                Change(
                    row,
                    "record_payment",
                    acting,
                    sets={
                        "paid_at": clock.now(),
                        "waiting_since": None,
                        **terms.resumption(row.due_on, row.term, row.waiting_since),
                    },
                )
                for row in open_rows
            ]
        )
    except Refused:
        return [], rows
    outbox.promise_all(
        outbox.Step(PRODUCTION_TOPIC, str(row.pk), {"application": str(row.pk)}, lease=120) for row in open_rows
    )
    return [row for row in moved if isinstance(row, Application)], closed
