"""A parcel that came back: the applicant checks the address and has it sent again, or comes to the window."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.answers import COURIER, delivery_unmet
from applications.fulfilment import send_again
from applications.models import Application, Submission
from portal.accounts.services import require_leave
from portal.common import audit
from portal.common.acting import Acting
from portal.common.models import Event
from portal.common.unmet import Refused, Unmet


def redeliver(submission_id: UUID, *, acting: Acting, delivery: Mapping[str, Any]) -> list[Application]:
    """Keep how a form's documents are handed over from now on, and promise each returned parcel to leave again.

    Picked up, they wait at the window. Raises Refused with what the address lacks, or when no parcel came back.
    """
    if unmet := delivery_unmet(delivery):
        raise Refused(unmet)
    with transaction.atomic():
        require_leave(acting)
        submission = Submission.objects.select_for_update().get(pk=submission_id)
        rows = [row for row in _returned(submission) if str(row.person_id) == acting.owner]
        if not rows:
            text = _("没有退回的快递，或者已经选过了。")
            raise Refused([Unmet("bounced", text, remedy=_("请看最新的进度。"))])
        submission.answers = {**submission.answers, "delivery": dict(delivery)}
        submission.save(update_fields=["answers"])
        # The address itself stays sealed in the form; the chain says that it was changed, by whom and to which way.
        audit.append(submission.chain, "delivery.changed", acting=acting, content={"method": delivery["method"]})
        if delivery["method"] == COURIER:
            for row in rows:
                send_again(row.pk, acting=acting)
    return rows


def _returned(submission: Submission) -> list[Application]:
    rows = list(submission.applications.select_for_update().filter(status="ready").order_by("pk"))
    last = {(row.pk, row.event_seq) for row in rows}
    events = Event.objects.filter(subject_id__in=[row.pk for row in rows], action="bounce")
    bounced = {subject for subject, seq in events.values_list("subject_id", "seq") if (subject, seq) in last}
    return [row for row in rows if row.pk in bounced]
