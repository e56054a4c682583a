"""The draft: one open form for each person, saved page by page, reopened in parts by a return."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from applications import attachments
from applications.models import Submission
from applications.reopening import lock_to_edit
from photos.services import remove_all
from portal.accounts.models import Person, User
from portal.accounts.services import acting_for, require_leave
from portal.common import audit, clock
from portal.common.acting import Acting


def open_draft(person: Person) -> Submission | None:
    """Return the person's open draft, or None."""
    return Submission.objects.filter(beneficiary=person, filed_at=None).first()


def start(user: User, person: Person) -> Submission:
    """Return the person's open draft, or a new one, begun by the user; two presses give one draft.

    In a transaction of the caller's nobody else writes in the draft until its end. Raises NoLeave when the user may not
    act for the person, as every act below does.
    """
    now = clock.now()
    with transaction.atomic():
        require_leave(acting_for(user, person))
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        # Whoever files or discards it at this moment comes first, and this is another draft, or waits.
        draft = Submission.objects.select_for_update().filter(beneficiary=person, filed_at=None).first()
        if draft is None:
            draft = Submission.objects.create(
                filer=user, beneficiary=person, authority=person.hukou_code, created_at=now, saved_at=now
            )
    return draft


def save_page(submission_id: UUID, page: str, data: Mapping[str, Any], *, acting: Acting) -> Submission:
    """Save a page that keeps one part of the answers; raises Refused as `save_parts` does."""
    return save_parts(submission_id, {page: data}, acting=acting)


def save_parts(submission_id: UUID, parts: Mapping[str, Mapping[str, Any]], *, acting: Acting) -> Submission:
    """Save the parts of the answers that one page keeps, by their keys.

    Raises Refused when the form is filed and one of the parts was not opened again.
    """
    with transaction.atomic():
        submission = lock_to_edit(submission_id, *parts, acting=acting)
        submission.answers = {**submission.answers, **{key: dict(part) for key, part in parts.items()}}
        submission.saved_at = clock.now()
        submission.save(update_fields=["answers", "saved_at"])
    return submission


def discard(submission_id: UUID, *, acting: Acting) -> None:
    """Throw an open draft away on its owner's request, pictures, files and all; a form filed meanwhile stays."""
    with transaction.atomic():
        require_leave(acting)
        rows = Submission.objects.select_for_update().filter(pk=submission_id, filed_at=None)
        draft = rows.filter(beneficiary=UUID(acting.owner)).first()
        if draft is not None:
            _throw_away(draft, acting)


def forget(submission_id: UUID, *, acting: Acting) -> None:
    """Throw an open draft away whose time is over, as `discard` does; the form's chain says so."""
    with transaction.atomic():
        draft = Submission.objects.select_for_update().filter(pk=submission_id, filed_at=None).first()
        if draft is not None:
            audit.append(draft.chain, audit.FORGOTTEN, acting=acting, content={})
            _throw_away(draft, acting)


def _throw_away(draft: Submission, acting: Acting) -> None:
    remove_all(draft.pk, acting=acting)
    attachments.remove_all(draft.pk, acting=acting)
    draft.delete()
