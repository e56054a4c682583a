"""The citizen number: reads the 18 characters of GB 11643-1999 and says exactly what is wrong with others."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts import divisions
from portal.common.unmet import Refused, Unmet

Sex = Literal["M", "F"]
ResidencePermit = Literal["HK", "MO", "TW"]

SOURCE = "GB 11643-1999"
LENGTH = 18
_FIRST_GENERATION_LENGTH = 15
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
# Passports, permits to Hong Kong, Macao and Taiwan, and those of residents from there: letters and 7 to 10 digits.
_DOCUMENT = re.compile(r"[A-Z]{1,2}\d{7,10}", re.ASCII)
# A Chinese input method gives full-width characters, a copied number brings blanks and hyphens along.
_FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789XX")
_SEPARATORS = re.compile(r"[\s\u200b\ufeff\-－]+")

# 港澳台居民居住证申领发放办法 (国办发〔2018〕81号) article 8: the address codes of the three residence permits.
_RESIDENCE_PERMITS: dict[str, ResidencePermit] = {"81": "HK", "82": "MO", "83": "TW"}
_RESIDENCE_PERMIT_DIVISIONS = frozenset({"810000", "820000", "830000"})


@dataclass(frozen=True, repr=False)
class CitizenNumber:
    """A number that passed every check; `warnings` name what is unusual yet no reason to turn anybody away.

    number: 18 characters, capital X. division: its first six digits. residence_permit: whose residence permit
    the number comes from, or None for a mainland resident.
    """

    number: str
    division: str
    born: date
    sex: Sex
    residence_permit: ResidencePermit | None
    warnings: tuple[Unmet, ...] = ()


def normalise(text: str) -> str:
    """Return the number as it is stored: half-width, capital X, without blanks and hyphens; checks nothing."""
    return _SEPARATORS.sub("", text.translate(_FULL_WIDTH)).upper()


def check_character(first_seventeen: str) -> str:
    """Return the last character that belongs to 17 digits (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, _WEIGHTS, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def read(text: str, *, as_of: date, field: str = "citizen_number") -> CitizenNumber:
    """Read a citizen number as typed; `as_of` is the day on which a birth date would lie in the future.

    Raises Refused with every reason that applies, each naming `field`: codes citizen_number.missing, .document,
    .length, .old_length, .characters, .date, .future, .check. A division that is unknown or was given up is only a
    warning (code citizen_number.division), for people keep the number of the place that first registered them.
    """
    number = normalise(text)
    if refusal := _shape_unmet(number, field):
        raise Refused([refusal])
    born, date_unmet = _birth_date(number, as_of, field)
    unmet = [date_unmet] if date_unmet else []
    if check_character(number[:17]) != number[17]:
        unmet.append(
            Unmet(
                "citizen_number.check",
                _("最后一位校验码与前 17 位不符"),
                SOURCE,
                _("请对照身份证逐位核对，常见的是相邻两位颠倒"),
                field,
            )
        )
    if unmet or born is None:
        raise Refused(unmet)
    return CitizenNumber(
        number=number,
        division=number[:6],
        born=born,
        sex="M" if int(number[16]) % 2 else "F",
        residence_permit=_RESIDENCE_PERMITS.get(number[:2]),
        warnings=_division_warnings(number[:6], field),
    )


def _shape_unmet(number: str, field: str) -> Unmet | None:
    """Return what keeps the text from being 17 digits and a check character, if anything."""
    if not number:
        return Unmet(
            "citizen_number.missing", _("请填写公民身份号码"), SOURCE, _("号码在身份证正面下方，共 18 位"), field
        )
    if _DOCUMENT.fullmatch(number):
        return Unmet(
            "citizen_number.document",
            _("这是护照或通行证的号码，不是公民身份号码"),
            SOURCE,
            _("请填身份证上的 18 位号码"),
            field,
        )
    if len(number) == _FIRST_GENERATION_LENGTH and number.isascii() and number.isdigit():
        return Unmet(
            "citizen_number.old_length",
            _("这是第一代身份证的 15 位号码，已停止使用"),
            SOURCE,
            _("请填写现用身份证上的 18 位号码"),
            field,
        )
    if len(number) != LENGTH:
        return Unmet(
            "citizen_number.length",
            format_lazy(_("公民身份号码应为 18 位，现在是 {count} 位"), count=len(number)),
            SOURCE,
            _("请对照身份证补齐或删去多余的字符"),
            field,
        )
    if not _SHAPE.fullmatch(number):
        return Unmet(
            "citizen_number.characters",
            _("前 17 位只能是数字，最后一位是数字或字母 X"),
            SOURCE,
            _("请检查是否把字母 O、l 当作了数字 0、1"),
            field,
        )
    return None


def _birth_date(number: str, as_of: date, field: str) -> tuple[date | None, Unmet | None]:
    """Return digits 7 to 14 as a date, or why they are none."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None, Unmet(
            "citizen_number.date",
            _("第 7 至 14 位不是一个存在的出生日期"),
            SOURCE,
            _("这八位依次是出生的年、月、日，请对照身份证核对"),
            field,
        )
    if born > as_of:
        return None, Unmet(
            "citizen_number.future",
            _("第 7 至 14 位的出生日期晚于今天"),
            SOURCE,
            _("这八位依次是出生的年、月、日，请对照身份证核对"),
            field,
        )
    return born, None


def _division_warnings(division: str, field: str) -> tuple[Unmet, ...]:
    """Return the warning about a division nobody knows, or that was given up since."""
    if division[:2] in _RESIDENCE_PERMITS:
        known = division in _RESIDENCE_PERMIT_DIVISIONS
    else:
        known = divisions.is_current(division)
    if known:
        return ()
    return (
        Unmet(
            "citizen_number.division",
            _("前 6 位的行政区划代码已撤销或不在现行目录中"),
            "GB/T 2260",
            _("如与身份证一致，无需更改，可以继续"),
            field,
        ),
    )
