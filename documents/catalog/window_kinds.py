"""Owns the kinds of document that only a window gives: one-use papers, and permits of Hong Kong, Macao and Taiwan."""

from datetime import date
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from documents.catalog.shapes import Confidence, Form, Ground, Kind, Validity, Zone

TWN_PERMIT_ONCE = "TWN_PERMIT_ONCE"
EXIT_ENTRY_PERMIT = "EXIT_ENTRY_PERMIT"
HRP = "HRP"
HRP_NC = "HRP_NC"
TBZ = "TBZ"

# The home return permit's line is 18, not 16.
_HRP_ADULT = 18

_FEES_2017 = "国家发展改革委、财政部发改价格〔2017〕1186号"
_HRP_GUIDE = "港澳居民来往内地通行证办事指南：未满十八周岁五年，十八周岁以上十年"
_HRP_NC_NOTICE = "国家移民管理局公告：港澳居民来往内地通行证（非中国籍），2024 年 7 月 10 日起，五年"
_TBZ_GUIDE = "台湾居民来往大陆通行证办事指南：五年，或者三个月一次"
_PERMIT_GUIDE = "出入境通行证办事指南：一次有效最长三个月，多次有效最长一年"
_ONCE_GUIDE = "一次有效往来台湾通行证办事指南：通常三个月，往返一次"


def _ground(source: str, confidence: Confidence, since: date | None = None) -> Ground:
    return Ground(source=source, confidence=confidence, effective_from=since)


_HIGH, _MEDIUM, _LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW

WINDOW_KINDS = (
    Kind(
        code=TWN_PERMIT_ONCE,
        name=_("一次有效往来台湾通行证"),
        short_name=_("一次有效台湾通行证"),
        form=Form.PAPER,
        zone=Zone.NONE,
        series=(),
        validity=(Validity(age_from=0, age_below=None, months=3, use="1", ground=_ground(_ONCE_GUIDE, _LOW)),),
        tariff=MappingProxyType({"first": "TWN_PERMIT_ONCE"}),
        destinations=("TW",),
        issuing_basis="《中国公民往来台湾地区管理办法》",
        ground=_ground("一次有效往来台湾通行证办事指南", _MEDIUM),
    ),
    Kind(
        code=EXIT_ENTRY_PERMIT,
        name=_("出入境通行证"),
        short_name=_("出入境通行证"),
        form=Form.PAPER,
        zone=Zone.NONE,
        series=(),
        validity=(
            Validity(age_from=0, age_below=None, months=3, use="1", ground=_ground(_PERMIT_GUIDE, _MEDIUM)),
            Validity(age_from=0, age_below=None, years=1, use="M", ground=_ground(_PERMIT_GUIDE, _MEDIUM)),
        ),
        tariff=MappingProxyType({"first": "EXIT_ENTRY_PERMIT_1", "first:M": "EXIT_ENTRY_PERMIT_M"}),
        issuing_basis="《中华人民共和国普通护照和出入境通行证签发管理办法》",
        ground=_ground(_FEES_2017, _MEDIUM),
    ),
    Kind(
        code=HRP,
        name=_("港澳居民来往内地通行证"),
        short_name=_("回乡证"),
        form=Form.CARD,
        zone=Zone.TD1,
        series=("HM",),
        validity=(
            Validity(age_from=0, age_below=_HRP_ADULT, years=5, ground=_ground(_HRP_GUIDE, _HIGH)),
            Validity(age_from=_HRP_ADULT, age_below=None, years=10, ground=_ground(_HRP_GUIDE, _HIGH)),
        ),
        # No source names what a replacement costs in the mainland: ask the window.
        tariff=MappingProxyType({}),
        issuing_basis="《中国公民因私事往来香港地区或者澳门地区的暂行管理办法》（1986 年）",
        ground=_ground("港澳居民来往内地通行证办事指南：在内地换发、补发", _HIGH),
    ),
    Kind(
        code=HRP_NC,
        name=_("港澳居民来往内地通行证（非中国籍）"),
        short_name=_("非中国籍回乡证"),
        form=Form.CARD,
        zone=Zone.TD1,
        series=(),
        validity=(
            Validity(age_from=0, age_below=None, years=5, ground=_ground(_HRP_NC_NOTICE, _HIGH, date(2024, 7, 10))),
        ),
        tariff=MappingProxyType({}),
        issuing_basis="《中华人民共和国出境入境管理法》",
        ground=_ground(_HRP_NC_NOTICE, _HIGH, date(2024, 7, 10)),
    ),
    Kind(
        code=TBZ,
        name=_("台湾居民来往大陆通行证"),
        short_name=_("台胞证"),
        form=Form.CARD,
        zone=Zone.TD1,
        series=("8",),
        validity=(
            Validity(age_from=0, age_below=None, months=3, use="1", ground=_ground(_TBZ_GUIDE, _HIGH)),
            Validity(age_from=0, age_below=None, years=5, ground=_ground(_TBZ_GUIDE, _HIGH)),
        ),
        tariff=MappingProxyType({"first": "TBZ", "replace": "TBZ", "reissue": "TBZ_REISSUE", "first:1": "TBZ_1"}),
        issuing_basis="《中国公民往来台湾地区管理办法》",
        ground=_ground(_TBZ_GUIDE, _HIGH),
    ),
)
