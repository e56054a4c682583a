"""Check the answers, declare, file; and the page that confirms it."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications import answers, consents, facts, materials, pages, receipts, services
from applications.forms.filing import DeclarationForm, declared_in
from applications.models import Submission
from applications.views import summary, tasks
from applications.views.own import acting_on, ask_register, own_submission, user_of, while_it_lasts
from documents import catalog
from portal.accounts.models import Person
from portal.accounts.services import acting_for
from portal.common.access import citizen
from portal.common.templatetags.portal import deadline
from portal.common.unmet import Refused, Unmet

_BACK = "?back=check"


@citizen
@require_http_methods(["GET", "HEAD", "POST"])
@while_it_lasts
def check(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Show everything once more and take the declaration; a POST files, and a second one changes nothing."""
    if request.method == "POST":
        return _file(request, submission_id)
    submission = own_submission(request, submission_id)
    if submission.filed_at is not None:
        return redirect("applications:filed", submission.pk)
    known = ask_register(submission.beneficiary).known
    if known and not materials.is_settled_with_registers(submission):
        submission = materials.refresh(submission, known)
    if any(not item.is_done for item in pages.survey(submission, pages.gather_shots(submission))):
        return redirect("applications:tasks", submission.pk)
    return render(
        request,
        "applications/check.html",
        _context(submission, _form(request, submission, None), known, []),
    )


def _file(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    own = None if request.acts_for else getattr(request.user, "person", None)  # type: ignore[attr-defined]
    if own is not None:
        # One's own form is read once, by the service, with its lock.
        with suppress(Submission.DoesNotExist):
            return _press(request, submission_id, own)
    return _press(request, submission_id, own_submission(request, submission_id).beneficiary)


def _press(request: HttpRequest, submission_id: UUID, person: Person) -> HttpResponse:
    asked = ask_register(person, for_endorsements=False)
    unmet = [asked.trouble] if asked.trouble else []
    if asked.known is not None:
        try:
            acting = acting_for(user_of(request), person)
            services.file(submission_id, acting=acting, known=asked.known, declared=declared_in(request.POST))
        except Refused as refused:
            unmet = refused.unmet
        else:
            return redirect("applications:filed", submission_id)
    submission = own_submission(request, submission_id)
    known = asked.known
    if known and submission.answers.get("endorsements"):
        known = facts.with_firms(known, person)
    form = _form(request, submission, request.POST)
    problems = _on_page(form, unmet)
    return render(request, "applications/check.html", _context(submission, form, known, problems))


def _form(request: HttpRequest, submission: Submission, data: Mapping[str, Any] | None) -> DeclarationForm:
    signer = consents.signer(acting_on(request, submission), submission.beneficiary)
    return DeclarationForm(data, submission=submission, signer=signer)


def _on_page(form: DeclarationForm, unmet: list[Unmet]) -> list[Unmet]:
    """Give the declaration its own errors; return the others, which are mended on other pages."""
    own = [reason for reason in unmet if reason.field.startswith("declaration.")]
    form.refuse([Unmet(r.code, r.text, r.source, r.remedy, r.field.rpartition(".")[2]) for r in own])
    return [reason for reason in unmet if reason not in own]


def _context(
    submission: Submission, form: DeclarationForm, known: services.Known | None, problems: list[Unmet]
) -> dict[str, object]:
    lines = tasks.linked(submission, problems, back=_BACK)
    count = len(lines) + len(form.error_links())
    return {
        "submission": submission,
        "form": form,
        "problems": lines,
        "errors_title": _("还有 %(count)s 处要改，改好再提交") % {"count": count} if count else "",
        "sections": summary.sections(submission, known, back=_BACK),
        "asked": summary.asked(submission, known),
        "is_handed_over": answers.is_handed_over(submission.answers),
        "asked_href": reverse("applications:page", args=[submission.pk, "documents"]) + _BACK,
        **{key: value for key, value in tasks.asked_for(submission).items() if key != "asked"},
        "back_url": reverse("applications:tasks", args=[submission.pk]),
        "back_text": _("返回申请"),
    }


@citizen
@require_safe
def filed(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Confirm the filing: receipt numbers to keep, and what happens next."""
    submission = own_submission(request, submission_id)
    if submission.filed_at is None:
        return redirect("applications:tasks", submission.pk)
    rows = list(submission.applications.order_by("position"))
    accepted = all(row.accepted_at for row in rows)
    context = {
        "submission": submission,
        "numbers": [{"term": row.label, "number": receipts.spoken(row.receipt)} for row in rows],
        "total": sum(row.fee_fen or 0 for row in rows),
        "steps": _steps(submission, answer_by=consents.awaited(submission.pk)),
        "due": min((row.due_on for row in rows if row.due_on), default=None),
        "is_provisional": any(row.due_provisional for row in rows),
        "accepted": accepted,
        "returned": bool(pages.corrections(submission)),
    }
    return render(request, "applications/filed.html", context)


def _steps(submission: Submission, *, answer_by: datetime | None) -> list[dict[str, object]]:
    """Return what comes next; `answer_by` is there where another guardian still has to agree."""
    payment, production = catalog.term("payment").amount, catalog.term("production").amount
    made: dict[str, object] = {
        "title": _("制证"),
        "text": _("缴费后 %(days)s 个工作日内做好") % {"days": production},
        "who": _("制证中心"),
    }
    last: dict[str, object] = {
        "title": _("取证"),
        "text": _("制好了发短信，带身份证到窗口取"),
        "who": _("您"),
        "is_you": True,
    }
    if submission.answers.get("delivery", {}).get("method") == answers.COURIER:
        last = {"title": _("寄给您"), "text": _("快递到付，单号在进度页"), "who": _("快递")}
    if not answers.is_handed_over(submission.answers):
        office = _("出入境管理机构")
        made = {"title": _("签发签注"), "text": _("缴费后签发，发短信通知您"), "who": office}
        written = _("带通行证到出入境窗口或自助签注设备写入")
        last = {"title": _("写到通行证上"), "text": written, "who": _("您"), "is_you": True}
    consent: dict[str, object] = {
        "state": "now",
        "title": _("另一位监护人同意"),
        "text": _("请对方登录本网站，在%(day)s前答复；没有答复，申请失效") % {"day": deadline(answer_by)},
        "who": _("另一位监护人"),
    }
    return [
        *([consent] if answer_by else []),
        {
            "state": "" if answer_by else "now",
            "title": _("审核"),
            "text": _("逐件审核，结果发短信和站内消息"),
            "who": _("审核人员"),
        },
        {
            "title": _("缴费"),
            "text": _("审核通过后 %(days)s 天内缴，过期失效") % {"days": payment},
            "who": _("您"),
            "is_you": True,
        },
        made,
        last,
    ]
