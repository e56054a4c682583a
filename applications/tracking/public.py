"""The public look-up: state and day of each application of a form, for whoever knows reference and second secret."""

import re
from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

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
        .only("kind", "category", "destination", "status", "reason_codes")
        .annotate(since=Subquery(last))
    )
    return [_shown(row, row.since) for row in rows]  # type: ignore[attr-defined]


def _shown(row: Application, since: datetime) -> PublicState:
    stage = words.STAGES[row.status]
    title = catalog.kind(row.kind).label
    if row.is_endorsement:
        title = _("%(place)s签注") % {"place": catalog.DESTINATIONS[row.destination]}
    return PublicState(
        title=title,
        drawing=words.DRAWINGS[row.kind],
        tag=words.tag(row),
        tag_kind=stage.kind,
        tag_icon=stage.icon,
        since=since,
    )
