"""What an applicant sees of a filed form: who acts next, by when, and what has happened."""

from applications.tracking.form import TrackedForm, Turn, drafts_of, forms_of, most_urgent, track
from applications.tracking.public import PublicState, look_up, reference_in

__all__ = [
    "PublicState",
    "TrackedForm",
    "Turn",
    "drafts_of",
    "forms_of",
    "look_up",
    "most_urgent",
    "reference_in",
    "track",
]
