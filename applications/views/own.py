"""What every page of an applicant's form begins with: whose it is, and what the register says of them."""

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from applications import services
from applications.models import Submission
from portal.accounts.models import Person, User
from portal.common.gateway import GatewayDown, GatewayRefused
from portal.common.unmet import Unmet


def user_of(request: HttpRequest) -> User:
    """Return the signed-in citizen."""
    return cast("User", request.user)


def own_submission(request: HttpRequest, submission_id: UUID) -> Submission:
    """Return a form of the signed-in citizen; somebody else's does not exist for them."""
    mine = Submission.objects.select_related("beneficiary").filter(filer=user_of(request))
    return get_object_or_404(mine, pk=submission_id)


@dataclass(frozen=True)
class Asked:
    """What the register answered: facts, or the reason why there are none."""

    known: services.Known | None
    trouble: Unmet | None = None


def ask_register(person: Person) -> Asked:
    """Ask the population register about a person, outside any transaction; a silent register is no fault of theirs."""
    try:
        return Asked(services.gather(person))
    except GatewayDown:
        text = _("人口登记系统现在没有应答。")
        return Asked(None, Unmet("register_down", text, remedy=_("您填的都保存了，请过几分钟再试。")))
    except GatewayRefused:
        text = _("人口登记系统里查不到您的姓名和身份证号。")
        return Asked(None, Unmet("register_unknown", text, remedy=_("请拨打 12367，或者到出入境窗口核对登记信息。")))
