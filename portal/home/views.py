"""The front door: start page, cities, a person's documents, help, privacy, accessibility, source."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from applications.services import Turn, drafts_of, forms_of, track
from documents import catalog
from documents.services import held_by, open_cities
from portal.accounts.divisions import name_of
from portal.accounts.models import User
from portal.accounts.services import chosen
from portal.common import clock
from portal.common.access import citizen, public
from portal.home import held, start, turns

# Older forms are on the page of all applications.
FORMS_SHOWN = 10


@public
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Say who can, what it costs, how long it takes and what is needed, before anything is asked."""
    offers = start.kinds()
    context = {"kinds": offers, "facts": start.facts(offers), "cities_count": len(open_cities(clock.today()))}
    return render(request, "home/start.html", context)


@public
@require_safe
def cities(request: HttpRequest) -> HttpResponse:
    """List the cities whose residents may apply online, by the day they opened."""
    openings = start.openings()
    context = {"openings": openings, "count": sum(len(opening.cities) for opening in openings)}
    return render(request, "home/cities.html", context)


@citizen
@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """Show a person's documents and whose turn it is; who is not proven yet sees how to get there."""
    # The decorator let nobody else in.
    user = cast("User", request.user)
    person = chosen(request)
    if person is None:
        context: dict[str, object] = {"turn": turns.identity_turn(user)}
        return render(request, "home/documents.html", context)
    forms = track(forms_of(user).filter(beneficiary=person)[:FORMS_SHOWN])
    rows = held_by(person)
    living = [row for row in rows if not row.end_code]
    turn, form = turns.first_turn(forms, drafts_of(user).filter(beneficiary=person).first(), living)
    context = {
        "person": person,
        "turn": turn or Turn(""),
        "turn_form": form,
        "documents": held.shown(living, person, forms),
        "ended": held.ended(rows),
    }
    return render(request, "home/documents.html", context)


@public
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Answer what people ask most, in plain words."""
    today = clock.today()
    free = [
        {"province": name_of(rule.province) or rule.province, "rule": rule}
        for rule in catalog.FREE_POSTAGE.values()
        if rule.ground.holds_on(today)
    ]
    return render(request, "home/help.html", {**_terms(), "free_postage": free})


@public
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say which data is kept, why, for how long, and who sees it."""
    return render(request, "home/privacy.html", _terms())


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say what was measured, and what is not reached."""
    return render(request, "home/accessibility.html")


@public
@require_safe
def source(request: HttpRequest) -> HttpResponse:
    """Say what this software is, under which licence, and where it comes from."""
    return render(request, "home/source.html", {"address": getattr(settings, "SOURCE_URL", "")})


def _terms() -> dict[str, object]:
    return {code: catalog.term(code).amount for code in ("online", "production", "correction", "payment", "acceptance")}
