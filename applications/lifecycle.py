"""The life of an application as a table; `perform` of this table is the only writer of its status."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from applications.consents import unmet_of_consents
from applications.models import Application
from documents.models import IssuedEndorsement
from portal.accounts.services import unmet_to_act
from portal.common import clock
from portal.common.acting import Acting
from portal.common.lifecycle import NEW, Lifecycle, State, Transition
from portal.common.models import LifecycleModel
from portal.common.unmet import Unmet


def owner_acts(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """The applicant acts on an application of their own, or somebody who may act for them does."""
    assert isinstance(row, Application)  # noqa: S101 - this table holds applications only
    if str(row.person_id) == acting.owner:
        return unmet_to_act(acting)
    return [Unmet("owner", _("这件申请不是您的。"), remedy=_("请用本人的账户登录。"))]


def claim_is_held(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """The officer who decides holds the claim, and it has not run out."""
    assert isinstance(row, Application)  # noqa: S101 - this table holds applications only
    held = row.claimed_until is not None and row.claimed_until > clock.now()
    if held and str(row.claimed_by_id) == acting.id:
        return []
    return [Unmet("claim", _("这件申请不在您名下，或者认领已到期。"), remedy=_("请先认领，再作决定。"))]


def another_took_it_in(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """Who took a form in at the counter does not decide on it."""
    assert isinstance(row, Application)  # noqa: S101 - this table holds applications only
    if str(row.submission.filer_id) != acting.id:
        return []
    return [Unmet("four_eyes", _("不能审核自己在窗口收的申请。"), remedy=_("请由另一位工作人员审核。"))]


def guardians_consent(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """A child's application waits for the consent of every guardian."""
    assert isinstance(row, Application)  # noqa: S101 - this table holds applications only
    return unmet_of_consents(row.submission_id)


