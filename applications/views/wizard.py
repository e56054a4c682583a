"""The task list and the pages of the form."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications import eligibility, endorsing, facts, materials, pages, services
from applications.applicant import correct, is_newly_lost
from applications.eligibility import Want
from applications.forms.endorsements import EndorsementOptionForm, EndorsementTypeForm
from applications.forms.filing import LossForm, declared_in
from applications.forms.name import NameForm
from applications.forms.pages import (
    Basis,
    ContactForm,
    DeliveryForm,
    DocumentsForm,
    PageForm,
    PersonalForm,
    ReasonForm,
)
from applications.forms.urgency import UrgencyForm
from applications.models import OPEN_STATES, Application, Submission
from applications.pages import Page
from applications.views import tasks, typed
from applications.views.materials import materials_page
from applications.views.own import Asked, acting_on, ask_register, own_submission, user_of, while_it_lasts
from applications.views.pictures import picture_page
from documents import catalog
from documents.services import Scope, current_revision, held_by, scope
from portal.common import clock
from portal.common.access import citizen
from portal.common.acting import Acting
from portal.common.masking import mask_citizen_number
from portal.common.phrases import titled
from portal.common.unmet import Refused, Unmet

FORMS: Mapping[str, type[PageForm]] = {
    "documents": DocumentsForm,
    "personal": PersonalForm,
    "name": NameForm,
    "contact": ContactForm,
    "delivery": DeliveryForm,
    "urgency": UrgencyForm,
}
ASK_REGISTER = (DocumentsForm, ReasonForm, EndorsementTypeForm, EndorsementOptionForm, PersonalForm, UrgencyForm)
ASK_ENDING = (DocumentsForm, EndorsementTypeForm, EndorsementOptionForm)
CONFLICT = 409
Lines = list[dict[str, object]]

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@citizen
@get_or_post
def task_list(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Show what is done and what is left; of a returned form only what has to be mended, and hand it in again."""
    submission = own_submission(request, submission_id)
    if submission.filed_at is None:
        return render(request, "applications/tasks.html", tasks.of_draft(submission))
    returned = pages.corrections(submission)
    if not returned:
        return redirect("applications:filed", submission.pk)
    # A document that turned out to be gone ends with the press of the button: only on the sworn report.
    form = LossForm(request.POST if request.method == "POST" else None) if is_newly_lost(submission) else None
    problems: list[Unmet] = []
    if request.method == "POST":
        problems = _hand_in(submission, acting_on(request, submission), declared_in(request.POST))
        if not problems:
            return redirect("applications:filed", submission.pk)
    if form:
        sworn = [reason for reason in problems if reason.field == "declaration.loss_sworn"]
        problems = [reason for reason in problems if reason not in sworn]
        form.refuse([replace(reason, field="loss_sworn") for reason in sworn])
    context = {"form": form, **tasks.of_returned(submission, returned, problems)}
    return render(request, "applications/returned.html", context)


def _hand_in(submission: Submission, acting: Acting, declared: Mapping[str, bool]) -> list[Unmet]:
    asked = ask_register(submission.beneficiary)
    if asked.known is None:
        return [asked.trouble] if asked.trouble else []
    try:
        correct(submission.pk, acting=acting, known=asked.known, declared=declared)
    except Refused as refused:
        return refused.unmet
    return []


@typed.keeps_typed
@citizen
@get_or_post
@while_it_lasts
def page(request: HttpRequest, submission_id: UUID, slug: str) -> HttpResponse:
    """Ask one question of the form and save the answer; what was typed stays, right or wrong."""
    submission = own_submission(request, submission_id)
    found = pages.find(submission, slug)
    if found is None:
        # A page about something that is no longer asked for: back to the choice, or to what is left.
        if slug in (materials.PAGE, "delivery"):
            return redirect("applications:tasks", submission.pk)
        if slug in pages.slugs_of_requests():
            return redirect("applications:page", submission.pk, "documents")
        raise Http404
    if not pages.may_change(submission, found):
        return _closed(request, submission, found)
    if slug in pages.PICTURES:
        return picture_page(request, submission, found)
    if slug == materials.PAGE:
        return materials_page(request, submission, found)
    return _form_page(request, submission, found)


def _closed(request: HttpRequest, submission: Submission, found: Page) -> HttpResponse:
    context = {"submission": submission, "page": found, "returned": bool(pages.corrections(submission))}
    return render(request, "applications/closed.html", context, status=CONFLICT if request.method == "POST" else 200)


