"""The life of an enterprise's registration as a table; `perform` of this table is the only writer of its status."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from portal.accounts.enterprises.models import Enterprise
from portal.common import clock
from portal.common.acting import Acting
from portal.common.lifecycle import NEW, Lifecycle, State, Transition
from portal.common.models import LifecycleModel
from portal.common.unmet import Unmet

# Renewal is open in the last month (rule of a provincial capital; no national text names a day).
RENEWAL_MONTHS = 1


def agent_acts(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """The agent acts for their own enterprise."""
    assert isinstance(row, Enterprise)  # noqa: S101 - this table holds enterprises only
    if str(row.agent_id) == acting.id:
        return []
    return [Unmet("owner", _("这个单位不是您经办的。"), remedy=_("请用经办人的账户登录。"))]


def last_month_has_begun(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """A registration is renewed in its last month, while it is in force."""
    assert isinstance(row, Enterprise)  # noqa: S101 - this table holds enterprises only
    if row.expires_on and clock.shift_months(row.expires_on, -RENEWAL_MONTHS) <= clock.today() <= row.expires_on:
        return []
    return [Unmet("renewal_early", _("到期前一个月里才能续期。"), remedy=_("到时候会有消息提醒您。"))]


def is_over(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """A registration ends after its last day, not before."""
    assert isinstance(row, Enterprise)  # noqa: S101 - this table holds enterprises only
    if row.expires_on and row.expires_on < clock.today():
        return []
    return [Unmet("in_force", _("备案还没有到期。"), remedy=_("请看有效期。"))]


_OFFICER = ("officer", "supervisor")

ENTERPRISE = Lifecycle(
    "enterprise",
    states=(
        State("filed", "filed", _("等审核")),
        State("returned", "returned", _("待补正")),
        State("registered", "approved", _("已备案")),
        State("renewing", "approved", _("已备案，续期在审核")),
        State("refused", "refused", _("不予备案"), open=False),
        State("withdrawn", "withdrawn", _("已撤回"), open=False),
        State("cancelled", "refused", _("已取消备案"), open=False),
        State("expired", "lapsed", _("已到期"), open=False),
    ),
    transitions=(
        Transition("file", (NEW,), "filed", ("citizen",), _("申请备案"), (agent_acts,)),
        Transition("correct", ("returned",), "filed", ("citizen",), _("补正提交"), (agent_acts,)),
        Transition("withdraw", ("filed", "returned"), "withdrawn", ("citizen",), _("撤回"), (agent_acts,)),
        Transition(
            "return", ("filed",), "returned", _OFFICER, _("退回补正"), message="enterprise.returned", needs_note=True
        ),
        Transition(
            "approve", ("filed",), "registered", _OFFICER, _("准予备案"), message="enterprise.approved", needs_note=True
        ),
        Transition(
            "refuse", ("filed",), "refused", _OFFICER, _("不予备案"), message="enterprise.refused", needs_note=True
        ),
        Transition(
            "ask_renewal",
            ("registered",),
            "renewing",
            ("citizen",),
            _("申请续期"),
            (agent_acts, last_month_has_begun),
        ),
        Transition(
            "renew", ("renewing",), "registered", _OFFICER, _("准予续期"), message="enterprise.renewed", needs_note=True
        ),
        Transition(
            "refuse_renewal",
            ("renewing",),
            "registered",
            _OFFICER,
            _("不予续期"),
            message="enterprise.not_renewed",
            needs_note=True,
        ),
        # False data: the registration ends at once, and the code is barred for years.
        Transition(
            "cancel",
            ("registered", "renewing"),
            "cancelled",
            ("supervisor",),
            _("取消备案（材料虚假）"),
            message="enterprise.cancelled",
            needs_note=True,
        ),
        Transition(
            "expire",
            ("registered", "renewing"),
            "expired",
            ("system",),
            _("备案到期"),
            (is_over,),
            message="enterprise.expired",
        ),
    ),
)
