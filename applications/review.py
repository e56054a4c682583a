"""The officer's acts: claim, accept, approve, return for correction, refuse."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications import answers, eligibility, facts, filing, grounds, judging, materials, terms
from applications.consents import unmet_of_guardianship
from applications.lifecycle import LIFECYCLE
from applications.models import Application, ApplicationQuerySet, Submission
from documents.services import fee, mark_for_invalidation, restore
from photos.services import Shot
from portal.common import audit, clock, outbox, registry
from portal.common.acting import Acting
from portal.common.lifecycle import OFFICIAL_ROLES
from portal.common.models import Event
from portal.common.unmet import Refused, Unmet

CLAIM_MINUTES = 30
LAPSE_TOPIC = "applications.lapse_due"
# How soon a lapse is tried again that a payment under way holds up.
HELD_SECONDS = 60
# How an application ends whose permit led to nothing, by where it stands.
_FALL = {
    **dict.fromkeys(("filed", "accepted", "returned", "approved"), "refuse_with_permit"),
    **dict.fromkeys(("paid", "producing"), "declare_unproducible"),
}


def claim(application_id: UUID, *, acting: Acting) -> Application:
    """Take an application for half an hour; raises Refused when somebody else holds it or it is not in the queue."""
    with transaction.atomic():
        row = _free(acting).select_for_update(of=("self",)).filter(pk=application_id).first()
        if row is None:
            text = _("这件申请已经有人在办，或者不在待审列表里。")
            raise Refused([Unmet("claim", text, remedy=_("请办下一件。"))])
        return _take(row, acting)


def claim_next(*, acting: Acting) -> Application | None:
    """Take the application whose turn it is among those nobody holds, or None; two officers never meet at one."""
    with transaction.atomic():
        waiting = _free(acting).exclude(claimed_by_id=UUID(acting.id), claimed_until__gt=clock.now())
        waiting = waiting.filter(checking_since=None)
        skip = connection.features.has_select_for_update_skip_locked
        locked = waiting.select_for_update(of=("self",), skip_locked=skip)
        row = locked.in_turn().first()
        return _take(row, acting) if row else None


def _free(acting: Acting) -> ApplicationQuerySet:
    """Return what an official may claim: in their queue, held by nobody else."""
    if acting.kind not in OFFICIAL_ROLES:
        raise Refused([Unmet("role", _("您没有办理这一步的权限。"), remedy=_("请交给有权限的人员办理。"))])
    free = Q(claimed_until=None) | Q(claimed_until__lte=clock.now()) | Q(claimed_by_id=UUID(acting.id))
    # What somebody took in at the counter is for others to decide.
    waiting = Application.objects.of(acting.authority).to_review()
    return waiting.exclude(submission__filer=UUID(acting.id)).filter(free)


def _take(row: Application, acting: Acting) -> Application:
    row.claimed_by_id, row.claimed_until = UUID(acting.id), clock.now() + timedelta(minutes=CLAIM_MINUTES)
    row.save(update_fields=["claimed_by", "claimed_until"])
    audit.append(row.chain, "claimed", acting=acting, content={}, subject=f"application:{row.pk}")
    return row


def release(application_id: UUID, *, acting: Acting) -> None:
    """Give an application back to the queue."""
    with transaction.atomic():
        row = Application.objects.select_for_update().filter(pk=application_id, claimed_by_id=UUID(acting.id)).first()
        if row is None:
            return
        row.claimed_by, row.claimed_until = None, None
        row.save(update_fields=["claimed_by", "claimed_until"])
        audit.append(row.chain, "released", acting=acting, content={}, subject=f"application:{row.pk}")


def acceptance_columns(row: Application, *, by_silence: bool) -> dict[str, object]:
    """Return the columns that acceptance sets: clock, due date and price.

    The price is that of the day of acceptance (notice 发改价格〔2019〕914号). Silence counts as acceptance on the day
    the form was handed in; a corrected application accepted before keeps its day, and its due date moves by the days
    it waited for the applicant.
    """
    if row.accepted_at:
        return {"waiting_since": None, **terms.resumption(row.due_on, row.term, row.waiting_since)}
    accepted_at = handed_in_at(row) if by_silence else clock.now()
    accepted_on, received_on = clock.local_day(accepted_at), clock.local_day(handed_in_at(row))
    due = terms.decision_due(row.term, received_on=received_on, accepted_on=accepted_on)
    return {
        "accepted_at": accepted_at,
        "due_on": due.on,
        "due_provisional": due.provisional,
        "fee_fen": fee(eligibility.item_of(facts.want_of(row)), accepted_on=accepted_on),
        "waiting_since": None,
    }


def handed_in_at(row: Application) -> datetime:
    """Return when the applicant last handed the form in: at filing, or at its last correction."""
    corrected = Event.objects.filter(subject_id=row.pk, action="correct").order_by("seq").last()
    return corrected.at if corrected else row.filed_at


def accept(application_id: UUID, *, acting: Acting, by_silence: bool = False) -> Application:
    """Accept a filed application: the term starts and the price is fixed."""
    with transaction.atomic():
        row = Application.objects.select_for_update().get(pk=application_id)
        return LIFECYCLE.perform(
            row,
            "accept",
            acting=acting,
            codes=["silence"] if by_silence else [],
            sets=acceptance_columns(row, by_silence=by_silence),
        )


def filed_pictures(submission: Submission) -> dict[str, Shot]:
    """Return the pictures the form was handed in with, by purpose: those an officer judges and the plant prints."""
    keys = [key for key in (submission.portrait_id, submission.signature_id) if key]
    return {shot.purpose: shot for shot in Shot.objects.filter(owner=submission.pk, pk__in=keys)}


def unmet_of_pictures(submission: Submission) -> list[Unmet]:
    """Return what keeps a form from approval about its pictures: nobody has found one of them in order yet."""
    shots = filed_pictures(submission)
    texts = {
        filing.PORTRAIT: _("照片还没有人工看过，或者人工没有通过。"),
        filing.SIGNATURE: _("签名还没有通过。"),
    }
    return [
        Unmet(purpose, text, remedy=_("请先看照片；不合格的请退回补正。"))
        for purpose, text in texts.items()
        if purpose not in shots or not shots[purpose].is_accepted
    ]


def approve(application_id: UUID, *, acting: Acting) -> Application:
    """Approve a claimed application after running the rules again; seven days to pay begin.

    `judging.unmet_again` says what counts as at filing and what is looked up now. Name and portrait are pinned: a
    later correction of another document of the form must not change what was approved. Raises Refused with the
    reasons, GatewayDown when the register is away.
    """
    row = Application.objects.select_related("submission__beneficiary", "old_document").get(pk=application_id)
    now_known = facts.gather(row.submission.beneficiary)
    want = facts.want_of(row)
    unmet = judging.unmet_again(row.submission, [want], now_known)
    unmet += unmet_of_guardianship(row.submission, now_known.guardians)
    if unmet:
        raise Refused(unmet)
    # A register that was silent at filing may answer now.
    if want.is_endorsement:
        materials.refresh(row.submission, now_known)
    pay_by = terms.days_from(clock.now(), "payment")
    with transaction.atomic():
        form = Submission.objects.select_for_update().get(pk=row.submission_id)
        if wrong := unmet_of_pictures(form) + materials.unmet_before_approval(form, want):
            raise Refused(wrong)
        name = form.answers["name"]
        if row.status == "filed":
            accept(application_id, acting=acting)
        fresh = LIFECYCLE.perform(
            row,
            "approve",
            acting=acting,
            sets={
                "decided_by": UUID(acting.id),
                "decided_at": clock.now(),
                "printed": {
                    "surname": name["surname"],
                    "given": name["given"],
                    "portrait": str(form.portrait_id),
                },
                "pay_by": pay_by,
                "waiting_since": clock.now(),
                "claimed_by": None,
                "claimed_until": None,
            },
        )
        if row.old_document:
            mark_for_invalidation(row.old_document, application_id=row.pk, acting=acting)
        outbox.promise(LAPSE_TOPIC, key=f"{row.pk}:{fresh.event_seq}", payload=_waiting(fresh), after=pay_by)
    return fresh


def return_for_correction(application_id: UUID, *, acting: Acting, codes: Sequence[str], note: str = "") -> Application:
    """Send a claimed application back with every faulty part named at once; seven days to correct begin."""
    if not codes:
        text = _("请选至少一条退回原因。")
        raise Refused([Unmet("codes", text, remedy=_("申请人会看到每一条和怎么改。"), field="codes")])
    correct_by = terms.days_from(clock.now(), "correction")
    with transaction.atomic():
        row = Application.objects.select_related("submission").get(pk=application_id)
        if set(codes) - corrections_for(row).keys():
            text = _("这件申请不能以这个原因退回，申请人没有地方改。")
            raise Refused([Unmet("codes", text, remedy=_("请选列出的原因。"), field="codes")])
        fresh = LIFECYCLE.perform(
            row,
            "return",
            acting=acting,
            codes=codes,
            note=note,
            sets={
                "reason_codes": list(codes),
                "correct_by": correct_by,
                "waiting_since": clock.now(),
                "claimed_by": None,
                "claimed_until": None,
            },
        )
        outbox.promise(LAPSE_TOPIC, key=f"{row.pk}:{fresh.event_seq}", payload=_waiting(fresh), after=correct_by)
    return fresh


def corrections_for(row: Application) -> dict[str, grounds.Correction]:
    """Return the grounds on which an application can go back: those its applicant has a page to mend on."""
    fits = {
        grounds.PAPERS: bool(materials.papers_of(row)),
        grounds.ADDRESS: answers.is_handed_over(row.submission.answers),
        grounds.PERMIT: row.is_endorsement,
    }
    return {code: ground for code, ground in grounds.CORRECTIONS.items() if fits.get(code, True)}


def refuse(application_id: UUID, *, acting: Acting, code: str, note: str) -> Application:
    """Refuse a claimed application with the article that bars it; what waited for it is refused with it."""
    if code not in grounds.REFUSALS:
        text = _("请选不予批准的法律依据。")
        raise Refused([Unmet("code", text, remedy=_("决定书会写明条款。"), field="code")])
    with transaction.atomic():
        row = lock_with_dependants(application_id)
        decided = {
            "reason_codes": [code],
            "decided_by": UUID(acting.id),
            "decided_at": clock.now(),
            "claimed_by": None,
            "claimed_until": None,
        }
        fresh = LIFECYCLE.perform(row, "refuse", acting=acting, codes=[code], note=note, sets=decided)
        end_without_issue(row, acting=acting, codes=[code])
    return fresh


def _waiting(row: Application) -> dict[str, object]:
    return {"application": str(row.pk), "status": row.status, "event_seq": row.event_seq}


def lapse(application_id: UUID, *, event_seq: int) -> bool:
    """Let an application lapse whose time to correct or pay ran out; False when it moved on meanwhile.

    Raises outbox.Again while a payment for it is under way: the money may already be there.
    """
    with transaction.atomic():
        row = lock_with_dependants(application_id)
        if row.status not in ("returned", "approved") or row.event_seq != event_seq:
            return False
        if any(guard(row.pk) for guard in registry.lapse_guards):
            raise outbox.Again(HELD_SECONDS)
        system = Acting.system("lapse")
        LIFECYCLE.perform(row, "lapse", acting=system)
        end_without_issue(row, acting=system)
    return True


def lock_with_dependants(application_id: UUID) -> Application:
    """Lock an application and those asked for on the ground of it, in primary-key order; returns the first."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("old_document").order_by("pk")
    locked = rows.filter(Q(pk=application_id) | Q(depends_on=application_id))
    return next(row for row in locked if row.pk == application_id)


def end_without_issue(row: Application, *, acting: Acting, codes: Sequence[str] = ()) -> None:
    """Draw what follows when an application ends without a document, however it ends.

    The old document counts again unless it ended for itself (a lost one stays void). What was asked for on the
    ground of this one falls with it: refused if unpaid, else declared impossible, so that its money goes back.
    """
    if row.old_document:
        restore(row.old_document, application_id=row.pk, acting=acting)
    system = Acting.system("permit_ended")
    for fallen in row.dependants.filter(status__in=_FALL).order_by("pk"):
        sets = {"reason_codes": list(codes)}
        ended = LIFECYCLE.perform(fallen, _FALL[fallen.status], acting=system, codes=codes, sets=sets)
        end_without_issue(ended, acting=system, codes=codes)
