"""The checker's questions in order, and the facts and requests that follow from the answers."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from applications.cities import OTHER
from applications.eligibility import ENDORSE, Facts, Held, Want
from documents import catalog

Told = Mapping[str, Any]

YES, NO, UNSURE = "yes", "no", "unsure"
VALID, SOON, EXPIRED, NEVER = "valid", "soon", "expired", "never"
NO_REASON, NO_CITY = "none", "none"
# Nothing is replaced: something is written into the passport in force.
ANNOTATE = "annotate"
OTHER_IDENTITY, STATE_EMPLOYEE, MILITARY = "other", "state_employee", "military"
HELD, REASON, PURPOSE, OPTION = "held-", "reason-", "purpose-", "option-"
INDIVIDUAL_VISIT = "G"
# How a document stands where the reason is asked for, by whether the shared form has it: cards of others that ran out
# are replaced all the same.
_REPLACED = {True: (None, VALID, SOON), False: (None, VALID, EXPIRED)}
_ADULT_YEARS, _DAYS_LEFT_SOON, _DAYS_LEFT_LONG = 30, 90, 1000


def slug_of(code: str) -> str:
    """Return the code of a kind or destination as it stands in an address."""
    return code.lower().replace("_", "-")


def kind_of(slug: str) -> str | None:
    """Return the code of the kind whose address this is, or None."""
    return next((code for code in catalog.KINDS if slug_of(code) == slug), None)


def destination_of(slug: str) -> str | None:
    """Return the code of the destination whose address this is, or None."""
    return next((code for code in catalog.DESTINATIONS if slug_of(code) == slug), None)


def slugs() -> frozenset[str]:
    """Return the address of every question there is."""
    kinds = {part + slug_of(code) for part in (HELD, REASON) for code in catalog.KINDS}
    trips = {part + slug_of(code) for part in (PURPOSE, OPTION) for code in catalog.DESTINATIONS}
    return frozenset({*kinds, *trips, *_FIRST, *_LAST, "residence"})


_FIRST = ("kinds", "city", "age")
_LAST = ("fingerprints", "mainland", "identity", "changed")
# Asked for the shared form alone: the portal opens it by city, and the other cards ask for the change as a reason.
_OF_THE_FORM = frozenset({"city", "changed"})


def questions(told: Told) -> list[str]:
    """Return the questions that apply, in order; which they are depends on what was told before."""
    asked = list(_FIRST)
    for kind in kinds_told(told):
        if _is_asked_about(kind):
            asked.append(HELD + slug_of(kind))
            if told.get(HELD + slug_of(kind)) in _REPLACED[kind in catalog.FORM_KINDS]:
                asked.append(REASON + slug_of(kind))
    for place in places_told(told):
        asked += [PURPOSE + slug_of(place), OPTION + slug_of(place)]
    asked += [HELD + slug_of(kind) for kind in _permits_under(told)]
    if any(told.get(PURPOSE + slug_of(place)) == INDIVIDUAL_VISIT for place in places_told(told)):
        asked.append("residence")
    for_form = (
        not told.get("kinds") or places_told(told) or any(kind in catalog.FORM_KINDS for kind in kinds_told(told))
    )
    return [slug for slug in [*asked, *_LAST] if for_form or slug not in _OF_THE_FORM]


def _is_asked_about(kind: str) -> bool:
    """Tell whether it matters that one was held before: a paper of one use is given anew each time."""
    return catalog.kind(kind).form is not catalog.Form.PAPER


def _permits_under(told: Told) -> list[str]:
    """Return the permits that endorsements are asked for on and that are not asked for themselves."""
    needed = {catalog.permit_for(place) for place in places_told(told)}
    return [kind for kind in catalog.FORM_KINDS if kind in needed and kind not in kinds_told(told)]


def is_permit_under(told: Told, kind: str) -> bool:
    """Tell whether a permit is only what an endorsement is to be written on."""
    return kind in _permits_under(told)


def first_open(told: Told) -> str | None:
    """Return the first question without an answer, or None when all are answered."""
    return next((slug for slug in questions(told) if slug not in told), None)


def neighbour(told: Told, slug: str, step: int) -> str | None:
    """Return the question before (-1) or after (1) another, or None at either end."""
    asked = questions(told)
    place = asked.index(slug) + step
    return asked[place] if 0 <= place < len(asked) else None


def kinds_told(told: Told) -> list[str]:
    """Return the kinds of document asked for, in the catalogue's order."""
    return [code for code in catalog.KINDS if code in told.get("kinds", [])]


