"""The life of a shot as a table: inspected by the checker, or looked at by a person."""

from django.utils.translation import gettext_lazy as _

from portal.common.lifecycle import NEW, Lifecycle, State, Transition

_ALIVE = ("waiting", "accepted", "refused", "human", "passed", "turned_down")

LIFECYCLE = Lifecycle(
    "shot",
    states=(
        State("waiting", "waiting", _("正在检查")),
        State("accepted", "accepted", _("通过")),
        State("refused", "refused", _("要改"), open=False),
        State("human", "human", _("等待人工查看")),
        State("passed", "accepted", _("人工通过")),
        State("turned_down", "refused", _("人工未通过"), open=False),
        State("removed", "removed", _("已删除"), open=False),
    ),
    transitions=(
        Transition("receive", (NEW,), "waiting", ("citizen",), _("收到照片")),
        Transition("accept", ("waiting",), "accepted", ("system",), _("检查通过")),
        Transition("refuse", ("waiting",), "refused", ("system",), _("检查没有通过")),
        Transition("ask_human", ("refused", "waiting"), "human", ("citizen", "system"), _("请工作人员看照片")),
        Transition("pass", ("human",), "passed", ("officer", "supervisor"), _("人工通过")),
        Transition("turn_down", ("human",), "turned_down", ("officer", "supervisor"), _("人工未通过")),
        Transition("remove", _ALIVE, "removed", ("citizen", "system"), _("删除照片")),
    ),
)
