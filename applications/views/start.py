"""The way in after the checker: identity first, then the open draft or a new one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from applications import checker, services
from applications.pages import gather_shots, pages_of, survey
from applications.views.checker import told
from applications.views.own import acting_on, own_submission, user_of
from documents import catalog
from portal.accounts.services import acting_for, chosen
from portal.common.access import citizen


@citizen
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Open the draft, or offer the one that is open already; who is not proven yet is proven first."""
    user = user_of(request)
    person = chosen(request)
    if person is None:
        here = urlencode({"next": reverse("applications:start")})
        return HttpResponseRedirect(f"{reverse('accounts:identity')}?{here}")
    draft = services.open_draft(person)
    requests, trips = checker.requests_told(told(request)), checker.endorsements_told(told(request))
    if request.method == "POST" and draft is None:
        draft = services.start(user, person)
        if (requests or trips) and not draft.answers:
            parts = {"requests": requests, "endorsements": trips}
            services.save_parts(draft.pk, parts, acting=acting_for(user, person))
        return redirect("applications:tasks", draft.pk)
    context: dict[str, object] = {"draft": draft, "back_url": reverse("applications:checker")}
    if draft:
        done = survey(draft, gather_shots(draft))
        context |= {"done": sum(item.is_done for item in done), "total": len(pages_of(draft))}
    kinds = [str(catalog.kind(kind).short_name) for kind in requests]
    context["wanted"] = _("、").join(
        [*kinds, *(_("%(place)s签注") % {"place": catalog.DESTINATIONS[place]} for place in trips)]
    )
    return render(request, "applications/start.html", context)


@citizen
@require_POST
def discard(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Throw the open draft away on its owner's request; a filed form stays."""
    submission = own_submission(request, submission_id)
    services.discard(submission.pk, acting=acting_on(request, submission))
    messages.success(request, _("草稿已删除。"))
    return redirect("applications:start")
