"""The case as an official sees and holds it: fresh facts, rules run again, who has it, what they noted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from applications import comparison, facts, judging
from applications.lifecycle import LIFECYCLE
from applications.models import Application
from applications.review import (
    CLAIM_MINUTES,
    end_without_issue,
    filed_pictures,
    lock_with_dependants,
    unmet_of_pictures,
)
from applications.romanisation import Spelling, doubts_about
from documents.services import held_by
from photos.services import Shot
from portal.accounts.models import Officer
from portal.accounts.services import register_facts
from portal.common import audit, clock
from portal.common.acting import NATION, Acting
from portal.common.gateway import GatewayDown, GatewayRefused
from portal.common.lifecycle import Transition
from portal.common.unmet import Refused, Text, Unmet

FRESH, DOWN, UNKNOWN, NOT_ASKED = "fresh", "down", "unknown", "not_asked"
PURPOSES: Mapping[str, Text] = {
    "register": _("到登记系统核对"),
    "contact": _("联系申请人"),
    "delivery": _("核对寄送信息"),
    "complaint": _("处理投诉或者来信"),
    "decision": _("送达决定书"),
}


@dataclass(frozen=True)
class Look:
    """A case looked at now.

    `register`: FRESH, DOWN (no answer), UNKNOWN (nobody under this name and number) or NOT_ASKED. `unmet` are the
    rules not met, empty when all are, meaningless unless `register` is FRESH. `doubts` are about the romanised name.
    """

    application: Application
    register: str
    lines: Sequence[comparison.Line]
    unmet: Sequence[Unmet]
    doubts: Sequence[Unmet]
    shots: Mapping[str, Shot]

    @property
    def judgements(self) -> list[comparison.Line]:
        """The differences an officer has to weigh before approving."""
        return [line for line in self.lines if line.needs_judgement]

    @property
    def pictures_wait(self) -> bool:
        """Whether a picture waits for a person, or was turned down."""
        return not all(shot.is_accepted for shot in self.shots.values())


def find(application_id: UUID, *, acting: Acting) -> Application | None:
    """Return a case of the actor's jurisdiction, with all a page shows of it, or None."""
    rows = Application.objects.of(acting.authority).select_related(
        "submission", "person", "old_document", "depends_on", "claimed_by__officer"
    )
    return rows.filter(pk=application_id).first()


def is_held_by(row: Application, acting: Acting) -> bool:
    """Tell whether the actor holds the case now."""
    return str(row.claimed_by_id) == acting.id and is_held(row)


def is_held(row: Application) -> bool:
    """Tell whether anybody holds the case now."""
    return row.claimed_by_id is not None and row.claimed_until is not None and row.claimed_until > clock.now()


def open_to(row: Application, acting: Acting) -> list[Transition]:
    """Return what the actor may do with a case now."""
    return LIFECYCLE.open_to(row, acting)


def look(row: Application, *, ask_register: bool, shows_names: bool, shows_numbers: bool = False) -> Look:
    """Look at a case: call outside any transaction, the register is asked; its silence is part of the answer."""
    register, known = NOT_ASKED, None
    held = list(held_by(row.person))
    if ask_register:
        try:
            known = facts.known_from(register_facts(row.person), held)
            register = FRESH
        except GatewayDown:
            register = DOWN
        except GatewayRefused:
            register = UNKNOWN
    lines = comparison.compare(row, known, shows_names=shows_names, shows_numbers=shows_numbers)
    spelled = row.submission.answers["name"]
    earlier = tuple(Spelling(document.surname, document.given) for document in held)
    return Look(
        application=row,
        register=register,
        lines=lines,
        unmet=judging.unmet_again(row.submission, [facts.want_of(row)], known) if known else [],
        doubts=doubts_about(spelled["surname"], spelled["given"], row.person.name, earlier=earlier),
        shots=filed_pictures(row.submission),
    )


def unmet_before_approval(row: Application) -> list[Unmet]:
    """Return what an officer has to settle before approving: pictures that nobody has found in order yet."""
    return unmet_of_pictures(row.submission)


def assess(row: Application, *, acting: Acting, content: Mapping[str, object]) -> None:
    """Write what an officer weighed before a decision into the audit chain; codes only."""
    with transaction.atomic():
        audit.append(row.chain, "assessed", acting=acting, content=content, subject=f"application:{row.pk}")


