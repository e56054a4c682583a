"""Cases taken in at a counter: an officer opens the form of a person present, and hands it in for them there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications import drafts, facts, filing
from applications.models import Submission
from portal.accounts.models import Officer, Person, User
from portal.common import audit
from portal.common.acting import Acting
from portal.common.lifecycle import OFFICIAL_ROLES
from portal.common.unmet import Refused, Unmet


def open_form(person: Person, *, authority: str, acting: Acting) -> Submission:
    """Open the draft of a person present, the one they prepared where there is one; the audit names the officer.

    It belongs to the office of the counter (`authority`, a division code) from now on, pictures and papers with it.

    Raises Refused (role).
    """
    officer = _officer(acting)
    with transaction.atomic():
        # The form is locked by now: its pictures and papers come after it.
        draft = drafts.start(User.objects.get(pk=officer.user_id), person)
        filing.hand_to_office(draft, authority)
        draft.save(update_fields=["authority"])
        audit.append(draft.chain, "counter.opened", acting=for_person(acting, person), content={})
    return draft


def take_in(  # noqa: PLR0913 - the parts of one act
    submission_id: UUID,
    *,
    authority: str,
    acting: Acting,
    known: facts.Known,
    declared: Mapping[str, Any],
    seen: Sequence[str],
) -> filing.Filed:
    """File the form of a person present through the one filing service, by the rules of the window.

    The office of the counter (`authority`, a division code) decides it, wherever the household is; the officer's name
    stands beside every original they saw. A second press returns what the first one made. Raises Refused with every
    reason, having written nothing, and Submission.DoesNotExist for a form that was thrown away.
    """
    officer = _officer(acting)
    person = Submission.objects.select_related("beneficiary").get(pk=submission_id).beneficiary
    counter = filing.Counter(authority, officer.name, seen)
    return filing.file(
        submission_id, acting=for_person(acting, person), known=known, declared=declared, counter=counter
    )


def for_person(acting: Acting, person: Person) -> Acting:
    """Return the officer as acting for a person present."""
    return replace(acting, behalf=str(person.pk))


def _officer(acting: Acting) -> Officer:
    found = Officer.objects.in_office().filter(user_id=acting.id).first() if acting.kind in OFFICIAL_ROLES else None
    if found is None:
        raise Refused([Unmet("role", _("您没有办理这一步的权限。"), remedy=_("请交给有权限的人员办理。"))])
    return found
