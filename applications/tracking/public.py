"""The public look-up: state and day of each application of a form, for whoever knows reference and second secret."""

import re
from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

from django.db.models import OuterRef, Subquery

from applications.lifecycle import LIFECYCLE
from applications.models import Application, Submission
from applications.tracking import words
from documents import catalog
from portal.common.models import Event
from portal.common.unmet import Text

# 24 random bytes in the alphabet of URLs.
REFERENCE = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{32}(?![A-Za-z0-9_-])")


@dataclass(frozen=True)
class PublicState:
    """What anybody with both secrets may know of one application: no names, no numbers, no sums."""

    title: str
    drawing: str
    tag: Text
    tag_kind: str
    tag_icon: str
    since: datetime


def reference_in(typed: str) -> str:
    """Return the reference in what was typed or pasted, a bare one or a whole link; "" where there is none."""
    found = REFERENCE.findall("".join(normalize("NFKC", typed).split()))
    return str(found[-1]) if found else ""


def look_up(reference: str, number_tail: str) -> list[PublicState]:
    """Return the state of each application of a form, nothing when reference or second secret is wrong.

    One query either way: the secret's index is bound to the reference and compared by the database.
    """
    last = Event.objects.filter(subject_id=OuterRef("pk"), seq=OuterRef("event_seq")).values("at")[:1]
    rows = (
        Application.objects.filter(
            submission__reference=reference, submission__secret_index=Submission.secret_of(reference, number_tail)
        )
        .order_by("position")
        .values_list("kind", "status", Subquery(last))
    )
    return [_shown(kind, status, since) for kind, status, since in rows]


def _shown(kind: str, status: str, since: datetime) -> PublicState:
    stage = words.STAGES[status]
    return PublicState(
        title=catalog.kind(kind).label,
        drawing=words.DRAWINGS[kind],
        tag=LIFECYCLE.states[status].label,
        tag_kind=stage.kind,
        tag_icon=stage.icon,
        since=since,
    )
