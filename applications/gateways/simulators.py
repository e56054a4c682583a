"""The knobs of the twins of plant, courier and scanner, as the development page shows them."""

from django.utils.translation import gettext_lazy as _

from portal.common.registry import Simulator

KNOBS = {
    "plant": Simulator(
        _("制证中心"),
        {
            "down": _("不应答"),
            "accept_then_down": _("收下订单，应答丢失"),
            "reject": _("拒绝订单"),
            "spoil": _("空白证件作废"),
        },
    ),
    "scanner": Simulator(
        _("文件检查"),
        {
            "down": _("不应答"),
            "finds": _("查出恶意内容"),
            "too_large": _("嫌文件太大"),
        },
    ),
    "courier": Simulator(
        _("快递"),
        {
            "down": _("不应答"),
            "accept_then_down": _("收下包裹，应答丢失"),
            "refuse": _("地址不送"),
            "bounce": _("退件"),
        },
    ),
}
