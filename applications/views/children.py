"""Guardians' pages: children in their care, and the consent to what another guardian filed."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from applications import consenting, consents, services
from applications.models import GuardianConsent
from applications.views.own import user_of
from applications.views.tasks import asked_for
from documents.services import MINOR, scope_on
from portal.accounts.services import choose, person_of, take_into_care
from portal.common import clock
from portal.common.access import citizen
from portal.common.forms import PortalForm
from portal.common.gateway import GatewayDown
from portal.common.masking import mask_name
from portal.common.phrases import remark
from portal.common.unmet import Refused, Unmet

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


class ChildForm(PortalForm):
    """Whose guardian somebody is."""

    name = forms.CharField(
        label=gettext_lazy("孩子的姓名"), widget=forms.TextInput(attrs={"class": "govuk-input--width-20"})
    )
    citizen_number = forms.CharField(
        label=gettext_lazy("孩子的公民身份号码"),
        help_text=gettext_lazy("18 位，在户口簿或者孩子的身份证上。只用来向登记系统核对监护关系。"),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )


@citizen
@get_or_post
def child(request: HttpRequest) -> HttpResponse:
    """Let a guardian name a child, have both registers asked, and act for the child from then on."""
    user = user_of(request)
    person = person_of(user)
    if person is None:
        here = urlencode({"next": reverse("applications:child")})
        return HttpResponseRedirect(f"{reverse('accounts:identity')}?{here}")
    is_open = scope_on(clock.today()).opens_to(MINOR)
    form = ChildForm(request.POST if request.method == "POST" and is_open else None)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        try:
            found = take_into_care(person, name=told["name"], number=told["citizen_number"])
        except Refused as refused:
            form.refuse(refused.unmet)
        else:
            choose(request, found)
            return redirect("applications:start")
    return render(request, "applications/guardians/child.html", {"form": form, "is_open": is_open})


@citizen
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Show the consents asked of a guardian, and those given."""
    person = person_of(user_of(request))
    rows = [_shown(row) for row in consents.asked_of(person)] if person else []
    # What waits for an answer stands first.
    rows.sort(key=lambda one: not one["is_asked"])
    context = {"rows": rows, "is_proven": person is not None}
    return render(request, "applications/guardians/consents.html", context)


@citizen
@get_or_post
def consent(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Let a guardian agree to a child's form, or not; until then nothing of it is approved or paid for."""
    person = person_of(user_of(request))
    rows = consents.asked_of(person) if person else GuardianConsent.objects.none()
    row = get_object_or_404(rows, pk=consent_id)
    problems: list[Unmet] = []
    if request.method == "POST" and person is not None:
        act = consenting.decline if "decline" in request.POST else consenting.give
        try:
            act(row, person=person)
        except Refused as refused:
            problems = refused.unmet
        except GatewayDown:
            problems = [Unmet("down", _("登记系统没有应答。"), remedy=_("请过几分钟再试。"))]
        else:
            messages.success(request, _("您的答复已经记下，另一位监护人也会收到通知。"))
            return redirect("applications:consents")
    context = {
        **_shown(row),
        **asked_for(row.submission),
        "problems": [{"text": remark(one.text, one.remedy)} for one in problems],
    }
    return render(request, "applications/guardians/consent.html", context)


def _shown(row: GuardianConsent) -> dict[str, object]:
    state = consents.CONSENT.states[row.status]
    is_late = state.open and row.answer_by <= clock.now()
    return {
        "row": row,
        "child": mask_name(row.submission.beneficiary.name),
        "state": consents.CONSENT.states["expired"].label if is_late else state.label,
        "is_asked": state.open and not is_late,
        "by": row.answer_by,
        "receipts": [services.spoken(one.receipt) for one in row.submission.applications.order_by("position")],
    }
