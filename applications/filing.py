"""Filing: one act that turns a draft into applications with receipts, whoever presses how often."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from applications import answers, attachments, consents, eligibility, facts, materials, receipts, terms, urgency
from applications.lifecycle import LIFECYCLE
from applications.models import OPEN_STATES, Application, Submission
from applications.romanisation import Spelling, doubts_about
from documents import catalog
from documents.services import current_revision, fees, report_lost, scope
from photos.services import Shot, chosen, hand_to
from portal.accounts.divisions import city_of
from portal.accounts.models import User
from portal.accounts.services import require_leave
from portal.common import clock, outbox
from portal.common.acting import Acting
from portal.common.lifecycle import MESSAGE_TOPIC, OFFICIAL_ROLES
from portal.common.unmet import Refused, Unmet

ACCEPTANCE_TOPIC = "applications.acceptance_due"
PORTRAIT, SIGNATURE = "portrait", "signature"


@dataclass(frozen=True)
class Filed:
    """A filed form: its applications, in the order asked for; `fresh` when this call filed it."""

    submission: Submission
    applications: tuple[Application, ...]
    fresh: bool


@dataclass(frozen=True, repr=False)
class Counter:
    """Where a form comes in when its applicant is present: the office, who takes it in, which originals they saw.

    `authority` is the division code of the office, which decides the case; `officer` a name; `seen` material codes.
    """

    authority: str
    officer: str
    seen: Sequence[str]


@dataclass(frozen=True, repr=False)
class _Act:
    """One act of filing: who, what is known and declared, what registers said of the papers, at which counter."""

    acting: Acting
    known: facts.Known
    declared: Mapping[str, Any]
    found: materials.Findings
    counter: Counter | None

    @property
    def channel(self) -> eligibility.Channel:
        """The way the form comes in."""
        return eligibility.Channel.WINDOW if self.counter else eligibility.Channel.ONLINE


def file(
    submission_id: UUID,
    *,
    acting: Acting,
    known: facts.Known,
    declared: Mapping[str, Any],
    counter: Counter | None = None,
) -> Filed:
    """File a draft: check everything again, create one application for each request, accept what can be accepted.

    `known` was gathered just before, outside the transaction. A second press returns what the first one made. With
    `counter` the rules of the window are judged, every paper was seen, and all is accepted on the spot. Raises Refused
    with every reason, having written nothing, Submission.DoesNotExist for somebody else's form, and NoLeave for whoever
    may no longer act for its owner.
    """
    with transaction.atomic():
        submission = _locked(submission_id, acting)
        told = submission.answers
        needs_papers = told.get("endorsements") or urgency.needs_proof(told)
        if submission.filed_at is not None or not needs_papers:
            return _file_once(submission, _Act(acting, known, declared, {}, counter))
    # An endorsement and urgency need papers: shared registers are asked for them while nothing is locked.
    if known.facts.firms is None:
        known = facts.with_firms(known, submission.beneficiary)
    found = materials.examine(submission, known)
    with transaction.atomic():
        return _file_once(_locked(submission_id, acting), _Act(acting, known, declared, found, counter))


def _locked(submission_id: UUID, acting: Acting) -> Submission:
    require_leave(acting)
    rows = Submission.objects.select_for_update(of=("self",)).select_related("beneficiary")
    return rows.get(pk=submission_id, beneficiary_id=UUID(acting.owner))


def _file_once(submission: Submission, act: _Act) -> Filed:
    if submission.filed_at is not None:
        return Filed(submission, tuple(submission.applications.order_by("position")), fresh=False)
    return _file(submission, act)


def _file(submission: Submission, act: _Act) -> Filed:
    person, told, now = submission.beneficiary, submission.answers, clock.now()
    acting, known, counter = act.acting, act.known, act.counter
    shots = chosen(submission.pk)
    revision = current_revision(clock.today())
    stated = facts.stated(facts.endorsed(known.facts, person, told), told)
    wants = facts.wants(told)
    unmet = (
        _undeclared(wants, act.declared)
        + answers.unmet_of(told, name=person.name)
        + unmet_of_pictures(shots)
        + _unmet_of_papers(submission, act, stated, wants)
        + urgency.unmet_of(told, person)
        + eligibility.unmet(stated, wants, scope(revision), channel=act.channel)
    )
    unmet += _unmet_of_actor(submission, act, unmet)
    if unmet:
        raise Refused(unmet)
    # The household's city is the register's word of today, not that of the proof.
    hand_to_office(submission, counter.authority if counter else city_of(known.facts.hukou_code))
    term = _term_of(submission, known, counter)
    prices = fees({eligibility.item_of(want) for want in wants}, accepted_on=clock.today())
    rows = [
        Application(
            submission=submission,
            person=person,
            authority=submission.authority,
            kind=want.kind,
            category=want.asked,
            reason=want.reason,
            destination=want.destination,
            endorsement_type=want.letter,
            option=want.option,
            receipt=receipt,
            position=position,
            old_document=None if want.is_endorsement else known.documents.get(want.kind),
            revision=revision.label,
            term=term,
            filed_at=now,
            **urgency.columns(told),
        )
        for position, (want, receipt) in enumerate(
            zip(wants, receipts.take(submission.authority, clock.today(), len(wants)), strict=True), start=1
        )
    ]
    permits = {row.kind: row for row in rows if not row.is_endorsement}
    for row in rows:
        if row.is_endorsement:
            row.depends_on = permits.get(row.kind)
    at_once = _accepted_at_once(submission, act, shots, rows, wants)
    due = terms.decision_due(term, received_on=clock.today(), accepted_on=clock.today())
    for row in at_once:
        row.accepted_at, row.fee_fen = now, prices[eligibility.item_of(facts.want_of(row))]
        row.due_on, row.due_provisional = due.on, due.provisional
    waiting = [row for row in rows if row not in at_once]
    try:
        with transaction.atomic():
            _begin(at_once, waiting, acting, "take_in" if counter else "file")
    except IntegrityError as error:
        open_kinds = _already_open(submission, wants)
        if not open_kinds:
            raise
        raise Refused(open_kinds) from error
    for row in rows:
        if row.old_document and catalog.reason(row.reason).voids_old:
            # The sworn report ends the lost document now, whatever becomes of the application.
            report_lost(row.old_document, code=row.reason, acting=acting, application_id=row.pk)
    materials.drop_unneeded(submission, acting=acting)
    submission.facts = facts.to_json(stated)
    submission.portrait_id, submission.signature_id = shots[PORTRAIT].pk, shots[SIGNATURE].pk
    submission.secret_index = Submission.secret_of(submission.reference, person.citizen_number[-4:])
    submission.revision, submission.filed_at, submission.channel = revision.label, now, act.channel
    submission.filer_id = filer_of(acting, submission)
    submission.answers = {**told, "declaration": {**act.declared, "signer": consents.signer(acting, person)}}
    submission.save()
    if not counter:
        consents.ask(submission, acting, known.guardians)
    outbox.promise_all(_promises(submission, waiting))
    return Filed(submission, tuple(rows), fresh=True)


def _unmet_of_papers(
    submission: Submission, act: _Act, stated: eligibility.Facts, wants: Sequence[eligibility.Want]
) -> list[Unmet]:
    """Return the papers the form lacks; at a counter those no register answers for were seen in the original."""
    if act.counter is None:
        return materials.unmet_at_filing(submission, act.found)
    if not materials.is_current(submission, act.found) and act.found:
        return materials.unmet_at_filing(submission, act.found)
    needed = materials.needed_at_window(stated, wants, found=act.found)
    seen, by = act.counter.seen, act.counter.officer
    return materials.see_originals(submission, needed, found=act.found, seen=seen, by=by)


def _unmet_of_actor(submission: Submission, act: _Act, unmet: list[Unmet]) -> list[Unmet]:
    # Where children are not served online at all, the rules have said so already; at a counter the child is there
    # with a guardian, whose papers the officer saw.
    if act.counter or any(reason.code == "E2" for reason in unmet):
        return []
    acting, guardians = act.acting, act.known.guardians
    wrong = consents.unmet_of_guardian(submission.beneficiary, acting, guardians)
    return wrong or consents.unmet_of_invitation(submission, acting, guardians)


def filer_of(acting: Acting, submission: Submission) -> UUID:
    """Return the sign-in that hands the form in: the beneficiary's own, or that of whoever acts for them.

    An official's own id is that of their sign-in.
    """
    if acting.kind in OFFICIAL_ROLES:
        return UUID(acting.id)
    if acting.behalf:
        return User.objects.values_list("pk", flat=True).get(person=UUID(acting.id))
    return submission.beneficiary.user_id or submission.filer_id


def _accepted_at_once(
    submission: Submission,
    act: _Act,
    shots: Mapping[str, Shot],
    rows: Sequence[Application],
    wants: Sequence[eligibility.Want],
) -> list[Application]:
    """Return the applications accepted with the filing.

    At a counter all of them: an officer has seen every paper. Online those whose papers registers answer for, where the
    checks leave nothing to look at.
    """
    if act.counter:
        return list(rows)
    if not checks_pass(submission, act.known, shots):
        return []
    return [row for row, want in zip(rows, wants, strict=True) if materials.are_proven(submission, want)]


def _term_of(submission: Submission, known: facts.Known, counter: Counter | None) -> str:
    """Return the code of the term: at a counter away from the household's city it is longer."""
    if counter is None:
        return terms.ONLINE
    return terms.window_term(home=known.facts.hukou_code, place=submission.authority).code


