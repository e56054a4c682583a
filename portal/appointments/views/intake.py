"""The page on which an officer takes in a case: identity first, then the form, then the receipt."""

from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from applications import services as applications
from applications.models import Submission
from photos.services import PORTRAIT, SIGNATURE, Shot, may_ask_human, present, shots_of
from portal.accounts.models import Officer
from portal.appointments import counter
from portal.appointments.intake_forms import ApplicationForm, IdentityForm, initial_of
from portal.appointments.models import Booking, WindowCase
from portal.common import audit, clock
from portal.common.access import official
from portal.common.admin import acting_of
from portal.common.gateway import GatewayDown, GatewayRefused
from portal.common.unmet import Refused, Unmet
from portal.notifications.services import address_of

CONFLICT = 409
# The pages of the form that take pictures, by what the pictures are for.
_PICTURES = {PORTRAIT: "photo", SIGNATURE: "signature"}


@official("officer", "supervisor")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def intake(request: HttpRequest, booking_id: UUID) -> HttpResponse:
    """Lead through taking in the case of a booking whose person is present."""
    row = counter.find(booking_id, acting=acting_of(request))
    if row is None:
        raise Http404
    case = WindowCase.objects.select_related("submission__beneficiary").filter(booking=row).first()
    if case is not None and case.status == "handed_in":
        return _receipt(request, row, case)
    if case is not None and case.status != "prepared":
        messages.error(request, _("这件事现在不能这样办，请按最新的状态办理。"))
        return redirect("admin:appointments_windowcase_change", case.pk)
    is_typed = request.method == "POST" and "name_given" in request.POST
    if case is None or not (case.submission or (is_typed and case.citizen_number)):
        return _identity(request, row)
    if case.submission is None:
        return _anew(request, row, case)
    if not is_typed and (case.submission.filed_at is not None or not counter.is_present(row)):
        return _identity(request, row, filed=case.submission.filed_at)
    return _form(request, row, case, case.submission)


def _identity(request: HttpRequest, row: Booking, *, filed: datetime | None = None) -> HttpResponse:
    """Ask who stands there; `filed` is when their form was handed in elsewhere, so that this opens another."""
    if request.method != "POST" and counter.is_present(row):
        _note_unmasking(request, row)
    initial = {"name": row.name, "citizen_number": row.citizen_number} if counter.is_present(row) else {}
    form = IdentityForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            counter.open_form(row, name=told["name"], citizen_number=told["citizen_number"], acting=acting_of(request))
        except Refused as refused:
            form.refuse(refused.unmet)
            status = CONFLICT
        else:
            return redirect("appointments:intake", row.pk)
    context = {**_frame(request, row), "form": form, "is_present": counter.is_present(row), "filed": filed}
    return render(request, "appointments/official/identity.html", context, status=status)


def _form(request: HttpRequest, row: Booking, case: WindowCase, submission: Submission) -> HttpResponse:
    known = _known_of(submission)
    if request.method != "POST":
        _note_unmasking(request, row)
        form = ApplicationForm(needed=_needed(submission, known), initial=initial_of(submission.answers, case.told))
        return _page(request, row, case, form, known)
    form = ApplicationForm(request.POST, request.FILES, needed=_needed(submission, known))
    # Everything typed is kept on the draft, right or wrong; the filing service says what is missing.
    form.is_valid()
    try:
        _keep(request, case, form)
        if not form.errors:
            _hand_in(request, case, form, known)
            return redirect("appointments:intake", row.pk)
    except Refused as refused:
        case.refresh_from_db(fields=["status"])
        if case.status == "handed_in":
            # Another press was first.
            return redirect("appointments:intake", row.pk)
        form.refuse(refused.unmet)
    except Submission.DoesNotExist:
        return _anew(request, row, case)
    return _page(request, row, case, form, known)


def _anew(request: HttpRequest, row: Booking, case: WindowCase) -> HttpResponse:
    """Open another form with what was typed on a page whose own form was thrown away meanwhile."""
    form = ApplicationForm(request.POST, request.FILES, needed=[])
    form.is_valid()
    try:
        acting = acting_of(request)
        case = counter.open_form(row, name=case.name, citizen_number=case.citizen_number, acting=acting)
        _keep(request, case, form)
    except Refused as refused:
        form.refuse(refused.unmet)
    text, remedy = _("申请人在别处删掉了这张申请表。"), _("已经另开一张，填的都在；请看一看照片和签名，再受理。")
    if not form.non_field_errors():
        form.refuse([Unmet("discarded", text, remedy=remedy)])
    return _page(request, row, case, form, _known_of(case.submission) if case.submission else None)


