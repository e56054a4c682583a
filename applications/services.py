"""The public face of the applications: what other floors and the views may ask."""

from applications.applicant import correct, withdraw
from applications.drafts import discard, may_edit, open_draft, reopened_pages, save_page, start
from applications.facts import Known, gather
from applications.filing import Filed, file
from applications.review import accept, approve, claim, claim_next, lapse, refuse, release, return_for_correction
from applications.settlement import payable, record_payment

__all__ = [
    "Filed",
    "Known",
    "accept",
    "approve",
    "claim",
    "claim_next",
    "correct",
    "discard",
    "file",
    "gather",
    "lapse",
    "may_edit",
    "open_draft",
    "payable",
    "record_payment",
    "refuse",
    "release",
    "reopened_pages",
    "return_for_correction",
    "save_page",
    "start",
    "withdraw",
]