def _begin(at_once: Sequence[Application], waiting: Sequence[Application], acting: Acting, action: str) -> None:
    """Write the applications; those nothing stands against, permits among them, come first and are accepted at once."""
    filed, accepted = (action, acting), ("accept_at_filing", Acting.system("filing"))
    if at_once:
        LIFECYCLE.begin(at_once, actions=[filed, accepted])
    if waiting:
        LIFECYCLE.begin(waiting, actions=[filed])


def hand_to_office(submission: Submission, authority: str) -> None:
    """Give the form with its pictures and papers to an office; the caller saves the form."""
    if submission.authority != authority:
        submission.authority = authority
        hand_to(submission.pk, authority=authority)
        attachments.hand_to(submission.pk, authority=authority)


def _promises(submission: Submission, waiting: Sequence[Application]) -> list[outbox.Step]:
    told = {"code": "submission.filed", "subject": str(submission.pk), "event": str(submission.pk)}
    steps = [outbox.Step(MESSAGE_TOPIC, f"submission.filed:{submission.pk}", told)]
    return steps + [silence(row, seq=1) for row in waiting]


def silence(row: Application, *, seq: int) -> outbox.Step:
    """Return the promise to accept what was just handed in, if nobody answers in time and nothing else happens.

    Article 32 of the Administrative Licensing Law: five days of silence count as acceptance; working days, by its
    article 82. `seq` is the event that handed it in; after any other event the promise is void.
    """
    after = terms.days_from(clock.now(), "acceptance")
    payload = {"application": str(row.pk), "event_seq": seq}
    return outbox.Step(ACCEPTANCE_TOPIC, f"{row.pk}:{seq}", payload, after=after)


