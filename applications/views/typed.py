"""What was posted to a page after its session had ended: kept, sealed, until its owner has signed in again."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict

from applications import pages
from portal.common import crypto
from portal.common.throttle import address_of, spend

_KEY = "typed"
# The longest page in full, its characters written as %XX; more is no page of ours.
MOST_BYTES = 16 * 1024
# Nobody has proven who they are here: so much may one address have kept in an hour.
LIMIT, WINDOW_SECONDS = 60, 3600
PageView = Callable[[HttpRequest, UUID, str], HttpResponse]


def keeps_typed(view: PageView) -> PageView:
    """Keep what is posted without a session, then let the view ask for the sign-in; stands outside of `citizen`."""

    @wraps(view)
    def opened(request: HttpRequest, submission_id: UUID, slug: str) -> HttpResponse:
        if request.method == "POST" and not request.user.is_authenticated and slug not in pages.UPLOADING:
            _keep(request)
        return view(request, submission_id, slug)

    return opened


def _keep(request: HttpRequest) -> None:
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    data = typed.urlencode().encode()
    if len(data) > MOST_BYTES or not spend("typed", key=address_of(request), limit=LIMIT, seconds=WINDOW_SECONDS):
        return
    # Signing in keeps this session; the address holds the form's id, which opens for its owner alone.
    sealed = crypto.seal(data, context=f"{_KEY}:{request.path}")
    request.session[_KEY] = {"path": request.path, "sealed": b64encode(sealed).decode()}


def take(request: HttpRequest) -> QueryDict | None:
    """Return, once, what was typed on this page before the sign-in; None when there is nothing."""
    kept = request.session.get(_KEY)
    if request.method != "GET" or not kept or kept["path"] != request.path:
        return None
    del request.session[_KEY]
    try:
        return QueryDict(crypto.open_sealed(b64decode(kept["sealed"]), context=f"{_KEY}:{request.path}"))
    except crypto.SealBroken:
        # Sealed with a key that is gone: the page opens as it was saved.
        return None
