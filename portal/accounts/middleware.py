"""Sessions: officials' end earlier than citizens', and whoever acts for another may still do so, or is told."""

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.accounts.representing import CHOSEN, NoLeave, represented_by
from portal.common import clock

IDLE_SECONDS = 2 * 3600
ABSOLUTE_SECONDS = 8 * 3600
# The stamp is rewritten at most once a minute: not every page view must write the session.
STAMP_SECONDS = 60

SINCE, SEEN = "official_since", "official_seen"

REFUSED = 403


def stamp(request: HttpRequest) -> None:
    """Mark the session as an official's, beginning now; it ends by itself unless it is used."""
    # Django counts this anew whenever the session is written, which the middleware below sees to.
    request.session.set_expiry(IDLE_SECONDS)
    request.session[SINCE] = request.session[SEEN] = clock.now().timestamp()


class OfficialSessions:
    """Signs an official out whose session is too old; stands after the middleware that knows the user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check the stamps, then pass the request on."""
        since = request.session.get(SINCE)
        if since is not None:
            now, seen = clock.now().timestamp(), request.session.get(SEEN, 0)
            if now - since > ABSOLUTE_SECONDS or now - seen > IDLE_SECONDS:
                logout(request)
            elif now - seen > STAMP_SECONDS:
                request.session[SEEN] = now
        return self.get_response(request)


class ActsForOthers:
    """Puts on the request for whom the session acts; when that is over, the next request is refused and says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Ask afresh whether the session may act for the person it chose, then pass the request on."""
        request.acts_for = None  # type: ignore[attr-defined]
        chosen = request.session.get(CHOSEN)
        if chosen and request.user.is_authenticated:
            person = represented_by(request.user).filter(pk=chosen).first()
            if person is None:
                return _refuse(request)
            request.acts_for = person  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say so as well where the leave ended between the look at the beginning of a request and its act."""
        return _refuse(request) if isinstance(exception, NoLeave) else None


def _refuse(request: HttpRequest) -> HttpResponse:
    request.session.pop(CHOSEN, None)
    request.acts_for = None  # type: ignore[attr-defined]
    return render(request, "accounts/helping/over.html", status=REFUSED)
