"""Owns the rules run again after filing: what counts as at filing, and what is looked up afresh."""

from collections.abc import Sequence
from dataclasses import replace

from applications import eligibility, facts
from applications.eligibility import ENDORSE, Facts, Want
from applications.models import Submission
from documents.services import revision_called, scope
from portal.common.unmet import Unmet

# A permit asked for on the form carries its endorsements until it is issued; then the card itself is looked at.
_TO_COME = ("filed", "returned", "accepted", "approved", "paid", "producing")


def unmet_again(submission: Submission, wants: Sequence[Want], known: facts.Known) -> list[Unmet]:
    """Return what the rules say now against requests of a filed form; `known` was gathered just before.

    Age, old documents, fingerprints and place count as at filing, state employment, service and exit bars are those
    of now. So is what an endorsement stands on: its permit may have been lost, ended or replaced since, and another
    of its type and place may have been issued. How long it runs counts from the day of filing: nobody loses it to
    the time that the portal took.
    """
    judged = facts.stated(known.facts.as_filed(facts.from_json(submission.facts)), submission.answers)
    opened, channel = scope(revision_called(submission.revision)), eligibility.Channel(submission.channel)
    found = eligibility.unmet_of_applicant(judged, opened, channel=channel)
    for want in wants:
        if want.is_endorsement:
            on_card = _with_cards_of_now(judged, submission, known)
            form = _to_come(submission)
            found += eligibility.unmet_of_want(on_card, want, opened, wants=form, channel=channel)
        else:
            found += eligibility.unmet_of_want(judged, want, opened, channel=channel)
    return found


def _with_cards_of_now(judged: Facts, submission: Submission, known: facts.Known) -> Facts:
    cards = tuple(one for one in known.facts.holds if one.state == "valid" and one.expires_on >= known.facts.on)
    return facts.endorsed(replace(judged, holds=cards), submission.beneficiary, submission.answers)


def _to_come(submission: Submission) -> list[Want]:
    """Return what the form asks for, without the permits that are issued already or never will be."""
    permits = submission.applications.exclude(category=ENDORSE)
    coming = set(permits.filter(status__in=_TO_COME).values_list("kind", flat=True))
    return [one for one in facts.wants(submission.answers) if one.is_endorsement or one.kind in coming]
