"""Owns the life of an issued document as a table: what ends it, what holds it in suspense, what brings it back."""

from django.utils.translation import gettext_lazy as _

from portal.common.lifecycle import NEW, Lifecycle, State, Transition

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
