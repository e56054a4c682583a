"""Owns the fixed choices of window cases: matters to book for, grounds for a visit at home, what a hall gives free."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from portal.common.unmet import Text

MATTERS: Mapping[str, Text] = {
    "document": _("办护照、港澳通行证、台湾通行证"),
    "endorsement": _("办签注"),
    "collect": _("取证件"),
    "other": _("其他事项"),
}

# What officers open when they come to somebody's home; nobody books it.
HOME = "home"
ALL_MATTERS: Mapping[str, Text] = {**MATTERS, HOME: _("上门办理")}

HOME_REASONS: Mapping[str, Text] = {
    "illness": _("重病住院或卧床"),
    "disability": _("行动不便的残疾人"),
    "age": _("高龄，出门困难"),
    "pregnancy": _("临产或产后"),
    "other": _("其他去不了窗口的情况"),
}

# Subtracted charges: copies and self-help photographs cost nothing at a hall, nor do forms and advice.
FREE: tuple[Text, ...] = (_("复印材料"), _("自助拍证件照"), _("填表和咨询"))
