"""Citizens' pages: who helps them, whom they help, and for whom they act now."""

from datetime import timedelta
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts import helping, representing, services
from portal.accounts.forms import HelperForm, OwnCodeForm
from portal.accounts.models import Authorisation, User
from portal.accounts.views.way import next_of
from portal.common import clock
from portal.common.access import citizen
from portal.common.masking import mask_name, mask_phone
from portal.common.phrases import remark
from portal.common.throttle import address_of
from portal.common.unmet import Refused

OWN_CODE = "own_code"
HUB = "accounts:helpers"

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@citizen
@require_safe
def helpers(request: HttpRequest) -> HttpResponse:
    """Show who helps the person, whom they help, what waits for their word, and for whom they act now."""
    user = cast("User", request.user)
    person = services.person_of(user)
    rows = list(helping.authorisations_of(person)) if person else []
    context = {
        "person": person,
        "invitations": [_shown(row) for row in helping.invitations_to(user)],
        "given": [_shown(row) for row in rows if person and row.beneficiary_id == person.pk],
        "held": [_shown(row) for row in rows if person and row.helper_id == person.pk],
        "may_authorise": person is not None and not helping.unmet_to_authorise(person),
    }
    return render(request, "accounts/helping/helpers.html", context)


def _shown(row: Authorisation) -> dict[str, object]:
    return {
        "row": row,
        "beneficiary": mask_name(row.beneficiary.name),
        "helper": mask_name(row.helper.name) if row.helper else "",
        "phone": mask_phone(row.phone),
        "is_active": row.status == "active",
        "answer_by": clock.midnight(helping.last_day_to_answer(row) + timedelta(days=1)),
        "may_act": row in Authorisation.objects.in_force(),
    }


@citizen
@get_or_post
def invite(request: HttpRequest) -> HttpResponse:
    """Let an older person name a helper and a last day; the first button sends a code, the second uses it."""
    user = cast("User", request.user)
    person = services.person_of(user)
    if person is None:
        return _proof_first("accounts:helper_invite")
    if helping.unmet_to_authorise(person):
        return redirect(HUB)
    form = HelperForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        if "send" in request.POST:
            form.refuse(helping.unmet_to_invite(person, phone=told["phone"], ends_on=told["ends_on"]))
            if not form.errors:
                _send_code(request, user, form)
        else:
            try:
                helping.invite(
                    person,
                    phone=told["phone"],
                    ends_on=told["ends_on"],
                    code_id=_code_id(request),
                    typed=told["code"],
                )
            except Refused as refused:
                form.refuse(refused.unmet)
            else:
                messages.success(request, _("邀请已发出。请告诉对方登录本网站确认，7 天内有效。"))
                return redirect(HUB)
    return render(request, "accounts/helping/invite.html", _with_code(form, user))


@citizen
@get_or_post
def answer(request: HttpRequest, authorisation_id: UUID) -> HttpResponse:
    """Let the helper who was invited agree, with a code to their own phone, or turn it down."""
    user = cast("User", request.user)
    row = get_object_or_404(helping.invitations_to(user), pk=authorisation_id)
    if request.method == "POST" and "decline" in request.POST:
        return _declined(request, row, user)
    person = services.person_of(user)
    if person is None:
        return _proof_first("accounts:helper_answer", row.pk)
    form = OwnCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if "send" in request.POST:
            form.refuse(helping.unmet_to_help(row, person))
            if not form.errors:
                _send_code(request, user, form)
        else:
            try:
                helping.accept(row, helper=person, code_id=_code_id(request), typed=form.cleaned_data["code"])
            except Refused as refused:
                form.refuse(refused.unmet)
            else:
                messages.success(request, _("授权已生效，现在可以替对方办理。"))
                return redirect(HUB)
    context = {
        **_with_code(form, user),
        "row": row,
        "beneficiary": mask_name(row.beneficiary.name),
    }
    return render(request, "accounts/helping/answer.html", context)


def _declined(request: HttpRequest, row: Authorisation, user: User) -> HttpResponse:
    try:
        helping.decline(row, user=user)
    except Refused as refused:
        _say(request, refused)
    else:
        messages.success(request, _("已告诉对方您没有同意。"))
    return redirect(HUB)


@citizen
@require_POST
def revoke(request: HttpRequest, authorisation_id: UUID) -> HttpResponse:
    """End an authorisation at once, from either side."""
    person = services.person_of(cast("User", request.user))
    row = helping.authorisations_of(person).filter(pk=authorisation_id).first() if person else None
    if person is None or row is None:
        raise Http404
    try:
        helping.revoke(row, person=person)
    except Refused as refused:
        _say(request, refused)
    else:
        messages.success(request, _("授权已解除，马上生效。"))
    return redirect(HUB)


@citizen
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Act for somebody else from now on, or for oneself again (`person` empty)."""
    user, wanted = cast("User", request.user), request.POST.get("person", "")
    if not wanted:
        request.session.pop(representing.CHOSEN, None)
        return HttpResponseRedirect(next_of(request) or resolve_url("home:documents"))
    try:
        person = representing.represented_by(user).filter(pk=UUID(wanted)).first()
    except ValueError:
        person = None
    if person is None:
        messages.error(request, _("现在不能替这个人办理。请看下面的授权。"))
        return redirect(HUB)
    representing.choose(request, person)
    return HttpResponseRedirect(next_of(request) or resolve_url("home:documents"))


def _proof_first(name: str, *args: object) -> HttpResponse:
    return HttpResponseRedirect(reverse("accounts:identity") + "?" + urlencode({"next": reverse(name, args=args)}))


def _send_code(request: HttpRequest, user: User, form: OwnCodeForm) -> None:
    """Send a code to the person's own phone and remember its key; a refusal stands at the field of the code."""
    try:
        code_id = services.send_own_code(user, address=address_of(request), language=get_language() or "zh-hans")
    except Refused as refused:
        for reason in refused.unmet:
            form.add_error("code", remark(reason.text, reason.remedy))
    else:
        request.session[OWN_CODE] = str(code_id)


def _code_id(request: HttpRequest) -> UUID | None:
    value = request.session.get(OWN_CODE)
    return UUID(value) if value else None


def _with_code(form: OwnCodeForm, user: User) -> dict[str, object]:
    """Return what a form that is confirmed by a code shows: the code's field only once a code was asked for."""
    # Asked for first: a form is checked with all its fields.
    sent = not form.errors and "send" in form.data
    asks_code = form.asks_code
    if not asks_code:
        del form.fields["code"]
    elif sent:
        form.fields["code"].widget.attrs["autofocus"] = True
    return {"form": form, "phone": mask_phone(user.phone), "asks_code": asks_code, "sent": sent}


def _say(request: HttpRequest, refused: Refused) -> None:
    for reason in refused.unmet:
        messages.error(request, remark(reason.text, reason.remedy))
