"""A person's wishes, or those of whom they act for: left with one button, taken back with another."""

from typing import cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from applications import checker, wishes
from applications.eligibility import Want
from applications.views.checker import told
from applications.views.own import ask_register, user_of
from documents import catalog
from documents.models import Wish
from portal.accounts.services import acting_for, chosen
from portal.common.access import citizen
from portal.common.forms import CheckboxRows, PortalForm
from portal.common.phrases import titled
from portal.common.unmet import Refused


class WishForm(PortalForm):
    """What somebody waits for: documents, each for a reason, and the endorsements named in the checker."""

    label_is_heading = "wants"
    names = {"wants": gettext_lazy("想办的事项")}
    wants = forms.MultipleChoiceField(
        label=gettext_lazy("哪些开通后要告诉您？"),
        help_text=gettext_lazy("开通时发一次消息给您，随时可以取消。"),
        widget=CheckboxRows(),
    )

    def __init__(self, data: QueryDict | None, *, told: checker.Told) -> None:
        """Offer what can be waited for, with what was answered in the checker chosen already."""
        named = checker.wants_told(told)
        self.offered = {wishes.code_of(want): want for want in [*_documents(), *(w for w in named if w.is_endorsement)]}
        super().__init__(data, initial={"wants": [wishes.code_of(want) for want in named]})
        field = cast("forms.MultipleChoiceField", self.fields["wants"])
        field.choices = [(code, _named(want)) for code, want in self.offered.items()]

    def chosen(self) -> list[Want]:
        """Return the requests chosen; the form is valid."""
        return [self.offered[code] for code in self.cleaned_data["wants"]]


def _documents() -> list[Want]:
    return [
        Want(kind, reason.code)
        for kind in catalog.FORM_KINDS
        for reason in catalog.REASONS.values()
        if reason.is_online and kind in reason.kinds
    ]


def _named(want: Want | Wish) -> str:
    if want.destination:
        return _("%s签注") % catalog.endorsement_label(want.destination, want.letter, want.option)
    return titled(catalog.kind(want.kind).label, catalog.reason(want.reason).label)


@citizen
@require_http_methods(["GET", "HEAD", "POST"])
def wish_list(request: HttpRequest) -> HttpResponse:
    """Show what somebody waits for, or whom they act for, and take more; who is not proven yet is proven first."""
    person = chosen(request)
    if person is None:
        here = urlencode({"next": reverse("applications:wishes")})
        return HttpResponseRedirect(f"{reverse('accounts:identity')}?{here}")
    form = WishForm(request.POST if request.method == "POST" else None, told=told(request))
    trouble = None
    if request.method == "POST" and form.is_valid():
        known = ask_register(person)
        trouble = known.trouble
        if known.known is not None:
            try:
                wishes.leave(form.chosen(), known=known.known, acting=acting_for(user_of(request), person))
            except Refused as refused:
                form.refuse(refused.unmet)
            else:
                messages.success(request, _("记下了，开通时告诉您。"))
                return redirect("applications:wishes")
    rows = [{"wish": wish, "title": _named(wish)} for wish in wishes.wishes_of(person)]
    context = {"form": form, "rows": rows, "trouble": trouble}
    return render(request, "applications/wishes.html", context)


@citizen
@require_POST
def revoke(request: HttpRequest, wish_id: UUID) -> HttpResponse:
    """Take a wish back; somebody else's does not exist."""
    person = chosen(request)
    if person is None or not wishes.revoke(wish_id, acting=acting_for(user_of(request), person)):
        raise Http404
    messages.success(request, _("已取消提醒。"))
    return redirect("applications:wishes")
