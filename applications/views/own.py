"""What every page of an applicant's form begins with: whose it is, and what the register says of them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from applications import services
from applications.models import Submission
from portal.accounts.models import Person, User
from portal.accounts.services import acting_for, choose, concerning, refresh
from portal.common.acting import Acting
from portal.common.gateway import GatewayDown, GatewayRefused
from portal.common.unmet import Unmet

View = TypeVar("View", bound=Callable[..., HttpResponse])


def while_it_lasts(view: View) -> View:
    """Answer that there is no such form where it was thrown away, in another tab, while the view was at work."""

    @wraps(view)
    def opened(*args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(*args, **kwargs)
        except Submission.DoesNotExist as error:
            raise Http404 from error

    return cast("View", opened)


def user_of(request: HttpRequest) -> User:
    """Return the signed-in citizen."""
    return cast("User", request.user)


def own_submission(request: HttpRequest, submission_id: UUID) -> Submission:
    """Return a form of the signed-in citizen, or of somebody they act for; any other does not exist for them.

    Opening a form says for whom one acts from now on.
    """
    rows = Submission.objects.select_related("beneficiary__user").filter(concerning(user_of(request)))
    submission = get_object_or_404(rows, pk=submission_id)
    choose(request, submission.beneficiary)
    return submission


def acting_on(request: HttpRequest, submission: Submission) -> Acting:
    """Return who acts on a form: the applicant, or somebody on their behalf."""
    return acting_for(user_of(request), submission.beneficiary)


@dataclass(frozen=True)
class Asked:
    """What the register answered: facts, or the reason why there are none."""

    known: services.Known | None
    trouble: Unmet | None = None


def ask_register(person: Person, *, for_endorsements: bool = True) -> Asked:
    """Ask the population register about a person, outside any transaction; a silent register is no fault of theirs."""
    try:
        known = services.gather(person, for_endorsements=for_endorsements)
    except GatewayDown:
        text = _("人口登记系统现在没有应答。")
        return Asked(None, Unmet("register_down", text, remedy=_("您填的都保存了，请过几分钟再试。")))
    except GatewayRefused:
        text = _("人口登记系统里查不到您的姓名和身份证号。")
        return Asked(None, Unmet("register_unknown", text, remedy=_("请拨打 12367，或者到出入境窗口核对登记信息。")))
    if known.guardians:
        refresh(person, known.guardians)
    return Asked(known)