def _form_page(request: HttpRequest, submission: Submission, found: Page) -> HttpResponse:
    kind = _form_of(found)
    person = submission.beneficiary
    opened = scope(current_revision(clock.today()))
    asked = ask_register(person) if kind in ASK_REGISTER else None
    held = held_by(person)
    offered, barred = _judge_kinds(submission, asked, opened) if kind is DocumentsForm else ([], [])
    known = asked.known.facts if asked and asked.known else None
    ending = endorsing.ending_with_card(person) if kind in ASK_ENDING else []
    basis = Basis(
        submission, found, user_of(request), held=held, scope=opened, offered=offered, facts=known, ending=ending
    )
    kept = typed.take(request)
    form = kind(request.POST if request.method == "POST" else kept, basis=basis)
    form.eyebrow = _eyebrow(submission, found)
    if request.method == "POST":
        answer = _save(request, form, asked)
        if answer:
            return answer
    context = {
        "form": form,
        "page": found,
        "submission": submission,
        "eyebrow": form.eyebrow,
        "barred": barred,
        "kept": kept is not None,
        "trouble": asked.trouble if asked else None,
        "warnings": _warnings(form, asked, submission),
        **_around(request, submission, found),
        **_of_register(form, asked, submission),
    }
    return render(request, kind.template, context)


def _form_of(found: Page) -> type[PageForm]:
    if found.kind:
        return ReasonForm
    if found.destination:
        return EndorsementOptionForm if found.slug.startswith(pages.OPTION) else EndorsementTypeForm
    return FORMS[found.slug]


def _save(request: HttpRequest, form: PageForm, asked: Asked | None) -> HttpResponse | None:
    """Save the page and go on; None where something has to be mended first."""
    submission, found = form.basis.submission, form.basis.page
    acting = acting_on(request, submission)
    try:
        if "later" in request.POST:
            if submission.filed_at is None:
                services.save_parts(submission.pk, form.typed(), acting=acting)
            return redirect("applications:tasks", submission.pk)
        if not form.is_valid():
            return None
        part = form.part(form.cleaned_data)
        if refused := _unmet_reason(form, part, asked):
            form.refuse(refused)
            return None
        fresh = services.save_parts(submission.pk, form.parts(form.cleaned_data), acting=acting)
        if asked and asked.known and not materials.is_settled_with_registers(fresh):
            fresh = materials.refresh(fresh, asked.known)
    except Refused:
        return _closed(request, submission, found)
    if isinstance(form, PersonalForm) and _warnings(form, asked, fresh):
        # The answer is kept and cannot be filed with: the page says so where it was given.
        return redirect("applications:page", submission.pk, found.slug)
    return _onward(request, fresh, found)


def _onward(request: HttpRequest, submission: Submission, found: Page) -> HttpResponseRedirect:
    if request.GET.get("back") == "check":
        return redirect("applications:check", submission.pk)
    following = pages.following(submission, found.slug)
    if submission.filed_at is not None or following is None:
        return redirect("applications:tasks", submission.pk)
    return redirect("applications:page", submission.pk, following.slug)


def _unmet_reason(form: PageForm, part: Mapping[str, Any], asked: Asked | None) -> list[Unmet]:
    """Return what the rules say against the chosen reason or option, at the field where it was chosen."""
    if form.basis.scope is None or asked is None or asked.known is None:
        return []
    if isinstance(form, EndorsementOptionForm):
        wants = facts.wants({**form.basis.submission.answers, "endorsements": part})
        want = next(one for one in wants if one.destination == form.destination)
        told = facts.endorsed(asked.known.facts, form.basis.person, {"endorsements": part})
        reasons = eligibility.unmet_of_want(told, want, form.basis.scope, wants=wants)
        return [replace(reason, field="option") for reason in reasons]
    if not isinstance(form, ReasonForm):
        return []
    kind = form.basis.page.kind
    reasons = eligibility.unmet_of_want(asked.known.facts, Want(kind, part[kind]["reason"]), form.basis.scope)
    return [Unmet(r.code, r.text, r.source, r.remedy, "reason") for r in reasons]


