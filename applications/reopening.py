"""Which parts of a form may be changed now: all of a draft, of a returned form what an officer named."""

from applications import grounds
from applications.models import Application, Submission


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
