"""The applicant's pages after filing: their forms, one form's way, withdrawal, redelivery, the notice of a refusal."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from applications import durations, receipts, services
from applications.forms.pages import Basis, DeliveryForm
from applications.models import Application, Submission
from applications.pages import Page
from applications.redelivery import redeliver
from applications.tracking import TrackedForm, drafts_of, forms_of, track
from applications.tracking.case import Case
from applications.views.own import acting_on, user_of
from documents import catalog
from portal.accounts.services import choose, chosen
from portal.common.access import citizen
from portal.common.unmet import Refused, Unmet

PAGE_SIZE = 10

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@citizen
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Show the person's forms, the newest first, and the draft they can go on with."""
    user, person = user_of(request), chosen(request)
    page = Paginator(forms_of(user).filter(beneficiary=person), PAGE_SIZE).get_page(request.GET.get("page"))
    drafts = drafts_of(user).filter(beneficiary=person)
    context = {"forms": [_entry(form) for form in track(page)], "page": page, "drafts": drafts}
    return render(request, "applications/list.html", context)


def _entry(form: TrackedForm) -> dict[str, object]:
    """Return one form as the list shows it; each of its tracks leads to the form's page."""
    address = reverse("applications:track", args=[form.submission.reference])
    return {
        "filed_at": form.submission.filed_at,
        "receipt": receipts.spoken(form.cases[0].row.receipt),
        "tracks": [case.track(_address_of(case, address)) for case in form.cases],
    }


def _address_of(case: Case, address: str) -> str:
    return f"{address}?of={case.row.position}"


@citizen
@require_safe
def progress(request: HttpRequest, reference: str) -> HttpResponse:
    """Show how a form stands; `?of=` picks the document whose way is drawn, else the most urgent one."""
    form = _own_form(request, reference)
    picked = {str(case.row.position): case for case in form.cases}.get(request.GET.get("of", ""), form.lead)
    address = reverse("applications:track", args=[reference])
    several = len(form.cases) > 1
    acting = acting_on(request, form.submission)
    context = {
        "form_tracked": form,
        "picked": picked,
        "way": picked.way(),
        "tracks": [case.track(_address_of(case, address) if several else "") for case in form.cases],
        "several": several,
        "numbers": [(case.row.label, receipts.spoken(case.row.receipt)) for case in form.cases],
        "withdrawable": [case for case in form.cases if case.may("withdraw", acting)],
        "refused": [case for case in form.cases if services.decision_notice(case.row)],
        "basis": _basis_of(form),
    }
    return render(request, "applications/track.html", context)


def _basis_of(form: TrackedForm) -> str:
    """Say what the expected day rests on: what was measured lately, or the term of the law."""
    if form.is_over:
        return ""
    expected = form.expected
    if expected and expected.measured:
        values = {"place": form.lead.place, "days": durations.WINDOW_DAYS, "cases": expected.measured.cases}
        return _("按%(place)s最近 %(days)s 天 %(cases)s 件的实际用时，九成在这之前办完。") % values
    terms = {code: catalog.term(code).amount for code in ("online", "production")}
    text = _(
        "按规定的期限算：受理后 %(online)s 个工作日内审批签发，缴费后 %(production)s 个工作日内制证。"
        "等您补正、缴费的时间不算。"
    )
    provisional = _("算到的年份还没有公布放假安排，日期是暂定的。") if expected and expected.is_provisional else ""
    return text % terms + provisional


@citizen
@get_or_post
def withdraw(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Ask once, then withdraw an application that is not paid yet."""
    row = get_object_or_404(Application.objects.select_related("submission"), pk=application_id)
    form = _own_form(request, row.submission.reference)
    acting = acting_on(request, form.submission)
    case = next(case for case in form.cases if case.row.pk == row.pk)
    back = reverse("applications:track", args=[row.submission.reference])
    problems: list[Unmet] = []
    if request.method == "POST":
        try:
            services.withdraw(row.pk, acting=acting)
        except Refused as refused:
            problems = refused.unmet
        else:
            messages.success(request, _("%(what)s的申请已撤回") % {"what": row.label})
            return redirect(back)
    context = {
        "case": case,
        "receipt": receipts.spoken(row.receipt),
        "problems": problems,
        "is_open": case.may("withdraw", acting),
        "stays_void": not row.is_endorsement and catalog.reason(row.reason).voids_old,
        "back_url": back,
        "back_text": _("返回进度"),
    }
    return render(request, "applications/track_withdraw.html", context)


@citizen
@get_or_post
def send_again(request: HttpRequest, reference: str) -> HttpResponse:
    """Let the applicant check the address of a returned parcel, then send it again or keep it at the window."""
    form = _own_form(request, reference)
    back = reverse("applications:track", args=[reference])
    if not form.bounced:
        messages.info(request, _("没有退回的快递，下面是最新进度"))
        return redirect(back)
    page = Page("delivery", "delivery", _("取证方式"), _("重新寄送"))
    basis = Basis(form.submission, page, user_of(request))
    asked = DeliveryForm(request.POST if request.method == "POST" else None, basis=basis)
    if request.method == "POST" and asked.is_valid():
        try:
            acting = acting_on(request, form.submission)
            rows = redeliver(form.submission.pk, acting=acting, delivery=asked.part(asked.cleaned_data))
        except Refused as refused:
            asked.refuse(refused.unmet)
        else:
            text = ngettext("%(count)s 件已按您选的方式办理", "%(count)s 件已按您选的方式办理", len(rows))
            messages.success(request, text % {"count": len(rows)})
            return redirect(back)
    context = {"form": asked, "back_url": back, "back_text": _("返回进度")}
    return render(request, "applications/track_again.html", context)


@citizen
@require_safe
def notice(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show the decision notice of a refused application to its applicant."""
    row = get_object_or_404(Application.objects.select_related("submission", "person"), pk=application_id)
    form = _own_form(request, row.submission.reference)
    words = services.decision_notice(row)
    if words is None:
        raise Http404
    back = reverse("applications:track", args=[form.submission.reference])
    context = {"notice": words, "back_url": back, "back_text": _("返回进度")}
    return render(request, "applications/track_notice.html", context)


def _own_form(request: HttpRequest, reference: str) -> TrackedForm:
    """Return a filed form of the signed-in citizen; unknown and foreign references look the same."""
    try:
        submission = forms_of(user_of(request)).select_related("beneficiary").get(reference=reference)
    except Submission.DoesNotExist:
        raise Http404 from None
    choose(request, submission.beneficiary)
    return track([submission])[0]
