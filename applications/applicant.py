"""The applicant's acts after filing: mend what was returned, withdraw."""

from uuid import UUID

from django.db import transaction
from photos.services import chosen

from applications import answers, facts, filing, terms
from applications.lifecycle import LIFECYCLE
from applications.models import Application, Submission
from applications.review import acceptance_columns, release_old_document
from portal.common import outbox
from portal.common.acting import Acting
from portal.common.lifecycle import Change
from portal.common.unmet import Refused


def correct(submission_id: UUID, *, acting: Acting, known: facts.Known) -> list[Application]:
    """Hand in a returned form again: every returned application of it goes back to the queue.

    Those accepted before are accepted again at once and their term runs on from where it stood. Raises Refused
    with what is still missing.
    """
    with transaction.atomic():
        submission = (
            Submission.objects.select_for_update(of=("self",)).select_related("beneficiary").get(pk=submission_id)
        )
        rows = list(submission.applications.filter(status="returned").order_by("position"))
        shots = chosen(submission.pk)
        unmet = answers.unmet_of(submission.answers, name=submission.beneficiary.name)
        unmet += filing.unmet_of_pictures(shots)
        if unmet:
            raise Refused(unmet)
        requests = submission.answers["requests"]
        changes = []
        for row in rows:
            outbox.cancel("applications.lapse_due", key=f"{row.pk}:{row.event_seq}")
            told = {"reason_codes": [], "correct_by": None, "reason": requests[row.kind]["reason"]}
            changes.append(Change(row, "correct", acting, sets=told))
        LIFECYCLE.perform_all(changes)
        submission.portrait_id, submission.signature_id = shots[filing.PORTRAIT].pk, shots[filing.SIGNATURE].pk
        submission.save(update_fields=["portrait_id", "signature_id"])
        passed = filing.checks_pass(submission, known, shots)
        again = []
        for row in rows:
            row.refresh_from_db()
            if passed or row.accepted_at:
                again.append(
                    LIFECYCLE.perform(
                        row,
                        "accept",
                        acting=Acting.system("correction"),
                        sets=acceptance_columns(row, accepted_on_filing=False),
                    )
                )
            else:
                outbox.promise_all([_silence(row)])
                again.append(row)
    return again


def _silence(row: Application) -> outbox.Step:
    after = terms.days_from(row.filed_at, "acceptance")
    payload = {"application": str(row.pk)}
    return outbox.Step(filing.ACCEPTANCE_TOPIC, f"{row.pk}:{row.event_seq}", payload, after=after)


def withdraw(application_id: UUID, *, acting: Acting) -> Application:
    """Withdraw an application that is not paid; a lost document stays void, any other counts again."""
    with transaction.atomic():
        row = Application.objects.select_related("old_document").get(pk=application_id)
        fresh = LIFECYCLE.perform(row, "withdraw", acting=acting)
        release_old_document(row, acting=acting)
    return fresh
