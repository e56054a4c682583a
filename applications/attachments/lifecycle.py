"""The life of an uploaded file as a table: scanned before anybody opens it, kept apart where nobody could scan it."""

from django.utils.translation import gettext_lazy as _

from portal.common.lifecycle import NEW, Lifecycle, State, Transition

LIFECYCLE = Lifecycle(
    "attachment",
    states=(
        State("waiting", "waiting", _("正在检查")),
        State("quarantined", "quarantined", _("还没能检查，先隔离")),
        State("clean", "clean", _("已上传")),
        State("refused", "refused", _("没有通过检查"), open=False),
        State("removed", "removed", _("已删除"), open=False),
    ),
    transitions=(
        Transition("receive", (NEW,), "waiting", ("citizen",), _("收到文件")),
        Transition("pass", ("waiting", "quarantined"), "clean", ("system",), _("检查通过")),
        Transition("refuse", ("waiting", "quarantined"), "refused", ("system",), _("检查没有通过")),
        Transition("quarantine", ("waiting",), "quarantined", ("system",), _("隔离")),
        Transition(
            "remove",
            ("waiting", "quarantined", "clean", "refused"),
            "removed",
            ("citizen", "system"),
            _("删除文件"),
        ),
    ),
)
