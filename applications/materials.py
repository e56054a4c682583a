"""Owns the papers of a form: which it needs, which shared registers answer for, what was uploaded, what is missing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications import attachments, facts, urgency
from applications.eligibility import Facts, Want
from applications.eligibility.materials import materials_of
from applications.models import Application, Attachment, Submission
from applications.reopening import MATERIALS
from documents import catalog
from portal.accounts.models import Person
from portal.accounts.services import Matter, prove
from portal.common import audit
from portal.common.acting import Acting
from portal.common.gateway import GatewayDown
from portal.common.unmet import Refused, Unmet

PAGE = MATERIALS
# What a register said of a material: it proves it, holds nothing of it, did not answer; nothing where none is asked.
PROVEN, UNKNOWN, SILENT, NOT_ASKED = "proven", "unknown", "silent", ""
# An officer held the original in their hands; `entry` is the officer's name.
SEEN = "seen"
# Written on the form itself where it is asked for.
_ON_THE_FORM = frozenset({"loss_statement"})
_REGISTERED = "registered_firm"
_URGENT = "urgency_proof"
_MATTERS: Mapping[str, Matter] = {
    "residence_permit": Matter.RESIDENCE,
    "kinship": Matter.RELATIVE,
    "taiwan_kinship": Matter.RELATIVE,
    "employment": Matter.EMPLOYED,
    "licence": Matter.LICENCE,
}
Findings = Mapping[str, Any]


class Standing(StrEnum):
    """How far a paper is: a register answers for it, or is silent; else it is uploaded, or still to be."""

    VERIFIED = "verified"
    SEEN = "seen"
    SILENT = "silent"
    OPEN = "open"
    WAITING = "waiting"
    REFUSED = "refused"
    QUARANTINED = "quarantined"
    UPLOADED = "uploaded"


# With these a form may be filed; only the first leaves an officer nothing to look at.
SETTLED = frozenset({Standing.VERIFIED, Standing.SEEN, Standing.SILENT, Standing.QUARANTINED, Standing.UPLOADED})


@dataclass(frozen=True)
class Paper:
    """A paper the form needs: `entry` is the register's, `fields` are the requests it is for, `files` the uploads."""

    material: catalog.Material
    standing: Standing
    entry: str
    fields: tuple[str, ...]
    files: tuple[Attachment, ...]

    @property
    def is_settled(self) -> bool:
        """Nothing is left to do for the applicant."""
        return self.standing in SETTLED


# --- what registers say


def examine(submission: Submission, known: facts.Known) -> dict[str, Any]:
    """Return which papers the form needs and what shared registers say of them; empty where it needs none.

    Call outside any transaction: registers are asked, each silence is part of the answer.
    """
    wants, is_urgent = _endorsements(submission), urgency.needs_proof(submission.answers)
    seen = {paper["code"]: paper for paper in submission.findings.get("papers", ()) if paper["said"] == SEEN}
    if not (wants or seen or is_urgent):
        return {}
    judged = known.facts
    if submission.filed_at is not None:
        judged = judged.as_filed(facts.from_json(submission.facts))
    stated = facts.stated(judged, submission.answers)
    needed: dict[str, list[Want]] = defaultdict(list)
    for want in wants:
        for material in materials_of(stated, [want], at_window=False):
            needed[material.code].append(want)
    if is_urgent:
        needed[_URGENT] = facts.wants(submission.answers)
    # What an officer saw in the original stays seen; only what came up since is asked of registers.
    ordered = [code for code in catalog.MATERIALS if code in seen or (code in needed and code not in _ON_THE_FORM)]
    papers = [seen.get(code) or _asked(submission.beneficiary, known, code, needed[code]) for code in ordered]
    return {"asked": _signature(submission), "papers": papers}


def proven(submission: Submission, known: facts.Known) -> list[str]:
    """Return the papers that registers answer for, so that nobody has to bring them; call outside any transaction."""
    found = submission.findings if is_settled_with_registers(submission) else examine(submission, known)
    return [paper["code"] for paper in found.get("papers", ()) if paper["said"] == PROVEN]


def needed_at_window(judged: Facts, wants: Sequence[Want], *, found: Findings) -> dict[str, list[str]]:
    """Return the originals a form needs at a window, each with the requests (their fields) it is for.

    What registers answer for by `found` is not among them.
    """
    answered = {paper["code"] for paper in found.get("papers", ()) if paper["said"] == PROVEN}
    needed: dict[str, list[str]] = defaultdict(list)
    for want in wants:
        for material in materials_of(judged, [want], at_window=True):
            needed[material.code].append(want.field)
    return {code: needed[code] for code in catalog.MATERIALS if code in needed and code not in answered}