def _undeclared(wants: list[eligibility.Want], declared: Mapping[str, Any]) -> list[Unmet]:
    unmet = []
    if declared.get("agreed") is not True:
        text = _("还没有勾选声明。")
        unmet.append(Unmet("declaration", text, remedy=_("请读一遍声明并勾选。"), field="declaration.agreed"))
    lost = any(w.reason in catalog.REASONS and catalog.reason(w.reason).voids_old for w in wants)
    if lost and declared.get("loss_sworn") is not True:
        text = _("还没有确认遗失或被盗的声明。")
        remedy = _("确认后旧证件马上作废，找到了也不能再用。")
        unmet.append(Unmet("loss_sworn", text, remedy=remedy, field="declaration.loss_sworn"))
    return unmet


def unmet_of_pictures(shots: Mapping[str, Shot]) -> list[Unmet]:
    """Return what is missing about portrait and signature: chosen, inspected, passed or sent to a person."""
    unmet = []
    for purpose, text in ((PORTRAIT, _("照片还没有通过检查。")), (SIGNATURE, _("签名照片还没有通过检查。"))):
        shot = shots.get(purpose)
        if shot is None or not shot.is_usable:
            field = "photo.file" if purpose == PORTRAIT else "signature.file"
            unmet.append(Unmet(purpose, text, remedy=_("请拍一张，或者选已经通过的一张。"), field=field))
    return unmet


def _already_open(submission: Submission, wants: list[eligibility.Want]) -> list[Unmet]:
    asked = {(want.kind, want.destination, want.letter) for want in wants}
    rows = Application.objects.filter(person=submission.beneficiary, status__in=OPEN_STATES)
    return [
        Unmet(
            "open",
            _("%(kind)s已经有一件申请在办。")
            % {"kind": row.label if row.is_endorsement else catalog.kind(row.kind).label},
            remedy=_("请等它办完，或者先撤回它。"),
            field="documents.kinds",
        )
        for row in rows
        if (row.kind, row.destination, row.endorsement_type) in asked
    ]


def checks_pass(submission: Submission, known: facts.Known, shots: Mapping[str, Shot]) -> bool:
    """Tell whether the automatic checks leave an officer nothing to judge before acceptance.

    The pictures passed the machine, the spelling of the name raises no doubt, the register has the same name; and it
    is no child's form, which waits for its guardians first.
    """
    if not all(shot.is_accepted for shot in shots.values()) or known.guardians:
        return False
    person = submission.beneficiary
    spelled = submission.answers["name"]
    earlier = tuple(Spelling(d.surname, d.given) for d in known.documents.values())
    doubts = doubts_about(spelled["surname"], spelled["given"], person.name, earlier=earlier)
    return not doubts and known.record.name == person.name
