"""The rules of a signature picture: limits, source, and words for the applicant."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from photos.specs.standard import Limit, Rule

GUIDE = "出入境证件网上办理手写签名要求：黑色笔、白纸、规范汉字、横写"

_IN_THE_LIGHT = _("请写在白纸上，在亮的地方拍，不要有影子。")
_ONLY_THE_NAME = _("请只拍签名这一块，签名占满画面的大半，纸上不要有别的字。")
_BLACK_PEN = _("请用黑色签字笔写，不要用铅笔或浅色笔。")

# Paper and ink are grey values from 0 to 255; the writing's share is of all pixels.
SIGNATURE: Mapping[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule("SignaturePaper", _("白纸"), Limit(low=120.0), "", GUIDE, _IN_THE_LIGHT, _IN_THE_LIGHT),
        Rule("SignaturePresent", _("签名笔迹"), Limit(0.2, 35.0), "%", GUIDE, _ONLY_THE_NAME, _ONLY_THE_NAME),
        Rule("SignatureContrast", _("墨迹深浅"), Limit(low=60.0), "", GUIDE, _BLACK_PEN, _BLACK_PEN),
    )
}
