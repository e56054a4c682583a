"""The words of tracking as tables: every state and every action of an application as its applicant reads it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.lifecycle import LIFECYCLE
from applications.models import Application
from portal.common.unmet import Text

# The six stops of one document's bar: filed, accepted, reviewed, paid, made, delivered.
STOPS = 6
MADE = 6
DRAWINGS: Mapping[str, str] = {"PASSPORT": "passport", "HKM_PERMIT": "hkm", "TWN_PERMIT": "twn"}

YOU, REVIEWER, PLANT, COURIER, OFFICE, PORTAL = "you", "reviewer", "plant", "courier", "office", "portal"

# The office is called by the name of its city, which the case knows.
WHO: Mapping[str, Text] = {
    YOU: _("您"),
    REVIEWER: _("审核人员"),
    PLANT: _("制证中心"),
    COURIER: _("快递"),
    PORTAL: _("系统"),
}


@dataclass(frozen=True)
class Stage:
    """A state as a stop of the bar (0: the case has ended without a document), a tag, and the stops still ahead."""

    stop: int
    kind: str
    icon: str
    ahead: tuple[str, ...] = ()
    is_over: bool = False


@dataclass(frozen=True)
class Done:
    """An action that has happened: what it is called afterwards, who did it, what it meant."""

    title: Text
    who: str
    text: Text = ""


@dataclass(frozen=True)
class Ahead:
    """A stop still to come: what happens, who acts, by when."""

    title: Text
    who: str
    text: Text


STAGES: Mapping[str, Stage] = {
    "filed": Stage(2, "", "hourglass", ("review", "pay", "produce", "hand_over", "receive")),
    "returned": Stage(3, "warn", "pen-line", ("review", "pay", "produce", "hand_over", "receive")),
    "accepted": Stage(3, "", "hourglass", ("pay", "produce", "hand_over", "receive")),
    "approved": Stage(4, "act", "wallet", ("produce", "hand_over", "receive")),
    "paid": Stage(5, "", "hourglass", ("hand_over", "receive")),
    "producing": Stage(5, "", "hourglass", ("hand_over", "receive")),
    "ready": Stage(6, "act", "package", ("receive",)),
    "mailed": Stage(6, "act", "truck", ("receive",)),
    "delivered": Stage(6, "ok", "check", is_over=True),
    "refused": Stage(0, "bad", "x", is_over=True),
    "withdrawn": Stage(0, "plain", "undo-2", is_over=True),
    "lapsed": Stage(0, "bad", "clock", is_over=True),
    "unproducible": Stage(0, "bad", "x", is_over=True),
}

HISTORY: Mapping[str, Done] = {
    "file": Done(_("已提交"), YOU),
    "take_in": Done(_("窗口收件"), OFFICE, _("窗口当面看过材料原件")),
    "accept_at_filing": Done(_("已受理"), OFFICE, _("办理时限从这时算起")),
    "accept": Done(_("已受理"), OFFICE, _("办理时限从这时算起")),
    "return": Done(pgettext_lazy("history", "退回补正"), REVIEWER, _("补正就是补齐或改正材料")),
    "correct": Done(_("已补正"), YOU),
    "confirm_urgency": Done(_("同意加急"), REVIEWER, _("优先办理")),
    "decline_urgency": Done(_("没有同意加急"), REVIEWER),
    "ask_elsewhere": Done(_("请其他机关核查"), REVIEWER, _("核查的日子不算进办理时限")),
    "note_answer": Done(_("核查结果到了"), REVIEWER, _("办理时限接着算")),
    "propose_extension": Done(_("提请延长时限"), REVIEWER, _("等主管决定")),
    "extend": Done(_("办理时限延长了"), OFFICE),
    "decline_extension": Done(_("时限不延长"), OFFICE),
    "approve": Done(pgettext_lazy("history", "审核通过"), REVIEWER),
    "refuse": Done(pgettext_lazy("history", "不予批准"), REVIEWER),
    "refuse_with_permit": Done(_("随通行证结束"), PORTAL, _("同一张表里的通行证没有办成")),
    "withdraw": Done(_("已撤回"), YOU),
    "lapse": Done(_("已失效"), PORTAL, _("期限过了")),
    "end_unconsented": Done(_("已失效"), PORTAL, _("监护人没有同意，或者没有在期限内答复")),
    "record_payment": Done(_("已缴费"), YOU),
    "order_production": Done(_("开始制证"), PLANT),
    "declare_unproducible": Done(pgettext_lazy("history", "无法制证"), PLANT, _("缴的费用原路退回")),
    "issue": Done(_("新证件制好"), PLANT, _("旧证件同时作废，里面有效的签证可以继续用")),
    "write_endorsement": Done(_("签注已签发"), OFFICE, _("带通行证到出入境窗口或自助签注设备写入")),
    "mail_with_permit": Done(_("已随通行证寄出"), COURIER),
    "deliver_with_permit": Done(_("已随通行证签收"), YOU),
    "return_with_permit": Done(_("快递退回"), COURIER, _("没有送到，证件已回到发证机关")),
    "mail": Done(_("已寄出"), COURIER),
    "bounce": Done(_("快递退回"), COURIER, _("没有送到，证件已回到发证机关")),
    "deliver": Done(_("已签收"), YOU),
    "collect": Done(pgettext_lazy("history", "已领取"), YOU),
}
# What reads otherwise of an endorsement.
HISTORY_OF_ENDORSEMENT: Mapping[str, Done] = {
    "declare_unproducible": Done(_("签注没有签发"), OFFICE, _("缴的费用原路退回")),
    "collect": Done(_("已拿到签注"), YOU),
}
REFUSED_WITH_PERMIT = Done(pgettext_lazy("history", "不予批准"), REVIEWER, _("同一张表里的通行证没有获准"))
WRITTEN_WITH_PERMIT = Done(_("签注已签发"), OFFICE, _("写在新通行证上，和它一起给您"))
# The actions whose reason is written for the applicant.
REASONED = ("extend", "decline_urgency")
# The actions that accept; others happen to a case that is accepted already.
ACCEPTING = ("accept_at_filing", "accept")
# What ends a case without a document.
ENDINGS = frozenset({"refuse", "refuse_with_permit", "lapse", "withdraw", "declare_unproducible"})
# Accepted again after a correction: the term runs on, it does not begin anew.
ACCEPTED_AGAIN = Done(_("恢复审核"), OFFICE, _("办理时限接着算"))
ACCEPTED_BY_SILENCE: Text = _("五个工作日内没有通知您，按提交那天受理")

AHEAD: Mapping[str, Ahead] = {
    "review": Ahead(_("审核"), REVIEWER, _("受理后 %(online)s 个工作日内")),
    "pay": Ahead(_("缴费"), YOU, _("通过后 %(payment)s 天内")),
    "produce": Ahead(_("制作证件"), PLANT, _("缴费后 %(production)s 个工作日内，制好时旧证件作废")),
    "hand_over": Ahead(_("寄出"), COURIER, _("制好后交快递，短信告诉您单号")),
    "hand_over_pickup": Ahead(_("等您领取"), OFFICE, _("制好后短信通知您到窗口领取")),
    "write": Ahead(_("签发签注"), OFFICE, _("缴费后 %(production)s 个工作日内")),
    "write_with": Ahead(_("签发签注"), OFFICE, _("通行证制好时一起签发，写在新证上")),
    "write_on": Ahead(_("写在通行证上"), YOU, _("带通行证到出入境窗口或自助签注设备写入，不用寄")),
    "receive_endorsed": Ahead(_("拿到签注"), YOU, _("请核对前往地、次数和有效期")),
    "receive": Ahead(_("收到新证件"), YOU, _("请核对姓名和有效期")),
}

# The five stops of the short way, each with the stops of the bar it stands for.
SHORT: tuple[tuple[Text, Text, str, int, int], ...] = (
    (_("已提交"), _("提交"), YOU, 1, 1),
    (_("已受理"), _("受理"), OFFICE, 2, 2),
    (pgettext_lazy("history", "审核通过"), _("审核"), REVIEWER, 3, 3),
    (_("已缴费"), _("缴费"), YOU, 4, 4),
    (_("制证和寄送"), _("制证和寄送"), PLANT, 5, 6),
)
# The last of them where only endorsements are asked for.
SHORT_ENDORSED: tuple[Text, Text, str, int, int] = (_("签发和写入"), _("签发和写入"), OFFICE, 5, 6)

_TAGS_OF_ENDORSEMENT: Mapping[str, Text] = {
    "ready": _("签注已签发"),
    "delivered": _("已写在通行证上"),
    "unproducible": _("无法签发，费用退回"),
}
_FALLEN: Text = _("随通行证结束")


def tag(row: Application) -> Text:
    """Return the public word for where an application stands."""
    if row.status == "refused" and not row.reason_codes:
        # It fell with a permit that was withdrawn, or lapsed: nobody refused it.
        return _FALLEN
    of_endorsement = _TAGS_OF_ENDORSEMENT.get(row.status) if row.is_endorsement else None
    return of_endorsement or LIFECYCLE.states[row.status].label