def _warnings(form: PageForm, asked: Asked | None, submission: Submission) -> list[Unmet]:
    """Return what a person said of themselves that keeps them from filing online."""
    if not isinstance(form, PersonalForm) or asked is None or asked.known is None or form.basis.scope is None:
        return []
    stated = facts.stated(asked.known.facts, submission.answers)
    wants = facts.wants(submission.answers)
    found = eligibility.unmet(stated, wants, form.basis.scope)
    about_identity = [reason for reason in found if reason.code in ("X1", "X2", "X5")]
    return list({reason.code: reason for reason in about_identity}.values())


def _judge_kinds(
    submission: Submission, asked: Asked | None, opened: Scope
) -> tuple[list[str], list[dict[str, object]]]:
    """Return the kinds that can be asked for, and a line for each that cannot, with its reason and remedy."""
    if asked is None or asked.known is None:
        return [*submission.answers.get("requests", {}), *submission.answers.get("endorsements", {})], []
    known = asked.known
    lines = [_line(reason) for reason in eligibility.unmet_of_person(known.facts, opened)]
    if lines:
        return [], lines
    elsewhere = Application.objects.filter(person=submission.beneficiary, status__in=OPEN_STATES)
    running = set(elsewhere.exclude(submission=submission).filter(destination="").values_list("kind", flat=True))
    offered = []
    for kind in catalog.FORM_KINDS.values():
        unmet = _unmet_for_all(known, kind.code, opened)
        if kind.code in _on_the_way(known):
            unmet = [Unmet("adopting", _("正在带出您的证件。"), remedy=_("一般几秒钟，请刷新本页。"))]
        if kind.code in running:
            unmet = [Unmet("open", _("已经有一件申请在办。"), remedy=_("请等它办完，或者先撤回它。"))]
        if unmet:
            lines += [_line(reason, title=kind.label) for reason in unmet]
        else:
            offered.append(kind.code)
    in_force = {held.kind for held in known.facts.holds if held.is_live(known.facts.on)}
    offered += [place for place in catalog.DESTINATIONS if catalog.permit_for(place) in in_force.union(offered)]
    return offered, lines


def _unmet_for_all(known: services.Known, kind: str, opened: Scope) -> list[Unmet]:
    """Return why a document cannot be renewed for any reason, as said of the last reason tried; empty if for one."""
    unmet: list[Unmet] = []
    for reason in opened.reasons.get(kind, ()):
        unmet = eligibility.unmet_of_want(known.facts, Want(kind, reason.code), opened)
        if not unmet:
            return []
    return unmet


def _on_the_way(known: services.Known) -> set[str]:
    """Return the kinds the population register knows and ours has not taken over yet: somebody proven just now."""
    ours = {held.kind for held in known.facts.holds}
    return {str(document.kind) for document in known.record.holds} - ours


def _line(reason: Unmet, title: str = "") -> dict[str, object]:
    text = titled(title, reason.text) if title else str(reason.text)
    source = _("依据：%s") % reason.source if reason.source else ""
    return {"state": "unmet", "title": text, "text": reason.remedy, "source": source}


def _eyebrow(submission: Submission, found: Page) -> str:
    group = [page.slug for page in pages.pages_of(submission) if page.group == found.group]
    if found.slug not in group:
        return str(found.group)
    params = {"group": found.group, "number": group.index(found.slug) + 1, "total": len(group)}
    return _("%(group)s，第 %(number)s 项，共 %(total)s 项") % params


def _around(request: HttpRequest, submission: Submission, found: Page) -> dict[str, object]:
    """Return the way back: to the summary one came from, the page before, or the list."""
    if request.GET.get("back") == "check":
        return {"back_url": reverse("applications:check", args=[submission.pk]), "back_text": _("返回核对页")}
    before = pages.preceding(submission, found.slug) if submission.filed_at is None else None
    if before:
        return {
            "back_url": reverse("applications:page", args=[submission.pk, before.slug]),
            "back_text": _("返回上一题"),
        }
    return {"back_url": reverse("applications:tasks", args=[submission.pk]), "back_text": _("返回申请")}


def _of_register(form: PageForm, asked: Asked | None, submission: Submission) -> dict[str, object]:
    """Return the rows the register fills in; number masked."""
    if not isinstance(form, PersonalForm) or asked is None or asked.known is None:
        return {}
    number = mask_citizen_number(submission.beneficiary.citizen_number)
    return {"register_rows": tasks.register_rows(asked.known, number)}
