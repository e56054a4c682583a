"""Pictures on the desk: shown to whoever may see them, judged where they wait for a person."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications.models import Application
from photos.models import Shot
from photos.services import pass_shot, picture, turn_down
from portal.common.access import official
from portal.common.admin import acting_of
from portal.common.unmet import Refused
from portal.desk import pictures
from portal.desk.forms import ShotForm
from portal.desk.views.frame import frame

WHICH = ("preview", "final")
REFUSED = 400


def _shot_of(request: HttpRequest, shot_id: UUID) -> Shot:
    shot = Shot.objects.filter(pk=shot_id).first()
    if shot is None or not pictures.may_see(shot, acting_of(request)):
        raise Http404
    return shot


@official("officer", "supervisor")
@require_safe
def show(request: HttpRequest, shot_id: UUID, which: str) -> HttpResponse:
    """Send a picture as JPEG."""
    shot = _shot_of(request, shot_id)
    if which not in WHICH or not (shot.preview or shot.final):
        raise Http404
    return HttpResponse(picture(shot, which=which), content_type="image/jpeg")


@official("officer", "supervisor")
@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, shot_id: UUID) -> HttpResponse:
    """Show a picture that waits for a person, and take their judgement with its reason."""
    shot = _shot_of(request, shot_id)
    cases = list(Application.objects.filter(submission_id=shot.owner).order_by("position"))
    form = ShotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = pass_shot if form.cleaned_data["verdict"] == "pass" else turn_down
        try:
            act(shot.pk, acting=acting_of(request), note=form.cleaned_data["note"])
        except Refused as refused:
            form.refuse(refused.unmet)
        else:
            messages.success(request, _("已记下您对照片的判断。"))
            return redirect("desk:review", case_id=cases[0].pk) if cases else redirect("admin:index")
    context = frame(request, shot=shot, cases=cases, checks=pictures.checks_of(shot), form=form)
    return render(request, "desk/shot.html", context, status=REFUSED if form.errors else 200)
