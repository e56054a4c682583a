"""The review page: queue, comparison, pictures, hints and history of one case, and the acts open now."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications import services
from applications.models import Application
from photos.services import PORTRAIT, SIGNATURE
from portal.common import clock
from portal.common.access import official
from portal.common.acting import Acting
from portal.common.admin import acting_of
from portal.common.masking import mask_name, mask_phone
from portal.desk import acts, papers, pictures
from portal.desk.forms import ApproveForm, UnmaskForm
from portal.desk.hints import hints
from portal.desk.history import history
from portal.desk.queues import PHOTO_STATES
from portal.desk.views.frame import case_of, frame

RAIL_LENGTH = 200
RAIL_SHOWN = 9


@official()
@require_safe
def review(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show a case; names and the register's answer only to the official who holds it."""
    row = case_of(request, case_id)
    return render(request, "desk/review.html", _page(request, row))


@official("officer", "supervisor")
@require_http_methods(["GET", "HEAD", "POST"])
def unmask(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Ask what for, write it down, and show the numbers in full in this one answer."""
    row = case_of(request, case_id)
    form = UnmaskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.unmask(row, purpose=form.cleaned_data["purpose"], acting=acting_of(request))
        return render(request, "desk/unmasked.html", frame(request, row=row, facts=_in_full(row)))
    return render(request, "desk/unmask.html", frame(request, row=row, form=form))


@official("officer", "supervisor")
@require_safe
def notice(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show the decision notice of a refused case, ready to be printed; it names the applicant, so that is written."""
    row = case_of(request, case_id)
    found = services.decision_notice(row)
    if found is not None:
        services.unmask(row, purpose="decision", acting=acting_of(request))
    return render(request, "desk/notice.html", frame(request, row=row, notice=found))


def _page(request: HttpRequest, row: Application) -> dict[str, Any]:
    acting = acting_of(request)
    holds = services.is_held_by(row, acting)
    look = services.look(row, ask_register=holds, shows_names=holds)
    open_acts = acts.open_acts(row, acting)
    can_approve = any(act.action == "approve" for act in open_acts)
    to_review = row.status in ("filed", "accepted")
    shots = {
        purpose: {
            "shot": shot,
            "checks": (checks := pictures.checks_of(shot)),
            "passed": sum(check.verdict == "pass" for check in checks),
            "may_see": pictures.may_see(shot, acting),
            "may_judge": shot.status in PHOTO_STATES and acting.kind in pictures.DECIDING,
        }
        for purpose, shot in look.shots.items()
    }
    return frame(
        request,
        row=row,
        look=look,
        name=row.person.name if holds else mask_name(row.person.name),
        receipt=services.spoken(row.receipt),
        state=services.state_label(row),
        is_overdue=bool(to_review and row.due_on and row.due_on < clock.today()),
        to_review=to_review,
        holds=holds,
        is_held=services.is_held(row),
        may_claim=to_review and not services.is_held(row) and acting.kind in pictures.DECIDING,
        may_reassign=to_review and acting.kind == "supervisor",
        acts=[act for act in open_acts if not act.is_aside],
        asides=[act for act in open_acts if act.is_aside],
        can_approve=can_approve,
        judgements=ApproveForm(row=row, look=look).judgements() if can_approve else [],
        hand_over=acts.HAND_OVER,
        portrait=shots.get(PORTRAIT),
        signature=shots.get(SIGNATURE),
        materials=_materials(row, holds=holds),
        papers=papers.lines(row, holds=holds),
        hints=hints(row, look) if to_review else [],
        history=history(row, acting=acting),
        has_notice=row.status == "refused" and acting.kind in pictures.DECIDING,
        rail=_rail(row, acting),
    )


def _rail(row: Application, acting: Acting) -> dict[str, Any]:
    """Return the queue beside the case: those due first, and the case's place among them."""
    waiting = services.in_order(acting)
    keys = list(waiting.values_list("pk", flat=True)[:RAIL_LENGTH])
    place = keys.index(row.pk) if row.pk in keys else -1
    start = max(0, min(place - 1, len(keys) - RAIL_SHOWN)) if place >= 0 else 0
    shown = list(waiting.filter(pk__in=keys[start : start + RAIL_SHOWN]).select_related("person"))
    return {
        "count": waiting.count(),
        "place": place + 1,
        "before": keys[place - 1] if place > 0 else None,
        "after": keys[place + 1] if -1 < place < len(keys) - 1 else keys[0] if place < 0 and keys else None,
        "rows": [{"row": one, "name": mask_name(one.person.name), "is_here": one.pk == row.pk} for one in shown],
    }


def _materials(row: Application, *, holds: bool) -> list[dict[str, str]]:
    """Return what the applicant handed in beside the compared fields; contact data is masked."""
    told = row.submission.answers
    request = told.get("requests", {}).get(row.kind, {})
    delivery, personal = told.get("delivery", {}), told.get("personal", {})
    rows = [
        {"term": _("情况说明"), "text": request.get("statement", "") if holds else ""},
        {"term": _("加急说明"), "text": told.get("urgency", {}).get("statement", "") if holds else ""},
        {"term": _("工作单位或学校"), "text": personal.get("employer", "") if holds else ""},
        {"term": _("联系电话"), "text": mask_phone(told.get("contact", {}).get("phone", ""))},
    ]
    rows += [{"term": str(term), "text": str(text)} for term, text in services.people_beside(row.submission)]
    if row.is_endorsement:
        written = _("写在新通行证上") if row.depends_on_id else _("写在本人手里的通行证上")
        rows.append({"term": _("取证方式"), "text": written})
    elif delivery.get("method") == "pickup":
        rows.append({"term": _("取证方式"), "text": _("到窗口自取")})
    else:
        recipient = delivery.get("recipient", "")
        rows.append({"term": _("取证方式"), "text": _("快递给%(name)s") % {"name": mask_name(recipient)}})
        if holds:
            rows.append({"term": _("收件地址"), "text": delivery.get("address", "")})
    return [one for one in rows if one["text"]]


def _in_full(row: Application) -> list[dict[str, str]]:
    told = row.submission.answers
    contact, delivery = told.get("contact", {}), told.get("delivery", {})
    rows = [
        (_("姓名"), row.person.name),
        (_("公民身份号码"), row.person.citizen_number),
        (_("旧证号码"), row.old_document.number if row.old_document else ""),
        (_("联系电话"), contact.get("phone", "")),
        (_("紧急联系人"), f"{contact.get('emergency_name', '')} {contact.get('emergency_phone', '')}".strip()),
        (_("收件人"), f"{delivery.get('recipient', '')} {delivery.get('phone', '')}".strip()),
        (_("收件地址"), delivery.get("address", "")),
    ]
    return [{"term": term, "text": text} for term, text in rows if text]
