"""What the start page says before anybody signs in: prices, terms and cities, from the catalogue and its data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents import catalog
from documents.services import fees, open_cities
from portal.common import clock
from portal.common.templatetags.portal import fen
from portal.common.unmet import Text
from portal.home.held import DRAWINGS

USES: Mapping[str, Text] = {
    catalog.PASSPORT: gettext_lazy("出国使用，有效期 %(years)s 年"),
    catalog.HKM_PERMIT: gettext_lazy("去香港、澳门，有效期 %(years)s 年"),
    catalog.TWN_PERMIT: gettext_lazy("去台湾，有效期 %(years)s 年"),
}


@dataclass(frozen=True)
class Opening:
    """The cities that opened on one day, with the announcement."""

    day: date
    source: str
    cities: Sequence[str]


def kinds() -> list[dict[str, object]]:
    """Return the kinds on offer with today's prices."""
    today = clock.today()
    items = {code: catalog.tariff_item(code, "replace") for code in catalog.FORM_KINDS}
    prices = fees(set(items.values()), accepted_on=today)
    return [
        {
            "drawing": DRAWINGS[code],
            "title": kind.label,
            "use": USES[code] % {"years": max(row.years for row in kind.validity if row.ground.holds_on(today))},
            "price": prices[items[code]],
        }
        for code, kind in catalog.FORM_KINDS.items()
    ]


def facts(offers: Sequence[Mapping[str, object]]) -> list[dict[str, str]]:
    """Return the four facts: cost, time, effort, delivery."""
    prices = [int(str(offer["price"])) for offer in offers]
    low, high = fen(min(prices)), fen(max(prices))
    cost = high if low == high else _("%(low)s到 %(high)s") % {"low": low, "high": high}
    days = catalog.term("online").amount
    return [
        {"term": _("费用"), "text": cost, "note": _("每本（张），审核通过后才缴")},
        {
            "term": _("审核和签发"),
            "text": _("%(days)s 个工作日") % {"days": days},
            "note": _("等您补正、缴费的时间不算"),
        },
        {"term": _("填表"), "text": _("约 15 分钟"), "note": _("每页自动保存，随时接着填")},
        {"term": _("送达"), "text": _("快递到家"), "note": _("邮费到付，也可自取")},
    ]


def openings() -> list[Opening]:
    """Return the open cities by the day they opened; names in the reader's language."""
    grouped: dict[tuple[date, str], list[str]] = {}
    for city in open_cities(clock.today()):
        grouped.setdefault((city.since, city.source), []).append(city.label)
    return [Opening(day, source, cities) for (day, source), cities in grouped.items()]
