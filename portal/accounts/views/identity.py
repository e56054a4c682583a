"""Citizens' pages: prove who one is, with or without a face."""

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts import services
from portal.accounts.forms import ClaimForm, FaceConsentForm, WayForm
from portal.accounts.lifecycle import FACE_TRIES
from portal.accounts.models import User
from portal.accounts.views.way import next_of, onward
from portal.common.access import citizen
from portal.common.unmet import Refused

AGREED, AFTER = "identity_agreed", "identity_next"
HUB = "accounts:identity"

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@citizen
@require_safe
def identity(request: HttpRequest) -> HttpResponse:
    """Say how the proof stands, who acts next and what can be done; one template for each state."""
    user = cast("User", request.user)
    after = next_of(request)
    if after:
        request.session[AFTER] = after
    proof = services.proof_of(user)
    context = {"proof": proof, "after": request.session.get(AFTER, ""), "face_tries": FACE_TRIES}
    if services.person_of(user):
        return render(request, "accounts/identity/proved.html", context)
    if proof is None:
        return onward("accounts:identity_way", "")
    context["tries_left"] = max(FACE_TRIES - proof.face_failures, 0)
    context["may_ask_an_officer"] = services.may_ask_an_officer(proof)
    return render(request, f"accounts/identity/{proof.status}.html", context)


@citizen
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Give the part of the waiting page that scripts refresh."""
    proof = services.proof_of(cast("User", request.user))
    waiting = proof is not None and services.is_comparing(proof)
    return render(request, "accounts/identity/_waiting.html", {"is_waiting": waiting, "hub": reverse(HUB)})


@citizen
@get_or_post
def way(request: HttpRequest) -> HttpResponse:
    """Ask how to prove it, both ways side by side, and for the consent to the check."""
    user = cast("User", request.user)
    if _is_past_choosing(user):
        return onward(HUB, "")
    form = WayForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        request.session[AGREED] = True
        if form.cleaned_data["way"] == WayForm.FACE:
            return onward("accounts:identity_face_consent", "")
        return _start(user, without_face=True)
    return render(request, "accounts/identity/way.html", {"form": form})


@citizen
@get_or_post
def face_consent(request: HttpRequest) -> HttpResponse:
    """Ask for the separate consent to the comparison of the face, with the other way in sight."""
    user = cast("User", request.user)
    if _is_past_choosing(user):
        return onward(HUB, "")
    if not request.session.get(AGREED):
        return onward("accounts:identity_way", "")
    form = FaceConsentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _start(user, without_face=False)
    return render(request, "accounts/identity/face_consent.html", {"form": form})


@citizen
@get_or_post
def details(request: HttpRequest) -> HttpResponse:
    """Ask for name, number and picture; a second press of the button lands on the same waiting page."""
    user = cast("User", request.user)
    proof = services.proof_of(user)
    if proof is None or not services.may_submit(proof):
        return onward(HUB, "")
    bound = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ClaimForm(*bound, proof=proof)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            services.submit_proof(
                proof,
                name=cleaned["name"],
                number=cleaned["citizen_number"],
                picture=cleaned.get("picture"),
                acting=user.acting,
            )
        except Refused as refused:
            if any(reason.code == "state" for reason in refused.unmet):
                return onward(HUB, "")
            form.refuse(refused.unmet)
        else:
            return HttpResponseRedirect(reverse(HUB))
    context = {"form": form, "may_ask_an_officer": services.may_ask_an_officer(proof)}
    return render(request, "accounts/identity/details.html", context)


@citizen
@require_POST
def by_hand(request: HttpRequest) -> HttpResponse:
    """Hand the proof to an officer on the person's wish."""
    user = cast("User", request.user)
    proof = services.proof_of(user)
    if proof is not None and services.may_ask_an_officer(proof):
        services.ask_an_officer(proof, acting=user.acting)
    return onward(HUB, "")


def _start(user: User, *, without_face: bool) -> HttpResponse:
    """Record the consents and go on to the claim."""
    try:
        services.start_proof(user, without_face=without_face)
    except Refused:
        # Proven meanwhile, on another device: the overview says so.
        return onward(HUB, "")
    return onward("accounts:identity_details", "")


def _is_past_choosing(user: User) -> bool:
    """Tell whether the way can no longer be chosen: proven, or in somebody else's hands."""
    if services.person_of(user):
        return True
    proof = services.proof_of(user)
    return proof is not None and services.is_open(proof) and not services.may_submit(proof)
