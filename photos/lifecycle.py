"""The life of a shot as a table: inspected by the checker, or looked at by a person."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from photos.models import Shot
from portal.common.acting import Acting
from portal.common.lifecycle import NEW, Lifecycle, State, Transition
from portal.common.models import LifecycleModel
from portal.common.unmet import Unmet


def is_finished(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """Only what can be printed may pass: a picture that allows no crop to the document's size cannot."""
    assert isinstance(row, Shot)  # noqa: S101 - this table holds shots only
    if row.final:
        return []
    text = _("这张照片裁不出证件要的尺寸。")
    return [Unmet("crop", text, remedy=_("请选未通过，并告诉申请人怎么重拍。"))]


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
        # At a counter an officer takes the picture.
        Transition("receive", (NEW,), "waiting", ("citizen", "officer", "supervisor"), _("收到照片")),
        Transition("accept", ("waiting",), "accepted", ("system",), _("检查通过")),
        Transition("refuse", ("waiting",), "refused", ("system",), _("检查没有通过")),
        Transition(
            "ask_human",
            ("refused", "waiting"),
            "human",
            ("citizen", "officer", "supervisor", "system"),
            _("请工作人员看照片"),
        ),
        Transition("pass", ("human",), "passed", ("officer", "supervisor"), _("人工通过"), (is_finished,)),
        Transition("turn_down", ("human",), "turned_down", ("officer", "supervisor"), _("人工未通过")),
        Transition("remove", _ALIVE, "removed", ("citizen", "system"), _("删除照片")),
    ),
)
