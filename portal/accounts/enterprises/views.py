"""Citizens' pages: an agent registers an enterprise, keeps its list, renews it."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.enterprises import registering, staff
from portal.accounts.enterprises.forms import EnterpriseForm, MemberForm
from portal.accounts.enterprises.lifecycle import ENTERPRISE
from portal.accounts.enterprises.models import Enterprise
from portal.accounts.models import Person, User
from portal.accounts.proving import person_of
from portal.accounts.views.way import onward
from portal.common import workdays
from portal.common.access import citizen
from portal.common.admin import sentences
from portal.common.clock import local_day
from portal.common.masking import mask_citizen_number, mask_name
from portal.common.models import Event
from portal.common.unmet import Refused

# The usual time to an answer (rule of a provincial capital).
ANSWER_WORKING_DAYS = 5
REFUSED = 403
# How a state looks, by its public word.
_TAGS = {
    "filed": ("plain", "clock"),
    "returned": ("act", ""),
    "approved": ("ok", "check"),
    "refused": ("bad", "x"),
    "withdrawn": ("plain", ""),
    "lapsed": ("plain", ""),
}
get_or_post = require_http_methods(["GET", "HEAD", "POST"])
View = Callable[..., HttpResponse]


def _in_own_name(view: View) -> View:
    """Let nobody see to an enterprise while they act for somebody: an agent acts in their own name."""

    @wraps(view)
    def opened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.acts_for:  # type: ignore[attr-defined]
            hub = reverse("accounts:enterprises")
            return render(request, "accounts/enterprises/own_name.html", {"hub": hub}, status=REFUSED)
        return view(request, *args, **kwargs)

    return opened


@citizen
@_in_own_name
@require_safe
def enterprises(request: HttpRequest) -> HttpResponse:
    """Say what a registration is for, and list those this citizen acts for."""
    person = person_of(cast("User", request.user))
    rows = Enterprise.objects.filter(agent=person).order_by("-filed_at") if person else []
    shown = [{"row": row, **_state(row)} for row in rows]
    return render(request, "accounts/enterprises/list.html", {"enterprises": shown, "is_proven": person is not None})


@citizen
@_in_own_name
@get_or_post
def new(request: HttpRequest) -> HttpResponse:
    """Ask for everything a registration says; only somebody proven acts for a firm."""
    person = person_of(cast("User", request.user))
    if person is None:
        return onward("accounts:identity", request.path)
    form = EnterpriseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = registering.register(person, form.told())
        except Refused as refused:
            form.refuse(refused.unmet)
        else:
            return redirect("accounts:enterprise", row.pk)
    return render(request, "accounts/enterprises/form.html", {"form": form})


@citizen
@_in_own_name
@require_safe
def enterprise(request: HttpRequest, enterprise_id: UUID) -> HttpResponse:
    """Show a registration: where it stands, why, its list, and what the agent can do now."""
    row, person = _own(request, enterprise_id)
    context = {
        "row": row,
        **_state(row),
        "kind": row.get_kind_display(),
        "may": {step.action for step in ENTERPRISE.open_to(row, person.acting)},
        "is_full": row.staff_count >= row.quota,
        "note": _note(row),
        "answer_by": _answer_by(row),
        "staff": [
            {"pk": one.pk, "name": mask_name(one.name), "number": mask_citizen_number(one.citizen_number)}
            for one in row.staff.all()
        ],
    }
    return render(request, "accounts/enterprises/enterprise.html", context)


@citizen
@_in_own_name
@get_or_post
def mend(request: HttpRequest, enterprise_id: UUID) -> HttpResponse:
    """Ask again for what was returned."""
    row, person = _own(request, enterprise_id)
    if ENTERPRISE.find("correct", row.status) is None:
        return redirect("accounts:enterprise", row.pk)
    form = EnterpriseForm(request.POST if request.method == "POST" else None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            registering.correct(row.pk, form.told(), acting=person.acting)
        except Refused as refused:
            form.refuse(refused.unmet)
        else:
            return redirect("accounts:enterprise", row.pk)
    return render(request, "accounts/enterprises/form.html", {"form": form, "row": row, "note": _note(row)})


@citizen
@_in_own_name
@get_or_post
def add_member(request: HttpRequest, enterprise_id: UUID) -> HttpResponse:
    """Put somebody on the list."""
    row, person = _own(request, enterprise_id)
    form = MemberForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            staff.add(row.pk, name=told["name"], number=told["citizen_number"], acting=person.acting)
        except Refused as refused:
            form.refuse(refused.unmet)
        else:
            messages.success(request, _("已加进名单。"))
            return redirect("accounts:enterprise", row.pk)
    return render(request, "accounts/enterprises/member.html", {"form": form, "row": row})


@citizen
@_in_own_name
@require_POST
def remove_member(request: HttpRequest, enterprise_id: UUID, member_id: UUID) -> HttpResponse:
    """Take somebody off the list."""
    row, person = _own(request, enterprise_id)
    staff.remove(row.pk, member_id, acting=person.acting)
    messages.success(request, _("已移出名单。"))
    return redirect("accounts:enterprise", row.pk)


@citizen
@_in_own_name
@require_POST
def ask_renewal(request: HttpRequest, enterprise_id: UUID) -> HttpResponse:
    """Ask for another year."""
    return _act(request, enterprise_id, registering.ask_renewal)


@citizen
@_in_own_name
@require_POST
def withdraw(request: HttpRequest, enterprise_id: UUID) -> HttpResponse:
    """Take a request back that nobody has decided yet."""
    return _act(request, enterprise_id, registering.withdraw)


def _state(row: Enterprise) -> dict[str, object]:
    state = ENTERPRISE.states[row.status]
    kind, icon = _TAGS[state.word]
    return {"state": state.label, "tag_kind": kind, "tag_icon": icon}


def _note(row: Enterprise) -> str:
    """Return the reason of the last decision, empty before there is one."""
    decision = Event.objects.filter(subject_id=row.pk).exclude(actor_kind="citizen").order_by("-seq").first()
    return decision.note if decision else ""


def _answer_by(row: Enterprise) -> date | None:
    """Return by when an official usually answers, counted from the agent's last act; None where nobody is asked."""
    steps = (step for step in ENTERPRISE.transitions if row.status in step.sources)
    if not any("officer" in step.roles for step in steps):
        return None
    asked = Event.objects.filter(subject_id=row.pk, actor_kind="citizen").order_by("-seq")[0]
    return workdays.add_working_days(local_day(asked.at), ANSWER_WORKING_DAYS).on


def _act(request: HttpRequest, enterprise_id: UUID, service: Callable[..., Enterprise]) -> HttpResponse:
    row, person = _own(request, enterprise_id)
    try:
        service(row.pk, acting=person.acting)
    except Refused as refused:
        for sentence in sentences(refused.unmet):
            messages.error(request, sentence)
    return redirect("accounts:enterprise", row.pk)


def _own(request: HttpRequest, enterprise_id: UUID) -> tuple[Enterprise, Person]:
    """Return a registration of this agent; anybody else's does not exist."""
    person = person_of(cast("User", request.user))
    if person is None:
        raise Http404
    return get_object_or_404(Enterprise, pk=enterprise_id, agent=person), person
