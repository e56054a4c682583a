"""Owns the kinds of document: form, numbers, validity by age, tariff items and the law each is issued under."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from documents.catalog.shapes import Confidence, Form, Ground, Kind, NotInCatalogue, Validity, Zone, by_code
from documents.catalog.window_kinds import WINDOW_KINDS

PASSPORT = "PASSPORT"
HKM_PERMIT = "HKM_PERMIT"
TWN_PERMIT = "TWN_PERMIT"

_ADULT = 16

_PASSPORT_LAW = "《中华人民共和国护照法》第七条：未满十六周岁五年，十六周岁以上十年"
_HKM_CARD = "往来港澳通行证（2014 年版电子证件）：未满十六周岁五年，十六周岁以上十年"
_TWN_DECREE = "《中国公民往来台湾地区管理办法》（2015 年国务院令第 661 号修订）：十年"
_TWN_CHILD = "签发实践：未满十六周岁五年"


def _item_for_all(item: str) -> Mapping[str, str]:
    return MappingProxyType(dict.fromkeys(("first", "lapsed", "replace", "reissue"), item))


KINDS: Mapping[str, Kind] = by_code(
    [
        Kind(
            code=PASSPORT,
            name=_("普通护照"),
            short_name=_("护照"),
            form=Form.BOOKLET,
            zone=Zone.TD3,
            series=("E", "G", "14"),
            validity=(
                Validity(
                    age_from=0,
                    age_below=_ADULT,
                    years=5,
                    ground=Ground(source=_PASSPORT_LAW, confidence=Confidence.HIGH, effective_from=date(2007, 1, 1)),
                ),
                Validity(
                    age_from=_ADULT,
                    age_below=None,
                    years=10,
                    ground=Ground(source=_PASSPORT_LAW, confidence=Confidence.HIGH, effective_from=date(2007, 1, 1)),
                ),
            ),
            tariff=MappingProxyType({**_item_for_all("PASSPORT"), "annotate": "PASSPORT_ANNOTATION"}),
            issuing_basis="《中华人民共和国护照法》",
            on_form=True,
            ground=Ground(
                source="《中华人民共和国护照法》第三条", confidence=Confidence.HIGH, effective_from=date(2007, 1, 1)
            ),
        ),
        Kind(
            code=HKM_PERMIT,
            name=_("往来港澳通行证"),
            short_name=_("港澳通行证"),
            form=Form.CARD,
            zone=Zone.NONE,
            series=("C",),
            validity=(
                Validity(
                    age_from=0,
                    age_below=_ADULT,
                    years=5,
                    ground=Ground(source=_HKM_CARD, confidence=Confidence.HIGH, effective_from=date(2014, 9, 15)),
                ),
                Validity(
                    age_from=_ADULT,
                    age_below=None,
                    years=10,
                    ground=Ground(source=_HKM_CARD, confidence=Confidence.HIGH, effective_from=date(2014, 9, 15)),
                ),
            ),
            tariff=_item_for_all("HKM_PERMIT"),
            destinations=("HK", "MO"),
            issuing_basis="《中国公民因私事往来香港地区或者澳门地区的暂行管理办法》（1986 年）",
            on_form=True,
            ground=Ground(
                source="《中国公民因私事往来香港地区或者澳门地区的暂行管理办法》",
                confidence=Confidence.HIGH,
                effective_from=date(1986, 12, 25),
            ),
        ),
        Kind(
            code=TWN_PERMIT,
            name=_("往来台湾通行证"),
            short_name=_("台湾通行证"),
            form=Form.CARD,
            zone=Zone.NONE,
            series=("L", "T"),
            validity=(
                Validity(
                    age_from=0,
                    age_below=_ADULT,
                    years=5,
                    ground=Ground(source=_TWN_CHILD, confidence=Confidence.MEDIUM, effective_from=date(2015, 7, 1)),
                ),
                Validity(
                    age_from=_ADULT,
                    age_below=None,
                    years=10,
                    ground=Ground(source=_TWN_DECREE, confidence=Confidence.HIGH, effective_from=date(2015, 7, 1)),
                ),
            ),
            tariff=_item_for_all("TWN_PERMIT"),
            destinations=("TW",),
            issuing_basis="《中国公民往来台湾地区管理办法》",
            on_form=True,
            ground=Ground(
                source="《中国公民往来台湾地区管理办法》", confidence=Confidence.HIGH, effective_from=date(1992, 5, 1)
            ),
        ),
        *WINDOW_KINDS,
    ]
)


# What the shared application form asks for, in its order.
FORM_KINDS: Mapping[str, Kind] = by_code(row for row in KINDS.values() if row.on_form)


def kind(code: str) -> Kind:
    """Return the kind; raises NotInCatalogue."""
    try:
        return KINDS[code]
    except KeyError:
        raise NotInCatalogue("kind", code) from None


def permit_for(destination: str) -> str:
    """Return the code of the permit that carries endorsements for a destination; raises NotInCatalogue."""
    for row in FORM_KINDS.values():
        if destination in row.destinations:
            return row.code
    raise NotInCatalogue("destination", destination)


def tariff_item(kind_code: str, category: str, use: str = "") -> str:
    """Return the tariff item a kind costs in a category, for one use ("1") or many ("M") where that has its own price.

    Raises NotInCatalogue where there is no such item, or no source names its price.
    """
    items = kind(kind_code).tariff
    item = items.get(f"{category}:{use}") or items.get(category)
    if item is None:
        raise NotInCatalogue("tariff item", f"{kind_code}/{category}")
    return item
