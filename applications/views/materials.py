"""The page of the papers: what registers answer for, what to upload, what was uploaded; one file at a time."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications import attachments, materials, pages
from applications.forms.materials import PaperForm
from applications.materials import Paper, Standing
from applications.models import Attachment, Submission
from applications.pages import Page
from applications.views.own import acting_on, ask_register, own_submission
from portal.common.access import citizen
from portal.common.unmet import Refused, Unmet
from portal.common.views import private_file

_TAGS = {
    Standing.VERIFIED: ("ok", "check"),
    Standing.SEEN: ("ok", "check"),
    Standing.SILENT: ("warn", "triangle-alert"),
    Standing.OPEN: ("act", ""),
    Standing.WAITING: ("plain", "clock"),
    Standing.REFUSED: ("bad", "triangle-alert"),
    Standing.QUARANTINED: ("plain", "clock"),
    Standing.UPLOADED: ("ok", "check"),
}
_OF_FILES = {
    "waiting": Standing.WAITING,
    "quarantined": Standing.QUARANTINED,
    "clean": Standing.UPLOADED,
    "refused": Standing.REFUSED,
}


def word(standing: Standing) -> str:
    """Return the word for how far a paper is."""
    return {
        Standing.VERIFIED: _("已核验，不用交"),
        Standing.SEEN: _("窗口看过原件"),
        Standing.SILENT: _("登记系统没有应答"),
        Standing.OPEN: _("要上传"),
        Standing.WAITING: _("正在检查"),
        Standing.REFUSED: _("要换一个文件"),
        Standing.QUARANTINED: _("已上传，等检查"),
        Standing.UPLOADED: _("已上传"),
    }[standing]


def materials_page(request: HttpRequest, submission: Submission, page: Page) -> HttpResponse:
    """Show the papers and take files; the caller has checked that the page is open."""
    forms: dict[str, PaperForm] = {}
    problems: list[Unmet] = []
    if request.method == "POST":
        answer = _act(request, submission)
        if isinstance(answer, PaperForm):
            forms[answer.code] = answer
        elif answer:
            problems = answer
        else:
            return redirect(_address(request, submission))
    submission, silent = _asked_again(submission)
    if pages.find(submission, page.slug) is None:
        # A register has answered for the last paper: nothing is left to do here.
        return redirect("applications:tasks", submission.pk)
    papers = materials.papers(submission)
    wrong = next(iter(forms.values()), None)
    context = {
        "submission": submission,
        "page": page,
        "form": wrong,
        "problems": [{"text": reason.text, "remedy": reason.remedy} for reason in problems],
        "papers": [_shown(request, submission, paper, forms) for paper in papers],
        "register_away": silent or any(paper.standing is Standing.SILENT for paper in papers),
        "waits": any(file.is_waiting for paper in papers for file in paper.files),
        "is_done": all(paper.is_settled for paper in papers),
        "here": _address(request, submission),
        "onward": _onward(request, submission, page),
        **_around(request, submission, page),
    }
    return render(request, "applications/materials.html", context)


def _asked_again(submission: Submission) -> tuple[Submission, bool]:
    """Ask the registers that have not answered yet; returns the form as it is then, and whether nobody could ask."""
    if materials.is_settled_with_registers(submission):
        return submission, False
    asked = ask_register(submission.beneficiary)
    return (materials.refresh(submission, asked.known), False) if asked.known else (submission, True)


def _act(request: HttpRequest, submission: Submission) -> PaperForm | list[Unmet]:
    """Take a file or remove one; returns the form with what is wrong, the reasons, or nothing."""
    acting = acting_on(request, submission)
    if named := request.POST.get("remove"):
        try:
            attachments.remove(UUID(named), owner=submission.pk, acting=acting)
        except ValueError as error:
            raise Http404 from error
        except Refused as refused:
            return refused.unmet
        return []
    form = PaperForm(request.POST, request.FILES, code=request.POST.get("material", ""))
    if form.is_valid():
        told = form.cleaned_data
        try:
            materials.upload(
                submission,
                form.code,
                told["file"],
                name=form.file_name,
                acting=acting,
                replaces=told["replaces"],
            )
        except Refused as refused:
            form.refuse(refused.unmet)
        else:
            return []
    return form if any(form.code == paper.material.code for paper in materials.papers(submission)) else _lost(form)


def _lost(form: PaperForm) -> list[Unmet]:
    """Return the errors of a form whose paper is no longer on the page."""
    return [Unmet("form", text) for _id, text in form.error_links()]


def _shown(
    request: HttpRequest, submission: Submission, paper: Paper, forms: dict[str, PaperForm]
) -> dict[str, object]:
    code = paper.material.code
    replaced = next((file for file in paper.files if str(file.pk) == request.GET.get("replace")), None)
    may_send = paper.standing is not Standing.VERIFIED or submission.filed_at is not None
    form = forms.get(code) or PaperForm(code=code, replaced=replaced)
    return {
        "id": f"paper-{code}",
        "code": code,
        "title": paper.material.label,
        "hint": paper.material.hint,
        "entry": paper.entry,
        "tag": word(paper.standing),
        "tag_kind": _TAGS[paper.standing][0],
        "tag_icon": _TAGS[paper.standing][1],
        "files": [_file(submission, file) for file in paper.files],
        "form": form if may_send else None,
        "replaced": replaced.name if replaced else "",
    }


def _file(submission: Submission, file: Attachment) -> dict[str, object]:
    standing = _OF_FILES[file.status]
    href = reverse("applications:material_file", args=[submission.pk, file.pk]) if file.is_clean else ""
    return {
        "pk": file.pk,
        "name": file.name,
        "size": file.size,
        "href": href,
        "tag": word(standing),
        "tag_kind": _TAGS[standing][0],
        "tag_icon": _TAGS[standing][1],
    }


def _address(request: HttpRequest, submission: Submission) -> str:
    back = "?back=check" if request.GET.get("back") == "check" else ""
    return reverse("applications:page", args=[submission.pk, materials.PAGE]) + back


def _onward(request: HttpRequest, submission: Submission, page: Page) -> str:
    if request.GET.get("back") == "check":
        return reverse("applications:check", args=[submission.pk])
    following = pages.following(submission, page.slug)
    if submission.filed_at is not None or following is None:
        return reverse("applications:tasks", args=[submission.pk])
    return reverse("applications:page", args=[submission.pk, following.slug])


def _around(request: HttpRequest, submission: Submission, page: Page) -> dict[str, object]:
    back = request.GET.get("back") == "check"
    group = [one.slug for one in pages.pages_of(submission) if one.group == page.group]
    params = {"group": page.group, "number": group.index(page.slug) + 1, "total": len(group)}
    return {
        "eyebrow": _("%(group)s，第 %(number)s 项，共 %(total)s 项") % params,
        "back_url": reverse("applications:check" if back else "applications:tasks", args=[submission.pk]),
        "back_text": _("返回核对页") if back else _("返回申请"),
    }


@citizen
@require_safe
def state(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Give the waiting part of the page, which scripts ask for until every file has its verdict."""
    submission = own_submission(request, submission_id)
    waits = any(file.is_waiting for file in attachments.of(submission.pk))
    context = {"waits": waits, "here": _address(request, submission)}
    return render(request, "applications/_scanning.html", context)


@citizen
@require_safe
def file(request: HttpRequest, submission_id: UUID, attachment_id: UUID) -> HttpResponse:
    """Give the owner a clean file of their own form."""
    submission = own_submission(request, submission_id)
    row = get_object_or_404(Attachment.objects.filter(status="clean"), pk=attachment_id, owner=submission.pk)
    data, media, name = attachments.content(row)
    return private_file(data, media=media, name=name)
