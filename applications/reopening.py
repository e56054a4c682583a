"""Which parts of a form may be changed now: all of a draft, of a returned form what an officer named."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from applications import grounds
from applications.models import Application, Submission
from portal.accounts.services import require_leave
from portal.common.acting import Acting
from portal.common.unmet import Refused, Unmet

MATERIALS = "materials"


def reopened_pages(submission: Submission) -> frozenset[str]:
    """Return the pages that returned applications of the form open again."""
    codes = Application.objects.filter(submission=submission, status="returned").values_list("reason_codes", flat=True)
    return frozenset(page for listed in codes for code in listed for page in grounds.CORRECTIONS[code].pages)


def may_edit(submission: Submission, page: str) -> bool:
    """Tell whether a page can be changed now: all of a draft, the faulty parts of a returned form.

    What is asked for is one matter: a return of the requests opens the endorsements too.
    """
    opened = reopened_pages(submission)
    return submission.filed_at is None or page in opened or (page == "endorsements" and "requests" in opened)


def lock_to_edit(submission_id: UUID, *pages: str, acting: Acting) -> Submission:
    """Lock a form in the caller's transaction and return it, so that nothing changes under one that is filed.

    Raises Refused when it is filed and one of the pages is not open, Submission.DoesNotExist for somebody else's
    form, NoLeave for whoever may not act for its owner any more.
    """
    require_leave(acting)
    submission = Submission.objects.select_for_update().get(pk=submission_id, beneficiary_id=UUID(acting.owner))
    if not all(may_edit(submission, page) for page in pages):
        text = _("这张表已经提交，这一页不能再改。")
        raise Refused([Unmet("filed", text, remedy=_("如果要改，请等审核人员退回，或者撤回后重新申请。"))])
    return submission
