"""The ways of a booking, of a case at the window and of a visit at home, as tables."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from portal.appointments.models import WindowCase
from portal.common.acting import Acting
from portal.common.lifecycle import NEW, Lifecycle, State, Transition
from portal.common.models import LifecycleModel
from portal.common.unmet import Unmet

_HOLDER = ("citizen", "visitor")
_OFFICERS = ("officer", "supervisor")


def form_is_open(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """A form is handed in once an officer has checked who stands there and opened it."""
    assert isinstance(row, WindowCase)  # noqa: S101 - this table holds window cases only
    if row.submission_id is not None:
        return []
    return [Unmet("identity", _("还没有核对身份。"), remedy=_("请先核对身份证，打开申请表。"))]


def was_asked(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """What is taken in with its papers alone was asked about before: else nobody knows which papers, fee and term."""
    assert isinstance(row, WindowCase)  # noqa: S101 - this table holds window cases only
    if row.told:
        return []
    text, remedy = _("还没有问过要办什么，不知道要收哪些材料。"), _("请核对身份，打开申请表填写。")
    return [Unmet("case.asked", text, remedy=remedy)]


BOOKING = Lifecycle(
    "booking",
    states=(
        State("booked", "booked", _("已预约")),
        State("arrived", "arrived", _("已到达，等叫号")),
        State("called", "called", _("正在窗口办理")),
        State("finished", "finished", _("已办完"), open=False),
        State("cancelled", "cancelled", _("已取消"), open=False),
        State("missed", "missed", _("没有来"), open=False),
        State("left", "left", _("没等到就走了"), open=False),
    ),
    transitions=(
        Transition("book", (NEW,), "booked", _HOLDER, _("预约"), message="appointment.booked"),
        Transition("walk_in", (NEW,), "arrived", _OFFICERS, _("现场取号")),
        Transition("come_home", (NEW,), "called", _OFFICERS, _("上门办理")),
        Transition("move", ("booked",), "booked", _HOLDER, _("改期"), message="appointment.moved"),
        Transition("cancel", ("booked",), "cancelled", _HOLDER, _("取消预约"), message="appointment.cancelled"),
        Transition("check_in", ("booked",), "arrived", _OFFICERS, _("到达")),
        Transition("call", ("arrived",), "called", _OFFICERS, _("叫号")),
        Transition("finish", ("called",), "finished", _OFFICERS, _("办完")),
        Transition("leave", ("arrived", "called"), "left", _OFFICERS, _("人已离开")),
        Transition("miss", ("booked",), "missed", ("system",), _("没有来")),
    ),
)

WINDOW_CASE = Lifecycle(
    "window_case",
    states=(
        State("prepared", "prepared", _("已准备，等您到窗口")),
        # What is issued goes on as applications, with receipts and a life of their own.
        State("handed_in", "handed_in", _("已受理，按申请办理"), open=False),
        State("taken", "taken", _("窗口已受理")),
        State("completed", "completed", _("已办好"), open=False),
        State("turned_away", "turned_away", _("没有受理"), open=False),
        State("dropped", "dropped", _("预约已取消"), open=False),
    ),
    transitions=(
        Transition("prepare", (NEW,), "prepared", (*_HOLDER, *_OFFICERS), _("准备")),
        Transition("open_form", ("prepared",), "prepared", _OFFICERS, _("核对身份，填申请表")),
        Transition(
            "hand_in",
            ("prepared",),
            "handed_in",
            _OFFICERS,
            _("受理申请"),
            (form_is_open,),
            message="window_case.taken",
        ),
        Transition(
            "take",
            ("prepared",),
            "taken",
            _OFFICERS,
            _("受理其他事项"),
            (was_asked,),
            message="window_case.taken",
        ),
        Transition("complete", ("taken",), "completed", _OFFICERS, _("办好"), message="window_case.completed"),
        Transition(
            "turn_away",
            ("prepared", "taken"),
            "turned_away",
            _OFFICERS,
            _("不能受理"),
            message="window_case.turned_away",
            needs_note=True,
        ),
        Transition("drop", ("prepared",), "dropped", (*_HOLDER, "system"), _("随预约取消")),
    ),
)

HOME_VISIT = Lifecycle(
    "home_visit",
    states=(
        State("asked", "asked", _("等工作人员答复")),
        State("accepted", "accepted", _("已约好上门")),
        State("visited", "visited", _("已上门办理"), open=False),
        State("refused", "refused", _("不能上门"), open=False),
        State("withdrawn", "withdrawn", _("已撤回"), open=False),
    ),
    transitions=(
        Transition("ask", (NEW,), "asked", _HOLDER, _("申请上门"), message="home_visit.asked"),
        Transition(
            "accept",
            ("asked", "accepted"),
            "accepted",
            _OFFICERS,
            _("约定上门日期"),
            message="home_visit.accepted",
        ),
        Transition(
            "refuse",
            ("asked", "accepted"),
            "refused",
            _OFFICERS,
            _("不能上门"),
            message="home_visit.refused",
            needs_note=True,
        ),
        Transition("visit", ("accepted",), "visited", _OFFICERS, _("已上门"), message="home_visit.visited"),
        Transition("withdraw", ("asked", "accepted"), "withdrawn", _HOLDER, _("撤回"), message="home_visit.withdrawn"),
    ),
)
