"""Owns who may have what, and how: the conditions as functions with reasons, and the verdict that follows."""

from applications.eligibility.documents import unmet_of_document
from applications.eligibility.endorsements import offered, unmet_of_endorsement, variants
from applications.eligibility.person import MINIMUM_AGE, group_of, unmet_of_person
from applications.eligibility.shapes import ENDORSE, Facts, Held, Live, Want
from applications.eligibility.verdict import (
    Channel,
    Verdict,
    channel_of,
    item_of,
    judge,
    unmet,
    unmet_of_applicant,
    unmet_of_want,
)

__all__ = [
    "ENDORSE",
    "MINIMUM_AGE",
    "Channel",
    "Facts",
    "Held",
    "Live",
    "Verdict",
    "Want",
    "channel_of",
    "group_of",
    "item_of",
    "judge",
    "offered",
    "unmet",
    "unmet_of_applicant",
    "unmet_of_document",
    "unmet_of_endorsement",
    "unmet_of_person",
    "unmet_of_want",
    "variants",
]
