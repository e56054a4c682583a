"""Middleware: failures become pages a person can use, and personal pages are never cached."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.common import failures
from portal.common.gateway import NotReady

NOT_ALLOWED = 405
Handler = Callable[[HttpRequest], HttpResponse]


class FailureBoundary:
    """Answers 503 with Retry-After when the database is away: nothing was lost, the person may try again."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn a lost database, or a catalogue not loaded yet, into 503; everything else goes on to Django."""
        passing = isinstance(exception, NotReady) or failures.is_database_away(exception)
        return failures.unavailable(request, exception) if passing else None


class NoBlankPage:
    """Gives an address that only takes forms some words for a person who opens it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Fill the empty answer; its status and headers stay."""
        response = self.get_response(request)
        if response.status_code == NOT_ALLOWED and request.accepts("text/html") and request.method == "GET":
            response.content = failures.words_of_not_allowed(request)
        return response


class NoNullCharacter:
    """Refuses an address with a NUL in it: no row is called so, and PostgreSQL fails when it is asked."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at path and query; what is sent in a form is looked at by its fields."""
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return failures.bad_request(request, ValueError())
        return self.get_response(request)


class NothingCached:
    """Marks every page as not to be stored, unless the view said otherwise (static files never come here)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the header where none is."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
