"""Owns the papers of a whole form: each once, whatever number of requests needs it."""

from collections.abc import Iterator, Sequence

from applications.eligibility.endorsements import variants
from applications.eligibility.person import MINIMUM_AGE
from applications.eligibility.shapes import REPORTED, Facts, Want
from documents import catalog

_EXPLAINED = (*REPORTED, "damaged")


def materials_of(facts: Facts, wants: Sequence[Want], *, at_window: bool) -> tuple[catalog.Material, ...]:
    """Return the papers of a form in the order of the catalogue; online, what the portal has already is not a paper."""
    needed = set(_of_form(facts, wants)) if at_window else set()
    for want in wants:
        needed.update(_of_endorsement(facts, want) if want.is_endorsement else _of_document(want, at_window=at_window))
    return tuple(row for code, row in catalog.MATERIALS.items() if code in needed)


def _of_form(facts: Facts, wants: Sequence[Want]) -> Iterator[str]:
    yield "photo"
    yield "identity_card"
    if catalog.age_on(facts.born, facts.on) < MINIMUM_AGE:
        yield "guardian"
    if facts.state_employee or facts.military:
        yield "unit_consent"
    if any(want.identity_changed or want.reason == "identity_changed" for want in wants):
        yield "change_proof"


def _of_document(want: Want, *, at_window: bool) -> Iterator[str]:
    if want.reason in _EXPLAINED:
        yield "loss_statement"
    if at_window and want.asked != "first" and want.reason not in REPORTED:
        yield "old_document"


def _of_endorsement(facts: Facts, want: Want) -> Iterator[str]:
    rows = variants(facts, want)
    if not rows:
        return
    row = rows[0]
    # The residence permit counts only where the household does not qualify already.
    is_covered = not row.places or catalog.is_in(row.places, facts.hukou_code, on=facts.on)
    for code in row.materials:
        if code != "residence_permit" or not is_covered:
            yield code
