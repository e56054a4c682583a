"""The lives of orders, charges and refunds as tables; these are the only writers of their status."""

from django.utils.translation import gettext_lazy as _

from portal.common.lifecycle import NEW, Lifecycle, State, Transition

ORDER = Lifecycle(
    "order",
    states=(
        State("open", "approved", _("待缴费")),
        State("paying", "approved", _("缴费中")),
        State("paid", "paid", _("已缴费"), open=False),
        State("lapsed", "lapsed", _("已过期"), open=False),
        State("cancelled", "withdrawn", _("已取消"), open=False),
    ),
    transitions=(
        Transition("make", (NEW,), "open", ("citizen",), _("开单")),
        Transition("begin_payment", ("open",), "paying", ("citizen",), _("去缴费")),
        Transition("resume", ("paying",), "open", ("provider",), _("没有付成")),
        Transition("settle", ("open", "paying"), "paid", ("provider",), _("缴清"), message="payment.received"),
        Transition("lapse", ("open", "paying"), "lapsed", ("system",), _("过期")),
        Transition("cancel", ("open", "paying"), "cancelled", ("citizen", "provider", "system"), _("取消")),
    ),
)

CHARGE = Lifecycle(
    "charge",
    states=(
        State("started", "approved", _("核对中")),
        State("captured", "paid", _("已收款"), open=False),
        State("surplus", "paid", _("多收，退款"), open=False),
        State("failed", "approved", _("没有付成"), open=False),
    ),
    transitions=(
        Transition("start", (NEW,), "started", ("citizen",), _("发起支付")),
        # A failed attempt may still succeed at the provider: its word about money is never refused.
        Transition("capture", ("started", "failed"), "captured", ("provider",), _("收款")),
        Transition("set_aside", ("started", "failed"), "surplus", ("provider",), _("收款待退")),
        Transition("fail", ("started",), "failed", ("provider",), _("没有付成")),
    ),
)

REFUND = Lifecycle(
    "refund",
    states=(
        State("due", "withdrawn", _("待退款")),
        State("asked", "withdrawn", _("退款中")),
        State("refunded", "withdrawn", _("已退款"), open=False),
        State("stuck", "withdrawn", _("退款受阻，等人处理")),
    ),
    transitions=(
        Transition("owe", (NEW,), "due", ("provider", "system"), _("应退"), message="payment.refund_due"),
        Transition("ask", ("due", "stuck"), "asked", ("system",), _("申请退款")),
        Transition("confirm", ("asked",), "refunded", ("provider",), _("退款到账"), message="payment.refunded"),
        Transition("get_stuck", ("due", "asked"), "stuck", ("system",), _("退款受阻")),
    ),
)
