"""Where a request goes on to."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def next_of(request: HttpRequest) -> str:
    """Return the page asked for before signing in, or "" when there is none or it lies elsewhere."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if own else ""


def link_to(name: str, after: str) -> str:
    """Return the address of a page that takes along where to go after it."""
    return reverse(name) + (f"?{urlencode({'next': after})}" if after else "")


def onward(name: str, after: str) -> HttpResponseRedirect:
    """Go to a page and take along where to go after it."""
    return HttpResponseRedirect(link_to(name, after))


def arrive(after: str, *, otherwise: str) -> HttpResponseRedirect:
    """Go to the page wanted before, or to the one called `otherwise`."""
    return HttpResponseRedirect(after or resolve_url(otherwise))
