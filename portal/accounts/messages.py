"""What this step tells people: the course of their real-name proof, and of authorisations to act for another."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Authorisation, IdentityProof, User
from portal.common.registry import MessageSpec, Told
from portal.common.templatetags.portal import full_day
from portal.common.unmet import Text


def _find(subject_id: UUID, _payload: Mapping[str, object]) -> Told:
    """Tell the owner of the proof, and lead to the page that says what is next."""
    user_id = IdentityProof.objects.values_list("user_id", flat=True).get(pk=subject_id)
    return Told(recipients=(user_id,), link="accounts:identity")


def _find_both(subject_id: UUID, _payload: Mapping[str, object]) -> Told:
    """Tell both sides of an authorisation; a helper who has not agreed yet is found by the phone, if it is known."""
    row = Authorisation.objects.select_related("beneficiary", "helper").get(pk=subject_id)
    helper = row.helper.user_id if row.helper else None
    if helper is None:
        helper = User.objects.filter(phone_index=row.phone_index).values_list("pk", flat=True).first()
    both = (row.beneficiary.user_id, helper)
    return Told(tuple(one for one in both if one), {"until": row.ends_on.isoformat()}, "accounts:helpers")


def _show_day(params: Mapping[str, object]) -> dict[str, object]:
    return {**params, "until": full_day(date.fromisoformat(str(params["until"])))}


def _authorisation(code: str, title: Text, body: Text) -> MessageSpec:
    name = f"authorisation.{code}"
    return MessageSpec(name, title, body, _find_both, present=_show_day, sample={"until": "2026-11-20"})


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
    _authorisation(
        "invited",
        _("请确认授权代办"),
        _("有一份授权代办等代办人登录确认，7 天内有效，授权到%(until)s为止。不是您的意思，请登录解除。"),
    ),
    _authorisation(
        "active", _("授权代办已生效"), _("代办人已经同意，到%(until)s为止可以替被代办人办理。双方都可以随时登录解除。")
    ),
    _authorisation("declined", _("代办人没有同意"), _("代办人没有同意代办，授权没有生效。可以另找一位代办人。")),
    _authorisation("revoked", _("授权代办已解除"), _("授权已经解除，代办人从现在起不能再替被代办人办理。")),
    _authorisation(
        "expired", _("授权代办已到期"), _("授权到期，代办人不能再替被代办人办理。需要时可以由本人重新授权。")
    ),
)