def permit_is_approved(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """An endorsement waits for the permit asked for on the same form."""
    assert isinstance(row, Application)  # noqa: S101 - this table holds applications only
    first = row.depends_on
    if first is None or first.status in ("approved", "paid", "producing", "ready", "mailed", "delivered"):
        return []
    return [Unmet("depends_on", _("同一张表里的通行证还没有审核通过。"), remedy=_("请先审核通行证。"))]


def is_collected(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """A document is handed over where it waits, at the window; an endorsement is written on a card that is there."""
    assert isinstance(row, Application)  # noqa: S101 - this table holds applications only
    if not row.is_endorsement:
        if row.submission.answers.get("delivery", {}).get("method") == "pickup":
            return []
        return [Unmet("delivery", _("这件申请选的是快递送达。"), remedy=_("请由快递送达，或者请申请人改成自取。"))]
    if row.depends_on is not None and row.depends_on.status != "delivered":
        text = _("通行证还没有交给申请人。")
        return [Unmet("permit_away", text, remedy=_("自取的，先办通行证领取；寄送的，等申请人收到。"))]
    if IssuedEndorsement.objects.filter(application_id=row.pk, permit__status="invalid").exists():
        text = _("签注所在的通行证已经作废。")
        return [Unmet("card_ended", text, remedy=_("请申请人补发通行证，新证制好时签注转到新证上。"))]
    return []


def no_answer_is_awaited(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """While another authority is asked, the clock stands still and nothing is decided."""
    assert isinstance(row, Application)  # noqa: S101 - this table holds applications only
    if row.checking_since is None:
        return []
    return [Unmet("checking", _("还在等其他机关的核查结果。"), remedy=_("请先登记结果。"))]


def answer_is_awaited(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """An answer is noted where one was asked for."""
    assert isinstance(row, Application)  # noqa: S101 - this table holds applications only
    return [] if row.checking_since else [Unmet("checking", _("没有请其他机关核查。"), remedy=_("请刷新页面。"))]


def may_be_extended(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """A term is extended once, and one proposal is decided before the next."""
    assert isinstance(row, Application)  # noqa: S101 - this table holds applications only
    if row.extended_by is None and not row.extension:
        return []
    return [Unmet("extension", _("这件申请已经提请过延长，或者已经延长过。"), remedy=_("请看案件经过。"))]


def another_proposed(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """An extension is decided by a supervisor other than who proposed it."""
    assert isinstance(row, Application)  # noqa: S101 - this table holds applications only
    if not row.extension:
        return [Unmet("extension", _("没有人提请延长。"), remedy=_("请看最新的状态。"))]
    if str(row.extension_by) == acting.id:
        return [Unmet("four_eyes", _("不能批准自己提请的延长。"), remedy=_("请由另一位主管决定。"))]
    return []


def province_decides(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """Up to twenty working days needs the province's approval (guides of the National Immigration Administration)."""
    assert isinstance(row, Application)  # noqa: S101 - this table holds applications only
    if row.extension != "service_extended" or acting.authority.endswith("0000"):
        return []
    return [Unmet("province", _("延长到 20 个工作日要省级主管批准。"), remedy=_("请交给省级主管决定。"))]


def urgency_is_open(row: LifecycleModel, acting: Acting, params: Mapping[str, object]) -> list[Unmet]:  # noqa: ARG001 - a rule
    """Urgency is decided once, where it was asked for."""
    assert isinstance(row, Application)  # noqa: S101 - this table holds applications only
    if row.urgency and row.urgency_decided_at is None:
        return []
    return [Unmet("urgency", _("没有申请加急，或者已经决定过。"), remedy=_("请看最新的状态。"))]


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
        # At a counter, for a person present; the filing service has the rules of the window judged.
        Transition("take_in", (NEW,), "filed", _OFFICER, _("窗口收件")),
        # One message a form tells of its filing, with every receipt; it says too whether it was accepted at once.
        Transition("accept_at_filing", ("filed",), "accepted", ("system",), _("提交即受理")),
        Transition("accept", ("filed",), "accepted", ("system", *_OFFICER), _("受理"), message="application.accepted"),
        Transition(
            "return",
            ("filed", "accepted"),
            "returned",
            _OFFICER,
            _("退回补正"),
            (claim_is_held, no_answer_is_awaited),
            message="application.returned",
        ),
        Transition("correct", ("returned",), "filed", ("citizen",), _("补正提交"), (owner_acts,), counts=False),
        Transition(
            "approve",
            ("accepted",),
            "approved",
            _OFFICER,
            _("通过"),
            (claim_is_held, another_took_it_in, no_answer_is_awaited, permit_is_approved, guardians_consent),
            message="application.approved",
        ),
        Transition(
            "refuse",
            ("filed", "accepted"),
            "refused",
            _OFFICER,
            _("不予批准"),
            (claim_is_held, another_took_it_in),
            message="application.refused",
            needs_note=True,
        ),
        # What moves the due date and leaves the case where it is.
        Transition(
            "confirm_urgency",
            ("accepted",),
            "accepted",
            _OFFICER,
            _("同意加急"),
            (claim_is_held, urgency_is_open),
            message="application.urgency_confirmed",
            needs_note=True,
        ),
        Transition(
            "decline_urgency",
            ("accepted",),
            "accepted",
            _OFFICER,
            _("不同意加急"),
            (claim_is_held, urgency_is_open),
            message="application.urgency_declined",
            needs_note=True,
        ),
        Transition(
            "ask_elsewhere",
            ("accepted",),
            "accepted",
            _OFFICER,
            _("请其他机关核查"),
            (claim_is_held, no_answer_is_awaited),
            message="application.checking",
            needs_note=True,
        ),
        Transition(
            "note_answer", ("accepted",), "accepted", _OFFICER, _("登记核查结果"), (answer_is_awaited,), needs_note=True
        ),
        Transition(
            "propose_extension",
            ("accepted",),
            "accepted",
            _OFFICER,
            _("提请延长期限"),
            (claim_is_held, may_be_extended),
            needs_note=True,
        ),
        Transition(
            "extend",
            ("accepted",),
            "accepted",
            ("supervisor",),
            _("批准延长期限"),
            (another_proposed, province_decides),
            message="application.extended",
            needs_note=True,
        ),
        Transition(
            "decline_extension",
            ("accepted",),
            "accepted",
            ("supervisor",),
            _("不同意延长"),
            (another_proposed,),
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
        # A child's form ends whole when a guardian does not consent; the consent's own message tells of it.
        Transition(
            "end_unconsented",
            ("filed", "accepted", "returned", "approved"),
            "lapsed",
            ("system",),
            _("监护人没有同意，失效"),
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
