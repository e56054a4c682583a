"""Confirmation pages: each act on a page of its own, with its reason and the version it was taken on."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from applications import services
from applications.models import Application
from portal.common.access import official
from portal.common.admin import acting_of, sentences
from portal.common.gateway import GatewayDown, GatewayRefused
from portal.common.unmet import Refused
from portal.desk.acts import DECISIONS, HAND_OVER, REASSIGN, Act, open_acts
from portal.desk.forms import ActForm, ApproveForm, problems
from portal.desk.views.frame import case_of, frame

STALE, REFUSED = 409, 400
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@official("officer", "supervisor")
@require_POST
def claim(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take a case."""
    row = case_of(request, case_id)
    try:
        services.claim(row.pk, acting=acting_of(request))
    except Refused as refused:
        _complain(request, refused)
    return redirect("desk:review", case_id=row.pk)


@official("officer", "supervisor")
@require_POST
def claim_next(request: HttpRequest) -> HttpResponse:
    """Take the case that is due first, and open it."""
    row = services.claim_next(acting=acting_of(request))
    if row is None:
        messages.info(request, _("现在没有等人认领的申请。"))
        return redirect("admin:index")
    return redirect("desk:review", case_id=row.pk)


@official("officer", "supervisor")
@require_POST
def release(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Give a case back."""
    row = case_of(request, case_id)
    acting = acting_of(request)
    if services.is_held_by(row, acting):
        services.release(row.pk, acting=acting)
        messages.success(request, _("已放回队列。"))
    else:
        messages.error(request, _("这件申请不在您名下，没有改动。"))
    return redirect("desk:review", case_id=row.pk)


@official("officer", "supervisor")
@get_or_post
def decide(request: HttpRequest, case_id: UUID, action: str) -> HttpResponse:
    """Confirm an act that changes the status."""
    if action not in DECISIONS:
        raise Http404
    row = case_of(request, case_id)
    if request.method != "POST" and DECISIONS[action] not in open_acts(row, acting_of(request)):
        messages.error(request, _("这件申请现在不能这样办。请看最新的状态，没有认领的请先认领。"))
        return redirect("desk:review", case_id=row.pk)
    return _confirm(request, row, DECISIONS[action])


@official("officer", "supervisor")
@get_or_post
def hand_over(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Confirm giving a held case back with a note."""
    return _confirm(request, case_of(request, case_id), HAND_OVER)


@official("supervisor")
@get_or_post
def reassign(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Confirm putting a case into somebody's hands."""
    return _confirm(request, case_of(request, case_id), REASSIGN)


def _confirm(request: HttpRequest, row: Application, act: Act) -> HttpResponse:
    acting = acting_of(request)
    look = None
    extra: dict[str, Any] = {}
    if issubclass(act.form, ApproveForm):
        holds = services.is_held_by(row, acting)
        look = services.look(row, ask_register=holds, shows_names=holds)
        extra["look"] = look
        if request.method != "POST":
            extra["initial"] = {key: value for key, value in request.GET.items() if key.startswith("judge_")}
    form = act.form(request.POST or None, row=row, **extra)
    found: list[dict[str, str]] = []
    status = 200
    if request.method == "POST" and form.is_valid():
        found, status = _perform(row, act, form, request)
        if not found:
            messages.success(request, _("已办理：%(act)s。") % {"act": act.title})
            return redirect("desk:notice" if act.action == "refuse" else "desk:review", case_id=row.pk)
    elif request.method == "POST":
        status = REFUSED
    context = frame(
        request, row=row, act=act, form=form, problems=found, look=look, receipt=services.spoken(row.receipt)
    )
    return render(request, "desk/act.html", context, status=status)


def _perform(row: Application, act: Act, form: ActForm, request: HttpRequest) -> tuple[list[dict[str, str]], int]:
    """Act, and return what stood in the way with the status of the answer."""
    if form.is_stale:
        text = _("您打开页面以后，这件申请有了变化，现在是“%(state)s”。") % {"state": services.state_label(row)}
        return [{"text": text, "remedy": _("没有作出决定。请回到案件，看过最新情况再决定。")}], STALE
    try:
        act.perform(row, form, acting_of(request))
    except Refused as refused:
        return problems(refused.unmet), STALE
    except GatewayDown:
        text = _("人口登记系统没有应答，没有作出决定。")
        return [{"text": text, "remedy": _("请过几分钟再按一次；案件还在您名下。")}], 503
    except GatewayRefused:
        text = _("登记系统里没有这个姓名和号码的人，没有作出决定。")
        return [{"text": text, "remedy": _("请核对后退回补正，或者不予批准。")}], STALE
    return [], 200


def _complain(request: HttpRequest, refused: Refused) -> None:
    for sentence in sentences(refused.unmet):
        messages.error(request, sentence)
