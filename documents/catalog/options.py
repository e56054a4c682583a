"""Owns what an endorsement can be asked for as: how long, how many entries, and the tariff item that follows."""

import re
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from documents.catalog.shapes import NotInCatalogue

_CODE = re.compile(r"([1-9]\d?)([dmy])([12MW])")
_MONTHS_IN_YEAR = 12
_MONTHS = {"d": 0, "m": 1, "y": _MONTHS_IN_YEAR}


class Entries(StrEnum):
    """How often one may enter: once, twice, without limit, once in each calendar week."""

    ONE = "1"
    TWO = "2"
    MANY = "M"
    WEEKLY = "W"


ENTRIES_NAMES = {
    Entries.ONE: _("一次"),
    Entries.TWO: _("两次"),
    Entries.MANY: _("多次"),
    Entries.WEEKLY: _("每周一次"),
}


@dataclass(frozen=True, slots=True)
class Option:
    """One option: `3m1` is three months, one entry; `1yM` one year, any number; `days` where it is under a month."""

    code: str
    months: int
    entries: Entries
    days: int = 0

    @property
    def label(self) -> str:
        """The option in the reader's language."""
        if self.days:
            return f"{ngettext('%(n)d 天', '%(n)d 天', self.days) % {'n': self.days}}{ENTRIES_NAMES[self.entries]}"
        years, rest = divmod(self.months, _MONTHS_IN_YEAR)
        if rest:
            span = ngettext("%(n)d 个月", "%(n)d 个月", self.months) % {"n": self.months}
        else:
            span = ngettext("%(n)d 年", "%(n)d 年", years) % {"n": years}
        return f"{span}{ENTRIES_NAMES[self.entries]}"

    @property
    def is_multiple(self) -> bool:
        """Tell whether it counts as a multiple-entry endorsement; once a week is one."""
        return self.entries in (Entries.MANY, Entries.WEEKLY)


def option(code: str) -> Option:
    """Return the option a code stands for; raises NotInCatalogue for anything else."""
    found = _CODE.fullmatch(code)
    if found is None:
        raise NotInCatalogue("option", code)
    number, unit, entries = found.groups()
    days = int(number) if unit == "d" else 0
    return Option(code, int(number) * _MONTHS[unit], Entries(entries), days)


# Notice 发改价格〔2017〕1186号 prices multiple entries by length: up to the months of a band, the last without end.
_BANDS = ((12, "HKM_ENDORSEMENT_M_1Y"), (24, "HKM_ENDORSEMENT_M_2Y"), (35, "HKM_ENDORSEMENT_M_UNDER_3Y"))
_LONGEST = "HKM_ENDORSEMENT_M_3Y_AND_OVER"


def endorsement_item(kind_code: str, chosen: Option) -> str:
    """Return the tariff item of an endorsement, charged for each destination; raises NotInCatalogue."""
    if kind_code == "TWN_PERMIT":
        return "TWN_ENDORSEMENT_M" if chosen.is_multiple else "TWN_ENDORSEMENT_1"
    if kind_code != "HKM_PERMIT":
        raise NotInCatalogue("endorsement", kind_code)
    if not chosen.is_multiple:
        return f"HKM_ENDORSEMENT_{chosen.entries}"
    return next((item for months, item in _BANDS if chosen.months <= months), _LONGEST)
