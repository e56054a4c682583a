"""Owns the categories of application and the reasons that lead to them."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from documents.catalog.kinds import HKM_PERMIT, PASSPORT, TWN_PERMIT
from documents.catalog.shapes import Category, Confidence, Ground, NotInCatalogue, Reason, by_code
from documents.catalog.window_kinds import HRP, HRP_NC, TBZ

_PILOT = date(2024, 5, 6)
_PILOT_NOTICE = "国家移民管理局 2024 年 4 月 28 日公告：换发补发出入境证件“全程网办”，2024 年 5 月 6 日起"
_FIRST = Ground(source="普通护照、往来港澳通行证、往来台湾通行证办事指南：首次申领须到窗口", confidence=Confidence.HIGH)
_LAPSED = Ground(source="办理实践：证件失效后按首次申领到窗口办理", confidence=Confidence.MEDIUM)
_PASSPORT_LAW_11 = Ground(
    source="《中华人民共和国护照法》第十一条；《中华人民共和国普通护照和出入境通行证签发管理办法》",
    confidence=Confidence.HIGH,
    effective_from=date(2007, 1, 1),
)
_ENDORSED = Ground(source="往来港澳、往来台湾签注办事指南：须持有效通行证", confidence=Confidence.HIGH)
_ANNOTATED = Ground(source="《中华人民共和国普通护照和出入境通行证签发管理办法》", confidence=Confidence.HIGH)
_TRIGGER = Ground(source=_PILOT_NOTICE, confidence=Confidence.HIGH, effective_from=_PILOT)

CATEGORIES: Mapping[str, Category] = by_code(
    [
        Category(code="first", name=_("首次申领"), is_online=False, ends_old=False, ground=_FIRST),
        Category(code="lapsed", name=_("失效重新申领"), is_online=False, ends_old=False, ground=_LAPSED),
        Category(code="replace", name=_("换发"), is_online=True, ends_old=True, ground=_PASSPORT_LAW_11),
        Category(code="reissue", name=_("补发"), is_online=True, ends_old=True, ground=_PASSPORT_LAW_11),
        Category(code="annotate", name=_("加注"), is_online=False, ends_old=False, ground=_ANNOTATED),
        Category(code="endorse", name=_("签注"), is_online=False, ends_old=False, ground=_ENDORSED),
    ]
)

_ALL = frozenset({PASSPORT, HKM_PERMIT, TWN_PERMIT})
_CARDS_OF_OTHERS = frozenset({HRP, HRP_NC, TBZ})
_HKM_GUIDE = Ground(source="往来港澳通行证换发办事指南", confidence=Confidence.HIGH)
_HRP_GUIDE = Ground(source="港澳居民来往内地通行证在内地换发、补发办事指南", confidence=Confidence.HIGH)

# Article 11 of the Passport Law names damage under both words; the issuing rules and practice treat it as 补发.
REASONS: Mapping[str, Reason] = by_code(
    [
        Reason(
            code="first",
            name=_("首次申领"),
            hint=_("没有办过这种证件。"),
            category="first",
            kinds=_ALL,
            is_online=False,
            ground=_FIRST,
        ),
        Reason(
            code="lapsed",
            name=_("失效重新申领"),
            hint=_("办过，已经过期或者作废。"),
            category="lapsed",
            kinds=_ALL,
            is_online=False,
            ground=_LAPSED,
        ),
        Reason(
            code="expiring",
            name=_("有效期不足 6 个月"),
            hint=_("证件还有效，剩下的有效期不到 6 个月。"),
            category="replace",
            kinds=_ALL,
            is_online=True,
            ground=_TRIGGER,
        ),
        Reason(
            code="pages_used",
            name=_("签证页用完"),
            hint=_("护照里没有空白的签证页了。"),
            category="replace",
            kinds=frozenset({PASSPORT}),
            is_online=True,
            ground=_TRIGGER,
        ),
        Reason(
            code="damaged",
            name=_("证件损坏"),
            hint=_("污损、缺页、芯片读不出来都算。"),
            category="reissue",
            kinds=_ALL,
            is_online=True,
            ground=_TRIGGER,
        ),
        Reason(
            code="lost",
            name=_("证件遗失"),
            hint=_("提交后旧证件马上作废，找到了也不能再用。"),
            category="reissue",
            kinds=_ALL,
            is_online=True,
            voids_old=True,
            ground=_TRIGGER,
        ),
        Reason(
            code="stolen",
            name=_("证件被盗"),
            hint=_("提交后旧证件马上作废，找到了也不能再用。"),
            category="reissue",
            kinds=_ALL,
            is_online=True,
            voids_old=True,
            ground=_TRIGGER,
        ),
        Reason(
            code="identity_changed",
            name=_("姓名、性别、出生日期、出生地或号码变更"),
            hint=_("要到窗口核对变更证明。"),
            category="replace",
            kinds=_ALL | _CARDS_OF_OTHERS,
            is_online=False,
            ground=_PASSPORT_LAW_11,
        ),
        Reason(
            code="face_changed",
            name=_("相貌变化很大"),
            hint=_("要到窗口重新核对。"),
            category="replace",
            kinds=frozenset({PASSPORT}),
            is_online=False,
            ground=_PASSPORT_LAW_11,
        ),
        Reason(
            code="too_short_for_destination",
            name=_("剩余有效期不够前往国要求"),
            hint=_("有效期还有 6 个月以上，但能证明前往国要求更长。"),
            category="replace",
            kinds=frozenset({PASSPORT}),
            is_online=False,
            ground=_PASSPORT_LAW_11,
        ),
        Reason(
            code="fingerprints_possible",
            name=_("手指已恢复，可以留指纹"),
            hint=_("以前因手指受伤没有留过指纹。"),
            category="replace",
            kinds=frozenset({PASSPORT}),
            is_online=False,
            ground=_PASSPORT_LAW_11,
        ),
        Reason(
            code="other_approved",
            name=_("出入境管理部门认可的其他情形"),
            hint=_("请先向窗口说明。"),
            category="replace",
            kinds=frozenset({PASSPORT}),
            is_online=False,
            ground=_PASSPORT_LAW_11,
        ),
        Reason(
            code="shorter_than_endorsement",
            name=_("通行证有效期短于要申请的签注"),
            hint=_("签注不能比通行证更晚到期。"),
            category="replace",
            kinds=frozenset({HKM_PERMIT}),
            is_online=False,
            ground=_HKM_GUIDE,
        ),
        Reason(
            code="gate_data",
            name=_("加录自助通关资料"),
            hint=_("要到窗口采集。"),
            category="replace",
            kinds=frozenset({HKM_PERMIT}),
            is_online=False,
            ground=_HKM_GUIDE,
        ),
        Reason(
            code="old_booklet",
            name=_("本式通行证换成卡式"),
            hint=_("手上还是小本子。"),
            category="replace",
            kinds=frozenset({HKM_PERMIT}),
            is_online=False,
            ground=_HKM_GUIDE,
        ),
        Reason(
            code="card_expiring",
            name=_("有效期不足 6 个月或者已经过期"),
            hint=_("在内地可以到窗口换发。"),
            category="replace",
            kinds=_CARDS_OF_OTHERS,
            is_online=False,
            ground=_HRP_GUIDE,
        ),
        Reason(
            code="card_gone",
            name=_("遗失、被盗或损坏"),
            hint=_("在内地可以到窗口补发。"),
            category="reissue",
            kinds=_CARDS_OF_OTHERS,
            is_online=False,
            ground=_HRP_GUIDE,
        ),
        Reason(
            code="former_name",
            name=_("加注曾用名"),
            hint=_("要有户口登记的证明。"),
            category="annotate",
            kinds=frozenset({PASSPORT}),
            is_online=False,
            ground=_ANNOTATED,
        ),
        Reason(
            code="traditional_characters",
            name=_("加注繁体字姓名"),
            hint=_("姓名的繁体写法。"),
            category="annotate",
            kinds=frozenset({PASSPORT}),
            is_online=False,
            ground=_ANNOTATED,
        ),
        Reason(
            code="other_spelling",
            name=_("加注外文或非标准拼音姓名"),
            hint=_("例如以前证件上的 LU、LV 写法。"),
            category="annotate",
            kinds=frozenset({PASSPORT}),
            is_online=False,
            ground=_ANNOTATED,
        ),
        Reason(
            code="face_annotation",
            name=_("加注相貌变化"),
            hint=_("持护照人相貌有较大变化。"),
            category="annotate",
            kinds=frozenset({PASSPORT}),
            is_online=False,
            ground=_ANNOTATED,
        ),
        Reason(
            code="earlier_passport",
            name=_("加注曾持照"),
            hint=_("曾经持有的护照的号码。"),
            category="annotate",
            kinds=frozenset({PASSPORT}),
            is_online=False,
            ground=_ANNOTATED,
        ),
    ]
)


def category(code: str) -> Category:
    """Return the category; raises NotInCatalogue."""
    try:
        return CATEGORIES[code]
    except KeyError:
        raise NotInCatalogue("category", code) from None


def reason(code: str) -> Reason:
    """Return the reason; raises NotInCatalogue."""
    try:
        return REASONS[code]
    except KeyError:
        raise NotInCatalogue("reason", code) from None


def reasons_for(kind_code: str, *, on: date) -> tuple[Reason, ...]:
    """Return the reasons for which a kind can be asked for online on a day, in the order they are offered."""
    return tuple(
        row for row in REASONS.values() if row.is_online and kind_code in row.kinds and row.ground.holds_on(on)
    )
