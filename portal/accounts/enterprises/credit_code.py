"""The unified social credit code of an enterprise: its shape and its check character."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.citizen_number import normalise
from portal.common.unmet import Refused, Text, Unmet

# GB 32100-2015: 31 characters, without I, O, S, V and Z, each worth its place.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
SOURCE = "GB 32100-2015"


def check_character(first_seventeen: str) -> str:
    """Return the last character that belongs to 17 others: weights are powers of 3 modulo 31 (ISO 7064 pure)."""
    total = sum(ALPHABET.index(one) * pow(3, place, 31) for place, one in enumerate(first_seventeen))
    return ALPHABET[-total % 31]


def read(text: str) -> str:
    """Return the code as typed in capitals without blanks; raises Refused (credit_code.length, .characters, .check)."""
    code = normalise(text)
    if len(code) != LENGTH:
        text = _("统一社会信用代码有 18 位，现在是 %(count)d 位。") % {"count": len(code)}
        raise Refused([_refusal("length", text, _("请对照营业执照填写。"))])
    if any(one not in ALPHABET for one in code):
        shape = _("统一社会信用代码只有数字和大写字母，没有 I、O、S、V、Z。")
        raise Refused([_refusal("characters", shape, _("请看是不是把 0 写成 O，把 1 写成 I。"))])
    if check_character(code[:-1]) != code[-1]:
        raise Refused([_refusal("check", _("统一社会信用代码的校验位不对。"), _("请对照营业执照逐位核对。"))])
    return code


def _refusal(code: str, text: Text, remedy: Text) -> Unmet:
    return Unmet(f"credit_code.{code}", text, SOURCE, remedy, "credit_code")
