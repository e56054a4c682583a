"""Who may open a view: every view carries exactly one decision, marked and enforced here.

A view is decorated with one of `public`, `citizen`, `official(…)`, `provider`, `development`. A class-based view is
decorated as a class. A test walks the URL configuration and refuses a view without a decision.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme

View = TypeVar("View", bound=Callable[..., Any])
Guard = Callable[[HttpRequest], HttpResponseBase | None]

OFFICIAL_ROLES = ("officer", "supervisor", "auditor")
STAFF_SIGN_IN = "accounts:staff_sign_in"
PROVIDER = "provider"
UNAUTHORIZED = 401


def public(view: View) -> View:
    """Let everybody in, signed in or not."""
    return _guarded(view, "public", lambda _request: None)


def citizen(view: View) -> View:
    """Let a signed-in citizen in; others are sent to the sign-in page, officials are refused.

    Which rows the citizen may see is not decided here: the view looks them up among the citizen's own.
    """
    return _guarded(view, "citizen", _citizen_guard)


def official(*roles: str) -> Callable[[View], View]:
    """Let officials of these roles in (all three when none is named), with the second factor verified.

    Raises ValueError for a role that does not exist. Jurisdiction is checked where the row is looked up.
    """
    wanted = roles or OFFICIAL_ROLES
    unknown = set(wanted) - set(OFFICIAL_ROLES)
    if unknown:
        message = f"unknown official roles: {', '.join(sorted(unknown))}"
        raise ValueError(message)

    def guard(request: HttpRequest) -> HttpResponseBase | None:
        return _official_guard(request, wanted)

    def mark(view: View) -> View:
        return _guarded(view, "official:" + ",".join(wanted), guard)

    return mark


def provider(view: View) -> View:
    """Let an outside system's signed call in: POST only, no CSRF token, nobody's session.

    The view proves the signature before it believes a word, and answers 400, 401 or 403 when there is none.
    """
    return _guarded(view, PROVIDER, _provider_guard)


def development(view: View) -> View:
    """Let everybody in under development settings; elsewhere the page does not exist."""
    return _guarded(view, "development", _development_guard)


def _guarded(view: View, decision: str, guard: Guard) -> View:
    """Wrap a view function, or a view class by its dispatch, with a guard that may answer in its place."""
    if isinstance(view, type):
        name: Any = "dispatch"

        def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
            return _guarded(function, decision, guard)

        return cast("View", method_decorator(wrap, name=name)(view))

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        answer = guard(request)
        return view(request, *args, **kwargs) if answer is None else answer

    opened.access = decision  # type: ignore[attr-defined]
    opened.csrf_exempt = decision == PROVIDER  # type: ignore[attr-defined]
    return cast("View", opened)


def _citizen_guard(request: HttpRequest) -> HttpResponseBase | None:
    user = request.user
    if not user.is_authenticated:
        if _wants_json(request):
            return HttpResponse(status=UNAUTHORIZED)
        return redirect_to_login(_page_of(request))
    if user.staff_code:
        raise PermissionDenied
    return None


def _official_guard(request: HttpRequest, roles: tuple[str, ...]) -> HttpResponseBase | None:
    user: Any = request.user
    if user.is_authenticated and not user.is_staff:
        raise PermissionDenied
    if not user.is_authenticated or not user.is_verified():
        return redirect_to_login(_page_of(request), reverse(STAFF_SIGN_IN))
    if user.officer.role not in roles:
        raise PermissionDenied
    return None


def _provider_guard(request: HttpRequest) -> HttpResponseBase | None:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    request.user = AnonymousUser()
    return None


def _development_guard(_request: HttpRequest) -> HttpResponseBase | None:
    if not settings.DEVELOPMENT_PAGES:
        raise Http404
    return None


def _page_of(request: HttpRequest) -> str:
    """Return the page to come back to after signing in: of a form that was sent, the page it stood on."""
    asked = request.get_full_path()
    if request.method in ("GET", "HEAD"):
        return asked
    # An address that only takes forms would be a dead end: signing in leads on with a GET.
    page = request.headers.get("referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return asked
    parts = urlsplit(page)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("accept", "").startswith("application/json")
