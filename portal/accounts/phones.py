"""Phone numbers: reads a mainland mobile number as people type it and says what is wrong with others."""

import re
import unicodedata

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.common.unmet import Refused, Text, Unmet

LENGTH = 11
_SEPARATORS = re.compile(r"[\s\u200b\ufeff()\-‐-―]+")
_COUNTRY_CODE = re.compile(r"^(\+|00)86")
# The second digit is 3 to 9 in every mobile range; finer tables grow old faster than they help.
_MOBILE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)


def read(text: str, *, field: str = "phone") -> str:
    """Return the 11 digits of a mainland mobile number typed with or without +86, blanks and hyphens.

    Raises Refused with one reason naming `field`: codes phone.missing, .characters, .length, .range.
    """
    number = _COUNTRY_CODE.sub("", _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)))
    if not number:
        raise _refusal("phone.missing", _("请填写手机号"), _("手机号共 11 位，用来接收验证码"), field)
    if not (number.isascii() and number.isdigit()):
        raise _refusal("phone.characters", _("手机号只能是数字"), _("请去掉字母和符号，例如 138 0000 0000"), field)
    if len(number) != LENGTH:
        words = format_lazy(_("手机号应为 11 位，现在是 {count} 位"), count=len(number))
        raise _refusal("phone.length", words, _("请对照补齐或删去多余的数字"), field)
    if not _MOBILE.fullmatch(number):
        raise _refusal("phone.range", _("这不是内地手机号：应以 13 至 19 开头"), _("请填写内地的手机号"), field)
    return number


def _refusal(code: str, words: Text, remedy: Text, field: str) -> Refused:
    return Refused([Unmet(code, words, remedy=remedy, field=field)])
