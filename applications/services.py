"""The public face of the applications: what other floors and the views may ask."""

from applications.applicant import correct, withdraw
from applications.casework import (
    PURPOSES,
    Look,
    assess,
    declare_unproducible,
    find,
    hand_over,
    in_order,
    is_held,
    is_held_by,
    label_of,
    look,
    officers_for,
    open_to,
    reassign,
    state_label,
    unmask,
    unmet_before_approval,
)
from applications.consents import people_beside
from applications.counter import open_form, take_in
from applications.drafts import discard, open_draft, save_page, save_parts, start
from applications.drafts import forget as forget_draft
from applications.extension import (
    EXTENSIONS,
    ask_elsewhere,
    decline_extension,
    extend,
    extensions_for,
    note_answer,
    propose_extension,
)
from applications.facts import Known, gather
from applications.filing import Filed, file
from applications.fulfilment import collect, send_again
from applications.grounds import Refusal, refusals_for
from applications.materials import Paper, open_file, papers_of
from applications.materials import Standing as PaperStanding
from applications.messages import told_of
from applications.notices import Notice, decision_notice
from applications.pictures import ask_human as ask_human_about_picture
from applications.pictures import receive as receive_picture
from applications.queues import QUEUES, Queue, placed
from applications.queues import count as count_queues
from applications.receipts import spoken
from applications.reopening import may_edit, reopened_pages
from applications.review import (
    accept,
    approve,
    claim,
    claim_next,
    corrections_for,
    lapse,
    refuse,
    release,
    return_for_correction,
)
from applications.settlement import payable, record_payment
from applications.terms import window_due
from applications.tracking import TrackedForm, Turn, drafts_of, forms_of, most_urgent, track
from applications.urgency import confirm as confirm_urgency
from applications.urgency import decline as decline_urgency
from applications.urgency import proof_of as proof_of_urgency
from applications.window import Outlook, asked_in_checker, asked_on_form, outlook

__all__ = [
    "EXTENSIONS",
    "PURPOSES",
    "QUEUES",
    "Filed",
    "Known",
    "Look",
    "Notice",
    "Outlook",
    "Paper",
    "PaperStanding",
    "Queue",
    "Refusal",
    "TrackedForm",
    "Turn",
    "accept",
    "approve",
    "ask_elsewhere",
    "ask_human_about_picture",
    "asked_in_checker",
    "asked_on_form",
    "assess",
    "claim",
    "claim_next",
    "collect",
    "confirm_urgency",
    "correct",
    "corrections_for",
    "count_queues",
    "decision_notice",
    "declare_unproducible",
    "decline_extension",
    "decline_urgency",
    "discard",
    "drafts_of",
    "extend",
    "extensions_for",
    "file",
    "find",
    "forget_draft",
    "forms_of",
    "gather",
    "hand_over",
    "in_order",
    "is_held",
    "is_held_by",
    "label_of",
    "lapse",
    "look",
    "may_edit",
    "most_urgent",
    "note_answer",
    "officers_for",
    "open_draft",
    "open_file",
    "open_form",
    "open_to",
    "outlook",
    "papers_of",
    "payable",
    "people_beside",
    "placed",
    "proof_of_urgency",
    "propose_extension",
    "reassign",
    "receive_picture",
    "record_payment",
    "refusals_for",
    "refuse",
    "release",
    "reopened_pages",
    "return_for_correction",
    "save_page",
    "save_parts",
    "send_again",
    "spoken",
    "start",
    "state_label",
    "take_in",
    "told_of",
    "track",
    "unmask",
    "unmet_before_approval",
    "window_due",
    "withdraw",
]
