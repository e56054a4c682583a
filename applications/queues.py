"""The queues of the desk: every open application lies in exactly one, by a single CASE of the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from applications.models import OPEN_STATES, Application
from portal.common import clock, workdays
from portal.common.acting import Acting
from portal.common.models import Event
from portal.common.unmet import Text

SOON_WORKING_DAYS = 2
CLOSED = "closed"


@dataclass(frozen=True)
class Queue:
    """One pile of work: its name, who acts on it, and the states its applications may be in."""

    name: str
    label: Text
    hint: Text
    states: tuple[str, ...]
    is_ours: bool = True


_REVIEW = ("filed", "accepted")

# The order is the order of the CASE: an application lies in the first queue whose condition it meets.
QUEUES: Mapping[str, Queue] = {
    queue.name: queue
    for queue in (
        Queue(
            "checking",
            _("等其他机关核查"),
            _("核查的日子不算进时限，结果到了请登记。"),
            ("accepted",),
            is_ours=False,
        ),
        Queue("urgent", _("急事急办"), _("已经确认加急，按加急期限排，请先办。"), _REVIEW),
        Queue("overdue", _("已超期"), _("办理时限已过，请先办这些。"), _REVIEW),
        Queue("urgency_claimed", _("加急待核实"), _("申请人说急用，还没有核实；请在加急期限前看证明。"), _REVIEW),
        Queue("due_soon", _("快到期"), _("两个工作日以内到期。"), _REVIEW),
        Queue("corrected", _("补正回件"), _("申请人改好又交回来的。"), _REVIEW),
        Queue("to_accept", _("待受理"), _("五个工作日内要受理或者一次告知，过期视为受理。"), ("filed",)),
        Queue("to_decide", _("待审核"), _("已受理，等您决定。"), ("accepted",)),
        Queue("to_hand_over", _("待交付"), _("证件制好了，等寄出或者到窗口领取。"), ("ready",)),
        Queue("to_correct", _("等申请人补正"), _("过期自动失效。"), ("returned",), is_ours=False),
        Queue("to_pay", _("等申请人缴费"), _("过期自动失效。"), ("approved",), is_ours=False),
        Queue("in_production", _("制证中心在办"), _("已缴费，等制证中心做好。"), ("paid", "producing"), is_ours=False),
        Queue("on_the_way", _("快递在送"), _("等签收；退件会回到“待交付”。"), ("mailed",), is_ours=False),
    )
}


def _conditions(today: date) -> dict[str, Q]:
    soon = workdays.add_working_days(today, SOON_WORKING_DAYS).on
    came_back = Exists(Event.objects.filter(subject_id=OuterRef("pk"), action="correct"))
    special = {
        "checking": Q(checking_since__isnull=False),
        "urgent": Q(urgent_by__isnull=False, urgency_decided_at__isnull=False),
        "urgency_claimed": Q(urgent_by__isnull=False, urgency_decided_at=None),
        "overdue": Q(due_on__lt=today),
        "due_soon": Q(due_on__lte=soon),
        "corrected": Q(came_back),
    }
    return {name: Q(status__in=queue.states) & special.get(name, Q()) for name, queue in QUEUES.items()}


def placed(rows: "QuerySet[Application]", *, today: date | None = None) -> "QuerySet[Application]":
    """Annotate each application with the `queue` it lies in; CLOSED for those nobody has to act on."""
    whens = [When(condition, then=Value(name)) for name, condition in _conditions(today or clock.today()).items()]
    return rows.annotate(queue=Case(*whens, default=Value(CLOSED), output_field=CharField()))


def count(acting: Acting) -> dict[str, int]:
    """Return how many applications of the actor's jurisdiction lie in each queue; one query."""
    rows: QuerySet[Any] = placed(Application.objects.of(acting.authority).filter(status__in=OPEN_STATES)).order_by()
    counted = dict(rows.values_list("queue").annotate(Count("pk")))
    return {name: counted.get(name, 0) for name in QUEUES}
