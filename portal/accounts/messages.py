"""What this step tells people: the course of their real-name proof."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from portal.accounts.models import IdentityProof
from portal.common.registry import MessageSpec, Told


def _find(subject_id: UUID, _payload: Mapping[str, object]) -> Told:
    """Tell the owner of the proof, and lead to the page that says what is next."""
    user_id = IdentityProof.objects.values_list("user_id", flat=True).get(pk=subject_id)
    return Told(recipients=(user_id,), link="accounts:identity")


MESSAGES = (
    MessageSpec(
        "identity_proved",
        _("实名核验通过"),
        _("您的身份已经核对无误，现在可以办理证件。现场照片已经删除。"),
        _find,
    ),
    MessageSpec(
        "identity_manual",
        _("实名核验转由工作人员办理"),
        _("工作人员会核对您的身份，办好后通知您。您可以先填写申请表，核验通过后再提交。"),
        _find,
        channels=("inbox",),
    ),
    MessageSpec(
        "identity_refused",
        _("实名核验没有通过"),
        _("请登录查看怎么办，可以重新核验，也可以带身份证到出入境窗口办理。"),
        _find,
    ),
)
