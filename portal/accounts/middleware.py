"""Officials' sessions end earlier than citizens': after two idle hours, and after eight in any case."""

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from portal.common import clock

IDLE_SECONDS = 2 * 3600
ABSOLUTE_SECONDS = 8 * 3600
# The stamp is rewritten at most once a minute: not every page view must write the session.
STAMP_SECONDS = 60

SINCE, SEEN = "official_since", "official_seen"


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