def _page(
    request: HttpRequest, row: Booking, case: WindowCase, form: ApplicationForm, known: applications.Known | None
) -> HttpResponse:
    """Show the form of the person present; `known` is what the register says of them, if it answered."""
    context = {
        **_frame(request, row),
        "form": form,
        "person": case,
        "is_down": known is None,
        "held": [] if known is None else known.documents.values(),
        "shots": [(purpose, _shown(case.submission, purpose)) for purpose in _PICTURES if case.submission],
    }
    status = CONFLICT if form.errors else 200
    return render(request, "appointments/official/intake.html", context, status=status)


def _keep(request: HttpRequest, case: WindowCase, form: ApplicationForm) -> None:
    submission = counter.keep(case, partial(form.parts, recipient=case.name), acting=acting_of(request))
    _take_pictures(request, submission, form)


def _hand_in(request: HttpRequest, case: WindowCase, form: ApplicationForm, known: applications.Known | None) -> None:
    """Hand the form in; raises Refused, also where the register is away."""
    if known is None:
        text = _("登记系统没有应答。")
        raise Refused([Unmet("register", text, remedy=_("填的都已保存，请过几分钟再受理。"))])
    seen = form.cleaned_data["seen"]
    counter.hand_in(case, known=known, declared=form.declared(), seen=seen, acting=acting_of(request))


def _known_of(submission: Submission) -> applications.Known | None:
    with suppress(GatewayDown, GatewayRefused):
        return applications.gather(submission.beneficiary)
    return None


def _needed(submission: Submission, known: applications.Known | None) -> list[str]:
    """Return the papers the rules ask for by what the form says so far."""
    if known is None:
        return []
    found = applications.outlook(applications.asked_on_form(submission, known), on=clock.today())
    return [row.code for row in found.materials]


def _take_pictures(request: HttpRequest, submission: Submission, form: ApplicationForm) -> None:
    """Keep the pictures taken at the counter; a refused one goes to a person where the officer asks for it."""
    acting = counter.for_person(acting_of(request), submission)
    for purpose, page in _PICTURES.items():
        try:
            if data := form.cleaned_data.get(purpose):
                applications.receive_picture(submission, page, data, acting=acting)
            taken = shots_of(submission.pk, purpose)
            if form.cleaned_data.get("human") and taken and taken[-1].is_refused:
                applications.ask_human_about_picture(submission.pk, page, taken[-1].pk, acting=acting)
        except Refused as refused:
            form.refuse([Unmet(one.code, one.text, one.source, one.remedy, purpose) for one in refused.unmet])


def _shown(submission: Submission, purpose: str) -> dict[str, Any]:
    """Return how far the picture of a purpose is: the chosen one, else the last."""
    taken = shots_of(submission.pk, purpose)
    shot: Shot | None = next((one for one in taken if one.is_chosen), taken[-1] if taken else None)
    problems = [] if shot is None or shot.is_waiting or not shot.preview else present(shot).problems
    return {"shot": shot, "problems": problems, "may_ask_human": may_ask_human(submission.pk, purpose)}


def _receipt(request: HttpRequest, row: Booking, case: WindowCase) -> HttpResponse:
    submission = case.submission
    filed = list(submission.applications.order_by("position")) if submission else []
    taker = Officer.objects.filter(user_id=submission.filer_id).first() if submission else None
    context = {
        **_frame(request, row),
        "case": case,
        "rows": [{"row": one, "receipt": applications.spoken(one.receipt)} for one in filed],
        "taker": taker,
        "lookup": address_of(reverse("applications:lookup")),
    }
    return render(request, "appointments/official/receipt.html", context)


def _note_unmasking(request: HttpRequest, row: Booking) -> None:
    """The page shows a person in full: whoever opens it has them before them, and the audit says so."""
    audit.append(
        row.chain, "data.unmasked", acting=acting_of(request), content={"row": str(row.pk), "purpose": "counter"}
    )


def _frame(request: HttpRequest, row: Booking) -> dict[str, Any]:
    user: Any = request.user
    back = f"{reverse('appointments:counter')}?point={row.point_id}"
    return {"official": user.official, "row": row, "back": back}
