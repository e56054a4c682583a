"""What the agent of an enterprise is told about its registration."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from portal.accounts.enterprises.models import Enterprise
from portal.common.registry import MessageSpec, Told
from portal.common.templatetags.portal import day
from portal.common.unmet import Text

_SAMPLE: Mapping[str, str | int] = {"quota": 5, "until": "2027-11-21", "barred": "2029-11-21"}


def _find(subject: UUID, payload: Mapping[str, object]) -> Told:  # noqa: ARG001 - the registry's signature
    row = Enterprise.objects.select_related("agent").get(pk=subject)
    params: dict[str, str | int] = {
        "quota": row.quota,
        "until": row.expires_on.isoformat() if row.expires_on else "",
        "barred": row.barred_until.isoformat() if row.barred_until else "",
    }
    # A proven person has the sign-in they proved it with.
    recipients = (row.agent.user_id,) if row.agent.user_id else ()
    return Told(recipients, params, "accounts:enterprise", (str(row.pk),))


def _present(params: Mapping[str, object]) -> dict[str, object]:
    shown = dict(params)
    for name in ("until", "barred"):
        shown[name] = day(date.fromisoformat(str(params[name]))) if params[name] else ""
    return shown


def _spec(code: str, title: Text, body: Text) -> MessageSpec:
    return MessageSpec(f"enterprise.{code}", title, body, _find, present=_present, sample=_SAMPLE)


MESSAGES = (
    _spec("returned", _("商务备案要补正"), _("您单位的商务备案要补正，理由写在备案页。改好后再提交。")),
    _spec(
        "approved",
        _("商务备案通过了"),
        _("您单位的商务备案有效到%(until)s，名额 %(quota)s 人。请在备案页列出人员，他们办商务签注时就能选更长的。"),
    ),
    _spec("refused", _("不予商务备案"), _("您单位的商务备案没有通过，理由写在备案页。")),
    _spec(
        "renewal_opens",
        _("商务备案快到期了"),
        _("您单位的商务备案%(until)s到期。现在可以在备案页申请续期；不续期，名单到期后删除。"),
    ),
    _spec("renewed", _("商务备案续期了"), _("您单位的商务备案续期到%(until)s，名额 %(quota)s 人。")),
    _spec(
        "not_renewed",
        _("商务备案不续期"),
        _("您单位的续期申请没有通过，备案到%(until)s为止，理由写在备案页。"),
    ),
    _spec(
        "cancelled",
        _("商务备案取消了"),
        _("您单位的备案材料虚假，备案已取消，名单已删除，%(barred)s以前不能再备案。理由写在备案页。"),
    ),
    _spec("expired", _("商务备案到期了"), _("您单位的商务备案已经到期，名单已删除。需要时请重新申请备案。")),
)