def see_originals(
    submission: Submission, needed: Mapping[str, list[str]], *, found: Findings, seen: Sequence[str], by: str
) -> list[Unmet]:
    """Take over into a locked form what registers proved and an officer (`by`, a name) saw; return what is missing."""
    papers = [paper for paper in found.get("papers", ()) if paper["said"] == PROVEN]
    papers += [
        {"code": code, "said": SEEN, "entry": by, "fields": fields} for code, fields in needed.items() if code in seen
    ]
    submission.findings = {"asked": _signature(submission), "papers": papers}
    text, remedy = _("还缺材料：%(paper)s。"), _("请看过原件再受理；不齐的，一次告知要补什么。")
    return [
        Unmet("material_missing", str(text) % {"paper": catalog.material(code).label}, remedy=remedy, field=PAGE)
        for code in needed
        if code not in seen
    ]


def _endorsements(submission: Submission) -> list[Want]:
    return [want for want in facts.wants(submission.answers) if want.is_endorsement]


def _signature(submission: Submission) -> list[list[str]]:
    asked = [[want.field, want.letter, want.option] for want in _endorsements(submission)]
    if urgency.needs_proof(submission.answers):
        asked += [[_URGENT, want.field] for want in facts.wants(submission.answers)]
    return asked


def _asked(person: Person, known: facts.Known, code: str, wants: Sequence[Want]) -> dict[str, Any]:
    said, entries = NOT_ASKED, []
    if code == _REGISTERED and known.facts.firms:
        # Our own list of registered enterprises: the options it opens are offered to their staff alone.
        said = PROVEN
    elif code in _MATTERS:
        matter = _MATTERS[code]
        places = dict.fromkeys(want.destination if matter is Matter.RELATIVE else "" for want in wants)
        answers = [_answer(person, matter, place) for place in places]
        told = {answer for answer, _entry in answers}
        said = next(word for word in (UNKNOWN, SILENT, PROVEN) if word in told)
        entries = [entry for _answer, entry in answers if entry]
    return {"code": code, "said": said, "entry": "；".join(entries), "fields": [want.field for want in wants]}


def _answer(person: Person, matter: Matter, place: str) -> tuple[str, str]:
    try:
        proof = prove(person, matter, place=place)
    except GatewayDown:
        return SILENT, ""
    return (PROVEN, proof.entry) if proof.is_proven else (UNKNOWN, "")


def is_current(submission: Submission, found: Findings) -> bool:
    """Tell whether findings are about what the form asks for now."""
    return list(found.get("asked", [])) == _signature(submission)


def is_settled_with_registers(submission: Submission) -> bool:
    """Tell whether no register has to be asked again: the form is the same, and each has answered."""
    found = submission.findings
    return is_current(submission, found) and all(paper["said"] != SILENT for paper in found.get("papers", ()))


def refresh(submission: Submission, known: facts.Known) -> Submission:
    """Ask the registers about the form as it is now and keep what they said; call outside any transaction."""
    found = examine(submission, known)
    with transaction.atomic():
        fresh = Submission.objects.select_for_update(of=("self",)).select_related("beneficiary").get(pk=submission.pk)
        if fresh.findings != found:
            fresh.findings = found
            fresh.save(update_fields=["findings"])
    return fresh


# --- how far each paper is


def is_needed(submission: Submission) -> bool:
    """Tell whether the form has a page for papers: a register does not answer for one, or an officer asks again."""
    found = submission.findings.get("papers", ())
    return bool(found) and (submission.filed_at is not None or any(paper["said"] != PROVEN for paper in found))


def papers(submission: Submission, *, only: str = "") -> list[Paper]:
    """Return the papers of a form, or those `only` one request (its field) needs, by what was last found out."""
    found = [paper for paper in submission.findings.get("papers", ()) if not only or only in paper["fields"]]
    if not found:
        return []
    by_code: dict[str, list[Attachment]] = defaultdict(list)
    for file in attachments.of(submission.pk):
        by_code[file.material].append(file)
    return [
        Paper(
            catalog.material(paper["code"]),
            _standing(paper["said"], by_code[paper["code"]]),
            paper["entry"],
            tuple(paper["fields"]),
            tuple(by_code[paper["code"]]),
        )
        for paper in found
    ]


def _standing(said: str, files: Iterable[Attachment]) -> Standing:
    if said in (PROVEN, SEEN):
        return Standing.VERIFIED if said == PROVEN else Standing.SEEN
    states = {file.status for file in files}
    by_file = (
        ("waiting", Standing.WAITING),
        ("quarantined", Standing.QUARANTINED),
        ("clean", Standing.UPLOADED),
        ("refused", Standing.REFUSED),
    )
    ours = Standing.SILENT if said == SILENT else Standing.OPEN
    return next((standing for state, standing in by_file if state in states), ours)


