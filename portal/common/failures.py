"""Pages for requests that fail: same frame as every page, plain words, a way on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


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


def too_many(request: HttpRequest, *, minutes: int) -> HttpResponse:
    """Answer somebody who tried too often, with the wait in minutes."""
    response = render(request, "errors/429.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(minutes * 60)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after a fault of ours."""
    return render(request, "errors/500.html", status=500)