def places_told(told: Told) -> list[str]:
    """Return the destinations endorsements are asked for."""
    return [code for code in catalog.DESTINATIONS if code in told.get("kinds", [])]


def requests_told(told: Told) -> dict[str, dict[str, str]]:
    """Return the documents a new form starts with, so that nothing is asked twice."""
    found = {}
    for kind in kinds_told(told):
        reason = told.get(REASON + slug_of(kind), "")
        is_live = told.get(HELD + slug_of(kind)) in (VALID, SOON)
        if is_live and reason in catalog.REASONS and catalog.reason(reason).is_online:
            found[kind] = {"reason": reason, "statement": ""}
    return found


def endorsements_told(told: Told) -> dict[str, dict[str, str]]:
    """Return the endorsements a new form starts with."""
    return {
        place: {"letter": told[PURPOSE + slug_of(place)], "option": told[OPTION + slug_of(place)]}
        for place in places_told(told)
        if PURPOSE + slug_of(place) in told and OPTION + slug_of(place) in told
    }


def facts_told(told: Told, on: date) -> Facts:
    """Return the facts as somebody tells them; what was not asked counts as nothing in the way."""
    years = _ADULT_YEARS if told.get("age") == YES else 0
    identity = told.get("identity")
    kinds = [*kinds_told(told), *_permits_under(told)]
    residence = told.get("residence")
    return Facts(
        on=on,
        born=date(on.year - years, 1, 1) if years else on,
        hukou_code="" if told.get("city") in (None, OTHER) else str(told["city"]),
        state_employee=identity == STATE_EMPLOYEE,
        military=identity == MILITARY,
        fingerprints=told.get("fingerprints") != NO,
        exit_barred=False,
        in_mainland=told.get("mainland") == YES,
        holds=tuple(_held(told, kind, on) for kind in kinds if _is_held(told, kind)),
        residence_code="" if residence in (None, OTHER, NO_CITY) else str(residence),
    )


def _is_held(told: Told, kind: str) -> bool:
    return str(told.get(HELD + slug_of(kind), NEVER)) != NEVER


def _held(told: Told, kind: str, on: date) -> Held:
    state = told.get(HELD + slug_of(kind))
    if state == EXPIRED:
        return Held(kind, on - timedelta(days=1))
    soon = state == SOON or told.get(REASON + slug_of(kind)) in ("expiring", "card_expiring")
    return Held(kind, on + timedelta(days=_DAYS_LEFT_SOON if soon else _DAYS_LEFT_LONG))


def wants_told(told: Told) -> list[Want]:
    """Return the requests as somebody tells them: documents first, then endorsements."""
    changed = told.get("changed") == YES
    endorsements = [
        Want(
            catalog.permit_for(place),
            category=ENDORSE,
            destination=place,
            letter=str(told.get(PURPOSE + slug_of(place), "")),
            option=str(told.get(OPTION + slug_of(place), "")),
        )
        for place in places_told(told)
    ]
    return [_want(told, kind, changed=changed) for kind in kinds_told(told)] + endorsements


def _want(told: Told, kind: str, *, changed: bool) -> Want:
    state, reason = told.get(HELD + slug_of(kind), NEVER), str(told.get(REASON + slug_of(kind), NO_REASON))
    if state == NEVER:
        return Want(kind, category="first")
    if kind not in catalog.FORM_KINDS:
        return Want(kind, reason, category="" if reason in catalog.REASONS else "replace")
    if state == EXPIRED:
        return Want(kind, category="lapsed", identity_changed=changed)
    if reason == ANNOTATE:
        return Want(kind, category=ANNOTATE)
    return Want(kind, reason, identity_changed=changed)