def unmet(submission: Submission) -> list[Unmet]:
    """Return the papers that are missing, each at its place on the page."""
    reasons = []
    for paper in papers(submission):
        name = {"paper": paper.material.label}
        field = f"{PAGE}.{paper.material.code}"
        if paper.standing is Standing.OPEN:
            text = _("还缺材料：%(paper)s。")
            reasons.append(Unmet("material_missing", str(text) % name, remedy=_("请上传。"), field=field))
        elif paper.standing is Standing.REFUSED:
            text = _("%(paper)s：上传的文件没有通过检查。")
            remedy = _("请换一个文件上传。")
            reasons.append(Unmet("material_refused", str(text) % name, remedy=remedy, field=field))
        elif paper.standing is Standing.WAITING:
            text = _("%(paper)s：文件还在检查。")
            remedy = _("一般几秒钟，请过一会儿再提交。")
            reasons.append(Unmet("material_waiting", str(text) % name, remedy=remedy, field=field))
    return reasons


def unmet_at_filing(submission: Submission, found: Findings) -> list[Unmet]:
    """Take findings over into a locked form and return what it lacks; findings of another wish are of no use."""
    if not is_current(submission, found):
        text = _("要办的签注刚刚改过。")
        return [Unmet("materials_changed", text, remedy=_("请核对一遍，再提交。"), field="documents.kinds")]
    submission.findings = dict(found)
    return unmet(submission)


def drop_unneeded(submission: Submission, *, acting: Acting) -> None:
    """Take away what was uploaded for papers the form does not need after all: nobody has to see it."""
    needed = [paper["code"] for paper in submission.findings.get("papers", ())]
    if submission.answers.get("endorsements") or "urgency" in submission.answers:
        attachments.remove_all(submission.pk, acting=acting, keep=needed)


def are_proven(submission: Submission, want: Want) -> bool:
    """Tell whether registers answer for every paper of a request, so that nobody has to look at one.

    What proves the urgency is looked at for the claim: it holds nothing up.
    """
    asked = [paper for paper in papers(submission, only=want.field) if paper.material.code != _URGENT]
    return all(paper.standing is Standing.VERIFIED for paper in asked)


def papers_of(row: Application) -> list[Paper]:
    """Return the papers of one application."""
    return papers(row.submission, only=facts.want_of(row).field)


def open_file(row: Application, attachment_id: UUID, *, acting: Acting) -> tuple[bytes, str, str]:
    """Return bytes, media type and name of a clean file of a case and write down who saw it.

    Raises Attachment.DoesNotExist for a file that is not this application's, or not clean.
    """
    codes = [paper.material.code for paper in papers_of(row)]
    clean = Attachment.objects.filter(owner=row.submission_id, status="clean", material__in=codes)
    file = clean.get(pk=attachment_id)
    with transaction.atomic():
        content = {"attachment": str(file.pk), "material": file.material}
        audit.append(row.chain, "file_opened", acting=acting, content=content, subject=f"application:{row.pk}")
    return attachments.content(file)


def unmet_before_approval(submission: Submission, want: Want) -> list[Unmet]:
    """Return what keeps a request from approval about its papers: one that is missing or that nobody could open."""
    reasons = []
    for paper in papers(submission, only=want.field):
        name = {"paper": paper.material.label}
        if any(file.is_waiting or file.is_quarantined for file in paper.files) and paper.standing != Standing.VERIFIED:
            text, remedy = _("%(paper)s还没有检查，不能打开。"), _("请等检查完，或者退回补正。")
        elif paper.standing in (Standing.VERIFIED, Standing.SEEN, Standing.UPLOADED):
            continue
        elif paper.standing is Standing.SILENT:
            text = _("%(paper)s：登记系统没有应答，也没有上传。")
            remedy = _("请过几分钟再试，或者退回补正。")
        else:
            text, remedy = _("缺%(paper)s。"), _("请退回补正。")
        reasons.append(Unmet("materials", str(text) % name, remedy=remedy))
    return reasons


# --- what the applicant does


def upload(  # noqa: PLR0913 - what an upload consists of
    submission: Submission, code: str, data: bytes, *, name: str, acting: Acting, replaces: UUID | None = None
) -> Attachment:
    """Take a file for a paper the form needs; raises Refused with the file, what was found, and the remedy."""
    if all(paper["code"] != code for paper in submission.findings.get("papers", ())):
        text = _("这张表现在不需要这种材料。")
        raise Refused([Unmet("material_unknown", text, remedy=_("请刷新页面，看需要哪些材料。"), field="file")])
    return attachments.receive(submission, code, data, name=name, acting=acting, replaces=replaces)
