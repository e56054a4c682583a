"""The applicant's acts on portrait and signature: each holds the form open and asks whether one may act."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from django.db import transaction

from applications.models import Submission
from applications.reopening import lock_to_edit
from photos import services as photos
from photos.services import PORTRAIT, SIGNATURE, Shot
from portal.common.acting import Acting

# The pages that take pictures, and what the pictures are for.
PURPOSES: Mapping[str, str] = {"photo": PORTRAIT, "signature": SIGNATURE}


def receive(submission: Submission, page: str, data: bytes, *, acting: Acting) -> Shot:
    """Keep a picture for a page of the form and promise its inspection; raises Refused, NoLeave."""
    return photos.receive(
        data,
        owner=submission.pk,
        purpose=PURPOSES[page],
        authority=submission.authority,
        acting=acting,
        first=partial(lock_to_edit, submission.pk, page, acting=acting),
    )


def choose(submission_id: UUID, page: str, shot_id: UUID, *, acting: Acting) -> Shot:
    """Choose a picture that may be used; raises Refused, NoLeave, Shot.DoesNotExist."""
    with transaction.atomic():
        lock_to_edit(submission_id, page, acting=acting)
        return photos.choose(shot_id, owner=submission_id)


def ask_human(submission_id: UUID, page: str, shot_id: UUID, *, acting: Acting) -> Shot:
    """Send a refused picture to an officer and choose it; raises Refused, NoLeave, Shot.DoesNotExist."""
    with transaction.atomic():
        lock_to_edit(submission_id, page, acting=acting)
        return photos.ask_human(shot_id, owner=submission_id, acting=acting)
