"""Pages for requests that fail: same frame as every page, plain words, a way on."""

import logging
import sys

from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

log = logging.getLogger(__name__)

RETRY_SECONDS = 5


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's own signature
    """Explain an expired form: what was saved stays, the page has to be opened again."""
    return render(request, "errors/403.html", {"expired": True}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's own signature
    """Answer a request that could not be read."""
    return render(request, "errors/400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's own signature
    """Answer a request for something that is not this person's."""
    return render(request, "errors/403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's own signature
    """Answer an address that does not exist."""
    return render(request, "errors/404.html", status=404)


def words_of_not_allowed(request: HttpRequest) -> str:
    """Return the page for somebody who opens an address that only takes forms."""
    return render_to_string("errors/405.html", request=request)


def too_many(request: HttpRequest, *, minutes: int) -> HttpResponse:
    """Answer somebody who tried too often, with the wait in minutes."""
    response = render(request, "errors/429.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(minutes * 60)
    return response


def is_database_away(error: BaseException | None) -> bool:
    """Tell whether an error means that the database does not answer now."""
    return isinstance(error, OperationalError | InterfaceError)


def unavailable(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Answer while the database is away: nothing was lost, the person may try again in a moment."""
    log.error("database away: %s", type(error).__name__)
    # Who is signed in is in the database too: the page must not ask.
    request.user = AnonymousUser()
    try:
        response = render(request, "errors/503.html", status=503)
    except DatabaseError:
        response = HttpResponse(status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after a fault of ours; one of the database outside a view, in the session for instance, is no fault."""
    error = sys.exc_info()[1]
    if error is not None and is_database_away(error):
        return unavailable(request, error)
    return render(request, "errors/500.html", status=500)