def unmask(row: Application, *, purpose: str, acting: Acting) -> None:
    """Write down that and why an official saw the case's personal numbers; raises Refused without a purpose."""
    if purpose not in PURPOSES:
        raise Refused([Unmet("purpose", _("请选用途。"), remedy=_("用途会留在审计记录里。"), field="purpose")])
    with transaction.atomic():
        content = {"purpose": purpose}
        audit.append(row.chain, "unmasked", acting=acting, content=content, subject=f"application:{row.pk}")


def hand_over(application_id: UUID, *, acting: Acting, note: str) -> None:
    """Give a held case back to the queue with a note for whoever takes it next; raises Refused."""
    if not note.strip():
        raise Refused([Unmet("note", _("请写明转交的原因。"), remedy=_("接手的人会看到。"), field="note")])
    with transaction.atomic():
        row = Application.objects.select_for_update(of=("self",)).get(pk=application_id)
        if not is_held_by(row, acting):
            raise Refused([Unmet("claim", _("这件申请不在您名下。"), remedy=_("请刷新页面，看最新的状态。"))])
        Application.objects.filter(pk=row.pk).update(claimed_by=None, claimed_until=None)
        _write(row, "handed_over", acting, note)


def reassign(application_id: UUID, *, to: UUID, acting: Acting, note: str) -> Application:
    """Put a case into an officer's hands, whoever holds it now; for supervisors. `to` is the officer's sign-in.

    Raises Refused (role, jurisdiction, claim, officer, note).
    """
    unmet = []
    if acting.kind != "supervisor":
        unmet.append(Unmet("role", _("只有主管可以指派。"), remedy=_("请找主管办理。")))
    if not note.strip():
        unmet.append(Unmet("note", _("请写明指派的原因。"), remedy=_("原因会留在审计记录里。"), field="note"))
    if unmet:
        raise Refused(unmet)
    with transaction.atomic():
        row = Application.objects.select_for_update(of=("self",)).of(acting.authority).filter(pk=application_id).first()
        if row is None or row.status not in ("filed", "accepted"):
            raise Refused([Unmet("claim", _("这件申请不在待审列表里。"), remedy=_("请刷新页面，看最新的状态。"))])
        if not officers_for(row.authority).filter(user_id=to).exists():
            text = _("这位工作人员不审核这个机关的申请。")
            raise Refused([Unmet("officer", text, remedy=_("请从列出的人员里选。"), field="to")])
        row.claimed_by_id, row.claimed_until = to, clock.now() + timedelta(minutes=CLAIM_MINUTES)
        row.save(update_fields=["claimed_by", "claimed_until"])
        _write(row, "reassigned", acting, note, to=str(to))
    return row


def officers_for(authority: str) -> "QuerySet[Officer]":
    """Return the officers in office who decide for a division: its city's, its province's, the nation's."""
    codes = {authority, f"{authority[:2]}0000", NATION}
    rows = Officer.objects.in_office().filter(authority_id__in=codes, role__in=("officer", "supervisor"))
    return rows.order_by("name", "pk")


def declare_unproducible(application_id: UUID, *, acting: Acting, note: str) -> Application:
    """End a case the plant cannot make, on a supervisor's word; the old document counts again, money goes back.

    Raises Refused (role, jurisdiction, state, note).
    """
    if not note.strip():
        raise Refused([Unmet("note", _("请写明理由。"), remedy=_("理由会留在审计记录里。"), field="note")])
    with transaction.atomic():
        row = lock_with_dependants(application_id)
        fresh = LIFECYCLE.perform(row, "declare_unproducible", acting=acting, codes=["supervisor"], note=note)
        end_without_issue(row, acting=acting)
    return fresh


def _write(row: Application, action: str, acting: Acting, note: str, **content: object) -> None:
    digest = audit.commitment_of(str(row.pk), note)
    told = {**content, "note": digest}
    audit.append(row.chain, action, acting=acting, content=told, subject=f"application:{row.pk}")


def label_of(action: str, source: str) -> Text:
    """Return the words for a step of a case's history."""
    transition = LIFECYCLE.find(action, source)
    return transition.label if transition else action


def state_label(row: Application) -> Text:
    """Return the words for where a case stands."""
    return LIFECYCLE.states[row.status].label


def in_order(acting: Acting) -> "QuerySet[Application]":
    """Return what waits for a decision in the actor's jurisdiction, in the order it is taken."""
    return Application.objects.of(acting.authority).to_review().filter(checking_since=None).in_turn()
