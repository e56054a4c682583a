"""Owns the life of an issued document and that of a revision of the scope, as tables."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from documents.models import RuleRevision
from portal.common.acting import Acting
from portal.common.lifecycle import NEW, Lifecycle, State, Transition
from portal.common.models import LifecycleModel
from portal.common.unmet import Unmet

VALID = "valid"
PENDING = "pending_invalidation"
INVALID = "invalid"

# Every change follows from an act on an application, whose own table asked for role and jurisdiction: the office that
# decides today need not be the one that issued the old document. So the portal acts, and names who caused it.
_PORTAL = ("system",)

LIFECYCLE = Lifecycle(
    "document",
    states=(
        State(VALID, "valid", _("有效"), open=False),
        State(PENDING, "valid", _("有效，新证件签发时作废"), open=True),
        State(INVALID, "invalid", _("已作废"), open=False),
    ),
    transitions=(
        Transition("register", (NEW,), VALID, _PORTAL, _("签发登记"), counts=True),
        Transition("adopt", (NEW,), VALID, _PORTAL, _("从登记库转入")),
        Transition("adopt_ended", (NEW,), INVALID, _PORTAL, _("从登记库转入（已作废）")),
        Transition("mark_for_invalidation", (VALID,), PENDING, _PORTAL, _("标记为待作废")),
        Transition("restore", (PENDING,), VALID, _PORTAL, _("恢复有效")),
        Transition("invalidate", (VALID, PENDING), INVALID, _PORTAL, _("作废")),
        # A document reported lost or stolen stays void even when it is found: nothing leads out of the last state.
        Transition("report_lost", (VALID, PENDING), INVALID, _PORTAL, _("报失作废")),
    ),
)


def proposer_acts(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """What is not decided yet belongs to whoever wrote it."""
    assert isinstance(row, RuleRevision)  # noqa: S101 - this table holds revisions only
    if str(row.proposed_by_id) == acting.id:
        return []
    return [Unmet("proposer", _("这项变更不是您起草的。"), remedy=_("请由起草人办理。"))]


def another_acts(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """Four eyes: nobody decides on what they proposed themselves."""
    assert isinstance(row, RuleRevision)  # noqa: S101 - this table holds revisions only
    if str(row.proposed_by_id) != acting.id:
        return []
    return [Unmet("another", _("提议人不能自己决定。"), remedy=_("请由另一位主管决定。"))]


def files_wrote(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """What comes into force without anybody's decision is what the data files brought."""
    assert isinstance(row, RuleRevision)  # noqa: S101 - this table holds revisions only
    if row.is_loaded:
        return []
    return [Unmet("loaded", _("这项变更不是随数据文件来的。"), remedy=_("请由另一位主管决定。"))]


_SUPERVISOR = ("supervisor",)

REVISION = Lifecycle(
    "rule_revision",
    states=(
        State("draft", "draft", _("草稿")),
        State("proposed", "proposed", _("等另一位主管决定")),
        State("in_force", "in_force", _("已批准，按时生效"), open=False),
        State("rejected", "rejected", _("未批准"), open=False),
        State("withdrawn", "withdrawn", _("已撤回"), open=False),
    ),
    transitions=(
        # Lines are written to drafts alone, whoever writes them: the database refuses them anywhere else.
        Transition("read", (NEW,), "draft", _PORTAL, _("读入数据文件"), rules=(files_wrote,)),
        Transition("load", ("draft",), "in_force", _PORTAL, _("随数据文件载入"), rules=(files_wrote,)),
        # What was taken over from before there were histories counts once it is found to be what the files say.
        Transition("confirm", ("in_force",), "in_force", _PORTAL, _("与数据文件核对一致"), rules=(files_wrote,)),
        Transition("draft", (NEW,), "draft", _SUPERVISOR, _("起草")),
        Transition("propose", ("draft",), "proposed", _SUPERVISOR, _("提交决定"), rules=(proposer_acts,)),
        Transition("withdraw", ("draft", "proposed"), "withdrawn", _SUPERVISOR, _("撤回"), rules=(proposer_acts,)),
        Transition("enact", ("proposed",), "in_force", _SUPERVISOR, _("批准"), rules=(another_acts,)),
        Transition(
            "reject", ("proposed",), "rejected", _SUPERVISOR, _("不批准"), rules=(another_acts,), needs_note=True
        ),
    ),
)
