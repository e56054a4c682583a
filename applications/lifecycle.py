"""The life of an application as a table; `perform` of this table is the only writer of its status."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from applications.models import Application
from portal.common import clock
from portal.common.acting import Acting
from portal.common.lifecycle import NEW, Lifecycle, State, Transition
from portal.common.models import LifecycleModel
from portal.common.unmet import Unmet


def owner_acts(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """The applicant acts on an application of their own."""
    assert isinstance(row, Application)  # noqa: S101 - this table holds applications only
    if str(row.person_id) == acting.id:
        return []
    return [Unmet("owner", _("这件申请不是您的。"), remedy=_("请用本人的账户登录。"))]


def claim_is_held(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """The officer who decides holds the claim, and it has not run out."""
    assert isinstance(row, Application)  # noqa: S101 - this table holds applications only
    held = row.claimed_until is not None and row.claimed_until > clock.now()
    if held and str(row.claimed_by_id) == acting.id:
        return []
    return [Unmet("claim", _("这件申请不在您名下，或者认领已到期。"), remedy=_("请先认领，再作决定。"))]


def permit_is_approved(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """An endorsement waits for the permit asked for on the same form."""
    assert isinstance(row, Application)  # noqa: S101 - this table holds applications only
    first = row.depends_on
    if first is None or first.status in ("approved", "paid", "producing", "ready", "mailed", "delivered"):
        return []
    return [Unmet("depends_on", _("同一张表里的通行证还没有审核通过。"), remedy=_("请先审核通行证。"))]


def is_collected(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """Only a document that waits at the window is handed over there; an endorsement is written on the card brought."""
    assert isinstance(row, Application)  # noqa: S101 - this table holds applications only
    if row.is_endorsement or row.submission.answers.get("delivery", {}).get("method") == "pickup":
        return []
    return [Unmet("delivery", _("这件申请选的是快递送达。"), remedy=_("请由快递送达，或者请申请人改成自取。"))]


_OFFICER = ("officer", "supervisor")

LIFECYCLE = Lifecycle(
    "application",
    states=(
        State("filed", "filed", _("已提交")),
        State("returned", "returned", _("待补正")),
        State("accepted", "accepted", _("已受理，审核中")),
        State("approved", "approved", _("审核通过，待缴费")),
        State("paid", "paid", _("已缴费")),
        State("producing", "producing", _("制证中")),
        State("ready", "ready", _("制好了")),
        State("mailed", "mailed", _("已寄出")),
        State("delivered", "delivered", _("已送达"), open=False),
        State("refused", "refused", _("不予批准"), open=False),
        State("withdrawn", "withdrawn", _("已撤销"), open=False),
        State("lapsed", "lapsed", _("已失效"), open=False),
        State("unproducible", "withdrawn", _("无法制证，费用退回"), open=False),
    ),
    transitions=(
        Transition("file", (NEW,), "filed", ("citizen",), _("提交"), (owner_acts,)),
        # One message a form tells of its filing, with every receipt; it says too whether it was accepted at once.
        Transition("accept_at_filing", ("filed",), "accepted", ("system",), _("提交即受理")),
        Transition("accept", ("filed",), "accepted", ("system", *_OFFICER), _("受理"), message="application.accepted"),
        Transition(
            "return",
            ("filed", "accepted"),
            "returned",
            _OFFICER,
            _("退回补正"),
            (claim_is_held,),
            message="application.returned",
        ),
        Transition("correct", ("returned",), "filed", ("citizen",), _("补正提交"), (owner_acts,), counts=False),
        Transition(
            "approve",
            ("accepted",),
            "approved",
            _OFFICER,
            _("通过"),
            (claim_is_held, permit_is_approved),
            message="application.approved",
        ),
        Transition(
            "refuse",
            ("filed", "accepted"),
            "refused",
            _OFFICER,
            _("不予批准"),
            (claim_is_held,),
            message="application.refused",
            needs_note=True,
        ),
        # An endorsement falls with the permit it was asked for with; nobody has to decide it again.
        Transition(
            "refuse_with_permit",
            ("filed", "accepted", "returned", "approved"),
            "refused",
            ("system",),
            _("随通行证不予批准"),
            message="application.refused",
        ),
        Transition(
            "withdraw",
            ("filed", "accepted", "returned", "approved"),
            "withdrawn",
            ("citizen",),
            _("撤回申请"),
            (owner_acts,),
            message="application.withdrawn",
        ),
        Transition(
            "lapse", ("returned", "approved"), "lapsed", ("system",), _("到期失效"), message="application.lapsed"
        ),
        Transition("record_payment", ("approved",), "paid", ("provider",), _("登记缴费"), message="application.paid"),
        Transition("order_production", ("paid",), "producing", ("system",), _("下单制证")),
        Transition(
            "declare_unproducible",
            ("paid", "producing"),
            "unproducible",
            ("system", "supervisor"),
            _("无法制证"),
            message="application.unproducible",
        ),
        Transition("issue", ("producing",), "ready", ("system",), _("签发"), message="application.issued", counts=True),
        Transition("mail", ("ready",), "mailed", ("system",), _("寄出"), message="application.mailed"),
        Transition(
            "deliver", ("mailed",), "delivered", ("system",), _("签收"), message="application.delivered", counts=True
        ),
        Transition(
            "collect",
            ("ready",),
            "delivered",
            _OFFICER,
            _("窗口领取"),
            (is_collected,),
            message="application.delivered",
            counts=True,
        ),
        # An endorsement is written once its permit is there, and travels with it where both leave together.
        Transition(
            "write_endorsement",
            ("paid",),
            "ready",
            ("system",),
            _("签发签注"),
            message="application.endorsed",
            counts=True,
        ),
        Transition("mail_with_permit", ("ready",), "mailed", ("system",), _("随通行证寄出")),
        Transition("deliver_with_permit", ("mailed",), "delivered", ("system",), _("随通行证签收"), counts=True),
        Transition("return_with_permit", ("mailed",), "ready", ("system",), _("随通行证退件")),
        # From "ready" when the courier would not take the parcel at all.
        Transition("bounce", ("mailed", "ready"), "ready", ("system",), _("退件"), message="application.bounced"),
    ),
)
