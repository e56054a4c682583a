"""The applicant's acts after filing: mend what was returned, withdraw."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from applications import answers, eligibility, facts, filing, judging, materials
from applications.lifecycle import LIFECYCLE
from applications.models import OPEN_STATES, Application, Submission
from applications.review import LAPSE_TOPIC, acceptance_columns, end_without_issue, lock_with_dependants
from documents import catalog
from documents.services import fee, report_lost
from photos.services import chosen
from portal.accounts.services import require_leave
from portal.common import clock, outbox
from portal.common.acting import Acting
from portal.common.lifecycle import Change
from portal.common.unmet import Refused, Unmet


def correct(
    submission_id: UUID, *, acting: Acting, known: facts.Known, declared: Mapping[str, Any] | None = None
) -> list[Application]:
    """Hand in a returned form again: every returned application of it goes back to the queue.

    The rules run again on what is told now; shared registers are asked again, so call outside any transaction. A
    document newly reported lost or stolen ends at once, which needs `declared` with "loss_sworn" as at filing. Those
    accepted before are accepted again at once and their term runs on from where it stood. A second press finds nothing
    returned and changes nothing. Raises Refused with what is missing, NoLeave for whoever may act no longer.
    """
    form = Submission.objects.select_related("beneficiary").get(pk=submission_id)
    found = materials.examine(form, known)
    with transaction.atomic():
        require_leave(acting)
        submission = (
            Submission.objects.select_for_update(of=("self",)).select_related("beneficiary").get(pk=submission_id)
        )
        everything = list(submission.applications.select_related("old_document").order_by("position"))
        rows = [row for row in everything if row.status == "returned"]
        if not rows:
            return []
        shots = chosen(submission.pk)
        unmet = answers.unmet_of(submission.answers, name=submission.beneficiary.name)
        unmet += filing.unmet_of_pictures(shots) + materials.unmet_at_filing(submission, found)
        unmet += _overdue(rows) + _asked_otherwise(submission, everything)
        if unmet:
            raise Refused(unmet)
        unmet = _against_the_rules(submission, rows, known) + _unsworn(submission, rows, declared or {})
        if unmet:
            raise Refused(unmet)
        _hand_in(submission, rows, acting)
        for row in rows:
            outbox.cancel(LAPSE_TOPIC, key=f"{row.pk}:{row.event_seq}")
            if _newly_lost(row, submission) and row.old_document:
                reason = _now(submission, row).reason
                report_lost(row.old_document, code=reason, acting=acting, application_id=row.pk)
        submission.portrait_id, submission.signature_id = shots[filing.PORTRAIT].pk, shots[filing.SIGNATURE].pk
        submission.save(update_fields=["portrait_id", "signature_id", "findings"])
        passed = filing.checks_pass(submission, known, shots)
        form_wants = _asked(submission)
        return [
            _accepted_again(
                row, passed=passed and materials.are_proven(submission, form_wants[(row.kind, row.destination)])
            )
            for row in rows
        ]


def _asked(submission: Submission) -> Mapping[tuple[str, str], eligibility.Want]:
    """Return what the form asks for now, by kind and destination."""
    return {(want.kind, want.destination): want for want in facts.wants(submission.answers)}


def _now(submission: Submission, row: Application) -> eligibility.Want:
    """Return what the form asks for now in place of what an application asked for."""
    return _asked(submission)[(row.kind, row.destination)]


def is_newly_lost(submission: Submission) -> bool:
    """Tell whether a returned form now reports a document lost or stolen that it did not when it was handed in."""
    asked = _asked(submission)
    rows = [row for row in submission.applications.filter(status="returned") if (row.kind, row.destination) in asked]
    return any(_newly_lost(row, submission) for row in rows)


def _newly_lost(row: Application, submission: Submission) -> bool:
    """Tell whether the document is reported lost or stolen now and was not before."""
    ends = [
        code in catalog.REASONS and catalog.reason(code).voids_old
        for code in (_now(submission, row).reason, row.reason)
    ]
    return ends == [True, False]


def _overdue(rows: Sequence[Application]) -> list[Unmet]:
    """Return that the time is over, which holds from 24:00 on, whether or not the lapse has been written yet."""
    if all(row.correct_by is None or row.correct_by > clock.now() for row in rows):
        return []
    return [Unmet("correct_by", _("补正期限已经过了。"), remedy=_("这件申请已失效，请重新申请。"))]


def _asked_otherwise(submission: Submission, everything: Sequence[Application]) -> list[Unmet]:
    """Return what a correction may not change: which documents are asked for, and why those not returned are."""
    asked = _asked(submission)
    going = [row for row in everything if LIFECYCLE.states[row.status].open]
    there = {(row.kind, row.destination) for row in everything}
    if asked.keys() - there or {(row.kind, row.destination) for row in going} - asked.keys():
        remedy = _("请选回原来的证件；要加办别的证件，请另外申请。")
        return [Unmet("kinds", _("补正时不能增减证件。"), remedy=remedy, field="documents.kinds")]
    return [
        Unmet(
            "reason",
            _("%(kind)s没有退回，申请原因不能改。") % {"kind": row.label},
            remedy=_("请选回原来的原因。"),
            field=f"endorse.{row.destination}" if row.is_endorsement else f"reason.{row.kind}.reason",
        )
        for row in going
        if row.status != "returned" and _differs(asked[(row.kind, row.destination)], row)
    ]


def _differs(want: eligibility.Want, row: Application) -> bool:
    return (want.reason, want.letter, want.option) != (row.reason, row.endorsement_type, row.option)


def _against_the_rules(submission: Submission, rows: Sequence[Application], known: facts.Known) -> list[Unmet]:
    """Run the rules on what is told now."""
    form = _asked(submission)
    return judging.unmet_again(submission, [form[(row.kind, row.destination)] for row in rows], known)


def _unsworn(submission: Submission, rows: Sequence[Application], declared: Mapping[str, Any]) -> list[Unmet]:
    if declared.get("loss_sworn") is True or not any(_newly_lost(row, submission) for row in rows):
        return []
    remedy = _("确认后旧证件马上作废，找到了也不能再用。")
    return [Unmet("loss_sworn", _("还没有确认遗失或被盗的声明。"), remedy=remedy, field="declaration.loss_sworn")]


def _hand_in(submission: Submission, rows: Sequence[Application], acting: Acting) -> None:
    """Move the rows back to the queue; an endorsement may have turned into one asked for on another form since."""
    try:
        with transaction.atomic():
            LIFECYCLE.perform_all([_handed_in(row, submission, acting) for row in rows])
    except IntegrityError as error:
        open_elsewhere = _open_elsewhere(submission, rows)
        if not open_elsewhere:
            raise
        raise Refused(open_elsewhere) from error


def _open_elsewhere(submission: Submission, rows: Sequence[Application]) -> list[Unmet]:
    asked = [_now(submission, row) for row in rows]
    others = Application.objects.filter(person=submission.beneficiary, status__in=OPEN_STATES)
    running = {(row.kind, row.destination, row.endorsement_type): row for row in others.exclude(submission=submission)}
    clashing = [running[key] for want in asked if (key := (want.kind, want.destination, want.letter)) in running]
    return [
        Unmet(
            "open",
            _("%(kind)s已经有一件申请在办。") % {"kind": row.label},
            remedy=_("请等它办完，或者先撤回它。"),
            field=f"endorse.{row.destination}",
        )
        for row in clashing
    ]


def _handed_in(row: Application, submission: Submission, acting: Acting) -> Change:
    want = _now(submission, row)
    sets: dict[str, object] = {
        "reason_codes": [],
        "correct_by": None,
        "reason": want.reason,
        "category": want.asked,
        "endorsement_type": want.letter,
        "option": want.option,
    }
    if row.accepted_at:
        # Another reason may be another tariff item; the day of its price stays that of acceptance.
        accepted_on = clock.local_day(row.accepted_at)
        sets["fee_fen"] = fee(eligibility.item_of(want), accepted_on=accepted_on)
    return Change(row, "correct", acting, sets=sets)


def _accepted_again(row: Application, *, passed: bool) -> Application:
    row.refresh_from_db()
    if not (passed or row.accepted_at):
        outbox.promise_all([filing.silence(row, seq=row.event_seq)])
        return row
    sets = acceptance_columns(row, by_silence=False)
    return LIFECYCLE.perform(row, "accept", acting=Acting.system("correction"), sets=sets)


def withdraw(application_id: UUID, *, acting: Acting) -> Application:
    """Withdraw an application that is not paid; a lost document stays void, any other counts again.

    Raises Refused, and NoLeave for whoever may not act for the applicant.
    """
    with transaction.atomic():
        require_leave(acting)
        row = lock_with_dependants(application_id)
        fresh = LIFECYCLE.perform(row, "withdraw", acting=acting)
        end_without_issue(row, acting=acting)
    return fresh
