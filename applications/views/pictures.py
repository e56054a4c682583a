"""The pages of portrait and signature: send one in, see the verdict, choose, or ask a person."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications import pages, pictures
from applications.forms.pictures import PictureForm
from applications.models import Submission
from applications.pages import Page
from applications.views.own import acting_on, own_submission
from photos.services import (
    PORTRAIT,
    Presented,
    Shot,
    may_ask_human,
    picture,
    present,
    shots_of,
)
from portal.common.access import citizen
from portal.common.unmet import Refused, Unmet

_FINAL = "final"


def picture_page(request: HttpRequest, submission: Submission, page: Page) -> HttpResponse:
    """Show and take the pictures of one purpose; the caller has checked that the page is open."""
    purpose = pages.PICTURES[page.slug]
    taken = shots_of(submission.pk, purpose)
    form = PictureForm()
    problems: list[Unmet] = []
    if request.method == "POST":
        answer = _act(request, submission, page, taken)
        if isinstance(answer, HttpResponse):
            return answer
        form, problems = answer
    shown = _shown(request, taken)
    context = {
        "submission": submission,
        "page": page,
        "form": form,
        "problems": [{"text": reason.text, "remedy": reason.remedy} for reason in problems],
        "shot": shown,
        "is_portrait": purpose == PORTRAIT,
        "shots": _strip(submission, taken, shown),
        "may_ask_human": shown is not None and shown.is_refused and may_ask_human(submission.pk, purpose),
        "tries": sum(shot.is_refused for shot in taken),
        "onward": _onward(request, submission, page),
        **_verdict(submission, shown),
        **_around(request, submission, page),
    }
    return render(request, "applications/picture.html", context)


def _shown(request: HttpRequest, taken: list[Shot]) -> Shot | None:
    """Return the shot the page is about: the one asked for, the one that waits, the chosen one, or the last."""
    asked = request.GET.get("shot", "")
    found = next((shot for shot in taken if str(shot.pk) == asked), None)
    waiting = next((shot for shot in reversed(taken) if shot.is_waiting), None)
    chosen = next((shot for shot in taken if shot.is_chosen), None)
    return found or waiting or chosen or (taken[-1] if taken else None)


def _act(
    request: HttpRequest, submission: Submission, page: Page, taken: list[Shot]
) -> HttpResponse | tuple[PictureForm, list[Unmet]]:
    """Take a picture, choose one, or send one to a person; returns where to go, or what was wrong."""
    acting = acting_on(request, submission)
    named = request.POST.get("choose") or request.POST.get("human")
    try:
        if named:
            shot = next((shot for shot in taken if str(shot.pk) == named), None)
            if shot is None:
                raise Http404
            if "human" in request.POST:
                pictures.ask_human(submission.pk, page.slug, shot.pk, acting=acting)
            else:
                pictures.choose(submission.pk, page.slug, shot.pk, acting=acting)
            return _to(request, submission, page, shot)
        form = PictureForm(request.POST, request.FILES)
        if form.is_valid():
            shot = pictures.receive(submission, page.slug, form.cleaned_data["file"], acting=acting)
            return _to(request, submission, page, shot)
    except Refused as refused:
        if named:
            return PictureForm(), refused.unmet
        form.refuse(refused.unmet)
    except ValidationError:
        raise Http404 from None
    return form, []


def _to(request: HttpRequest, submission: Submission, page: Page, shot: Shot) -> HttpResponseRedirect:
    query = {"shot": str(shot.pk)}
    if request.GET.get("back") == "check":
        query["back"] = "check"
    return HttpResponseRedirect(_address(submission, page) + "?" + urlencode(query))


def _address(submission: Submission, page: Page) -> str:
    return reverse("applications:page", args=[submission.pk, page.slug])


def _image(submission: Submission, shot: Shot, which: str) -> str:
    return reverse("applications:picture", args=[submission.pk, shot.pk, which])


def _strip(submission: Submission, taken: list[Shot], shown: Shot | None) -> list[dict[str, object]]:
    """Return the row of small pictures; those not inspected yet have no picture to show."""
    words = {"refused": _("要改"), "turned_down": _("要改"), "human": _("请人看"), "waiting": _("正在检查")}
    return [
        {
            "value": str(shot.pk),
            "src": _image(submission, shot, "preview") if shot.preview else "",
            "title": _("第 %(number)s 张") % {"number": shot.number},
            "note": _("已选用") if shot.is_chosen else words.get(shot.status, _("可以用")),
            "is_checked": shot == shown,
        }
        for shot in taken
    ]


def _verdict(submission: Submission, shot: Shot | None) -> dict[str, object]:
    if shot is None or shot.is_waiting or not shot.preview:
        return {}
    presented = present(shot)
    return {
        "presented": presented,
        "preview": _image(submission, shot, "preview"),
        "final": _image(submission, shot, _FINAL) if shot.final else "",
        "alt": _alt(shot, presented),
    }


def _alt(shot: Shot, presented: Presented) -> str:
    if not presented.problems:
        return _("第 %(number)s 张照片") % {"number": shot.number}
    found = _("；").join(f"{line.title}{line.measured}" for line in presented.problems)
    return _("第 %(number)s 张照片和要改的地方：%(found)s") % {"number": shot.number, "found": found}


def _onward(request: HttpRequest, submission: Submission, page: Page) -> str:
    if request.GET.get("back") == "check":
        return reverse("applications:check", args=[submission.pk])
    following = pages.following(submission, page.slug)
    if submission.filed_at is not None or following is None:
        return reverse("applications:tasks", args=[submission.pk])
    return _address(submission, following)


def _around(request: HttpRequest, submission: Submission, page: Page) -> dict[str, object]:
    back = request.GET.get("back") == "check"
    group = [one.slug for one in pages.pages_of(submission) if one.group == page.group]
    params = {"group": page.group, "number": group.index(page.slug) + 1, "total": len(group)}
    return {
        "eyebrow": _("%(group)s，第 %(number)s 项，共 %(total)s 项") % params,
        "back_url": reverse("applications:check" if back else "applications:tasks", args=[submission.pk]),
        "back_text": _("返回核对页") if back else _("返回申请"),
    }


def _own_shot(submission: Submission, shot_id: UUID) -> Shot:
    """Return a picture of this form; any other does not exist here."""
    return get_object_or_404(Shot.objects.exclude(status="removed"), pk=shot_id, owner=submission.pk)


@citizen
@require_safe
def image(request: HttpRequest, submission_id: UUID, shot_id: UUID, which: str) -> HttpResponse:
    """Give the owner a picture of their own form; it is stored nowhere on the way."""
    shot = _own_shot(own_submission(request, submission_id), shot_id)
    if which not in ("preview", _FINAL) or not shot.preview or (which == _FINAL and not shot.final):
        raise Http404
    response = HttpResponse(picture(shot, which=which), content_type="image/jpeg")
    response["Content-Disposition"] = 'inline; filename="picture.jpg"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    return response


@citizen
@require_safe
def state(request: HttpRequest, submission_id: UUID, shot_id: UUID) -> HttpResponse:
    """Give the waiting part of a picture's page, which scripts ask for until the verdict is there."""
    submission = own_submission(request, submission_id)
    shot = _own_shot(submission, shot_id)
    slug = next(slug for slug, purpose in pages.PICTURES.items() if purpose == shot.purpose)
    here = reverse("applications:page", args=[submission.pk, slug]) + f"?shot={shot.pk}"
    return render(request, "applications/_waiting.html", {"shot": shot, "here": here})
