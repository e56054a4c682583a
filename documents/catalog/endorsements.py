"""Owns the endorsements for Hong Kong and Macao: types and variants with options, stay, who may have them, papers."""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from documents.catalog.kinds import HKM_PERMIT
from documents.catalog.options import option
from documents.catalog.shapes import UNKNOWN, Confidence, Endorsement, Ground, NotInCatalogue, by_code
from documents.catalog.taiwan import TAIWAN_ENDORSEMENTS
from portal.common.unmet import Text

_HIGH, _MEDIUM = Confidence.HIGH, Confidence.MEDIUM
_TOUR = MappingProxyType({"HK": ("3m1", "3m2", "1y1", "1y2"), "MO": ("3m1", "1y1")})
_ONE_ENTRY = MappingProxyType({"HK": ("3m1",), "MO": ("3m1",)})
_THREE_MONTHS = MappingProxyType({"HK": ("3mM",), "MO": ("3mM",)})
_ONE_YEAR = MappingProxyType({"HK": ("1yM",), "MO": ("1yM",)})
_REGISTERED = ("3m1", "3mM", "1yM")
_TALENT = ("1yM", "2yM", "3yM", "4yM", "5yM")
_SAME_AS_MAIN = MappingProxyType({"HK": ("3m1", "3mM", "1yM"), "MO": ("3m1", "3mM", "1yM")})
_BUSINESS_STAY = _("2024 年 5 月 6 日前为 7 天。")


def _ground(
    source: str,
    confidence: Confidence = _HIGH,
    *,
    since: date | None = UNKNOWN,
    until: date | None = None,
    amended: date | None = None,
) -> Ground:
    return Ground(source=source, confidence=confidence, effective_from=since, effective_to=until, amended_on=amended)


_TOURS = _ground("国家移民管理局公告：2023 年 5 月 15 日起恢复团队旅游签注全国通办", amended=date(2023, 5, 15))
_MAY_2023 = _ground("国家移民管理局公告：2023 年 5 月 15 日起探亲、逗留、其他签注全国通办", amended=date(2023, 5, 15))
_VISIT = _ground(
    "国家移民管理局公告：2024 年 5 月 27 日起赴港澳“个人游”城市共 59 个",
    since=date(2003, 7, 28),
    amended=date(2024, 5, 27),
)
_MAY_2024 = _ground("国家移民管理局公告：2024 年 5 月 6 日起商务签注每次停留 14 天", since=date(2024, 5, 6))
_BEFORE_MAY_2024 = _ground("往来港澳商务签注办事指南（2024 年 5 月 6 日以前）", until=date(2024, 5, 6))
_SHENZHEN = _ground("国家移民管理局公告：2024 年 12 月 1 日起深圳“一签多行”", since=date(2024, 12, 1))
_SHENZHEN_WEEKLY = _ground("国家移民管理局公告：2024 年 12 月 1 日起停办深圳“一周一行”", until=date(2024, 12, 1))
_ZHUHAI = _ground("国家移民管理局公告：2025 年 1 月 1 日起珠海“一周一行”、横琴“一签多行”", since=date(2025, 1, 1))
_TALENT_TERMS = _ground(
    "国家移民管理局公告：2023 年 2 月 20 日起人才签注；2025 年 11 月 5 日起扩大试点区域",
    since=date(2023, 2, 20),
    amended=date(2025, 11, 5),
)
_HETAO = _ground("国家移民管理局公告：2025 年 11 月 5 日起河套深港科技创新合作区三年多次", since=date(2025, 11, 5))

_STAFF = ("licence", "employment", "dispatch_letter")
_FAMILY = ("kinship", "relative_document")
# The same letter says stay for Hong Kong and Macao, settlement for Taiwan.
_TAIWAN_SETTLEMENT = _("定居")

ENDORSEMENTS: Mapping[str, Endorsement] = by_code(
    [
        Endorsement(
            code="HKM-L", letter="L", kind=HKM_PERMIT, name=_("团队旅游签注"), options=_TOUR, stay_days=7,
            who=_("任何居民，在全国任何窗口都可以申请"), has_device=True, ground=_TOURS,
        ),
        Endorsement(
            code="HKM-L-HENGQIN", letter="L", kind=HKM_PERMIT, name=_("团队旅游签注（琴澳旅游）"),
            options=MappingProxyType({"MO": ("7dM",)}), stay_days=7, materials=("tour_papers",),
            who=_("琴澳旅游团成员，入境澳门后 7 日内随团多次往返"), ground=_MAY_2024,
        ),
        Endorsement(
            code="HKM-G", letter="G", kind=HKM_PERMIT, name=_("个人旅游签注"), options=_TOUR, stay_days=7,
            who=_("“个人游”城市的户籍居民或居住证持有人，在当地申请"),
            places="visit_cities", materials=("residence_permit",), has_device=True, ground=_VISIT,
        ),
        Endorsement(
            code="HKM-G-SHENZHEN", letter="G", kind=HKM_PERMIT, name=_("个人旅游签注（深圳一签多行）"),
            options=MappingProxyType({"HK": ("1yM",)}), stay_days=7,
            who=_("深圳户籍居民和居住证持有人，国家工作人员和现役军人除外"),
            places="shenzhen", excludes_registered=True, materials=("residence_permit",), has_device=True,
            ground=_SHENZHEN,
        ),
        Endorsement(
            code="HKM-G-SHENZHEN-WEEKLY", letter="G", kind=HKM_PERMIT, name=_("个人旅游签注（深圳一周一行）"),
            options=MappingProxyType({"HK": ("1yW",)}), stay_days=7,
            who=_("深圳户籍居民；2024 年 12 月 1 日起不再受理，由一签多行代替"),
            places="shenzhen_weekly", is_hukou_only=True, has_device=True, ground=_SHENZHEN_WEEKLY,
        ),
        Endorsement(
            code="HKM-G-ZHUHAI", letter="G", kind=HKM_PERMIT, name=_("个人旅游签注（珠海一周一行）"),
            options=MappingProxyType({"MO": ("1yW",)}), stay_days=7, who=_("珠海户籍居民，每个自然周一次"),
            places="zhuhai", is_hukou_only=True, has_device=True, ground=_ZHUHAI,
        ),
        Endorsement(
            code="HKM-G-HENGQIN", letter="G", kind=HKM_PERMIT, name=_("个人旅游签注（横琴一签多行）"),
            options=MappingProxyType({"MO": ("1yM",)}), stay_days=7,
            who=_("横琴粤澳深度合作区户籍居民和居住证持有人"),
            places="hengqin", materials=("zone_residence",), has_device=True, ground=_ZHUHAI,
        ),
        Endorsement(
            code="HKM-T-A", letter="T", kind=HKM_PERMIT, name=_("探亲签注（兄弟姐妹、祖孙）"), options=_ONE_ENTRY,
            stay_days=14, who=_("探望兄弟姐妹、（外）祖父母、（外）孙子女，以及随行的配偶和未满 18 周岁的子女"),
            materials=_FAMILY, ground=_MAY_2023,
        ),
        Endorsement(
            code="HKM-T-B", letter="T", kind=HKM_PERMIT, name=_("探亲签注（配偶、父母、子女）"),
            options=_THREE_MONTHS, stay_days=90, stay_note=_("自首次入境起算。"),
            who=_("探望配偶、父母或配偶父母、子女或其配偶，以及随行的配偶和未满 18 周岁的子女"),
            materials=_FAMILY, ground=_MAY_2023,
        ),
        Endorsement(
            code="HKM-T-C", letter="T", kind=HKM_PERMIT, name=_("探亲签注（一年多次）"), options=_ONE_YEAR,
            stay_days=90, who=_("探望上述亲属且年满 60 周岁，或与港澳配偶育有未成年子女，或经省级批准的困难情形"),
            materials=(*_FAMILY, "hardship"), ground=_MAY_2023,
        ),
        Endorsement(
            code="HKM-T-ACCOMPANYING", letter="T", kind=HKM_PERMIT, name=_("探亲签注（随行的配偶、子女）"),
            options=_SAME_AS_MAIN, stay_note=_("与主申请人相同。"),
            who=_("随探亲的主申请人同行的配偶和未满 18 周岁的子女，种类、次数和期限与主申请人相同"),
            is_accompanying=True, materials=("kinship", "main_applicant"), ground=_MAY_2023,
        ),
        Endorsement(
            code="HKM-S-STAFF", letter="S", kind=HKM_PERMIT, name=_("商务签注（未备案单位、个体工商户）"),
            options=_ONE_ENTRY, stay_days=14, stay_note=_BUSINESS_STAY, who=_("未备案单位的人员，个体工商户"),
            materials=_STAFF, ground=_MAY_2024,
        ),
        Endorsement(
            code="HKM-S-STAFF-2023", letter="S", kind=HKM_PERMIT, name=_("商务签注（未备案单位、个体工商户）"),
            options=_ONE_ENTRY, stay_days=7, who=_("未备案单位的人员，个体工商户"), materials=_STAFF,
            ground=_BEFORE_MAY_2024,
        ),
        Endorsement(
            code="HKM-S-REGISTERED", letter="S", kind=HKM_PERMIT, name=_("商务签注（已备案单位）"),
            options=MappingProxyType({"HK": _REGISTERED, "MO": _REGISTERED}), stay_days=14,
            stay_note=_BUSINESS_STAY, who=_("已备案单位的人员，备案有效期内不用再交材料"),
            materials=("registered_firm",), has_device=True, ground=_MAY_2024,
        ),
        Endorsement(
            code="HKM-S-REGISTERED-2023", letter="S", kind=HKM_PERMIT, name=_("商务签注（已备案单位）"),
            options=MappingProxyType({"HK": _REGISTERED, "MO": _REGISTERED}), stay_days=7,
            who=_("已备案单位的人员"), materials=("registered_firm",), ground=_BEFORE_MAY_2024,
        ),
        Endorsement(
            code="HKM-S-GUANGDONG", letter="S", kind=HKM_PERMIT, name=_("商务签注（广东已备案单位三年多次）"),
            options=MappingProxyType({"HK": ("3yM",), "MO": ("3yM",)}), stay_days=14,
            who=_("广东已备案单位的人员"), places="guangdong", materials=("registered_firm",), has_device=True,
            ground=_ground("广东省往来港澳商务签注办事指南", _MEDIUM, since=date(2024, 5, 6)),
        ),
        Endorsement(
            code="HKM-S-DRIVER", letter="S", kind=HKM_PERMIT, name=_("商务签注（跨境车辆驾驶员）"),
            options=MappingProxyType({"HK": ("3mM", "1yM"), "MO": ("3mM", "1yM")}), stay_days=14,
            who=_("广东的跨境车辆驾驶员"), places="guangdong", materials=("driver_papers",),
            ground=_ground("广东省跨境车辆驾驶员商务签注办事指南", _MEDIUM),
        ),
        Endorsement(
            code="HKM-D", letter="D", kind=HKM_PERMIT, name=_("逗留签注"), approved_destinations=("HK", "MO"),
            stay_note=_("按港澳批准的期限；在澳门高校就读的，为学习期限。"), who=_("赴港澳就读、就业、居留的人员"),
            materials=("entry_permission",), ground=_MAY_2023,
        ),
        Endorsement(
            code="HKM-R", letter="R", kind=HKM_PERMIT, name=_("人才签注"),
            options=MappingProxyType({"HK": _TALENT, "MO": _TALENT}), stay_days=30,
            who=_("试点区域的杰出、科研、文教、卫健、法律和其他人才"), places="talent_areas",
            materials=("talent_certificate",), ground=_TALENT_TERMS,
        ),
        Endorsement(
            code="HKM-R-HETAO", letter="R", kind=HKM_PERMIT, name=_("人才签注（河套）"),
            options=MappingProxyType({"HK": ("3yM",), "MO": ("3yM",)}), stay_days=30,
            who=_("河套深港科技创新合作区的人员，由合作区管理机构备案，不用人才证明"), places="hetao",
            materials=("zone_filing",), ground=_HETAO,
        ),
        Endorsement(
            code="HKM-Q", letter="Q", kind=HKM_PERMIT, name=_("其他签注"),
            options=MappingProxyType({"HK": ("3m1", "3m2"), "MO": ("3m1", "3m2")}), stay_days=14,
            who=_("就医、奔丧、探望危重病人、诉讼、应试、处理产业、学术交流"), materials=("reason_proof",),
            ground=_MAY_2023,
        ),
        Endorsement(
            code="HKM-Q-SPECIAL", letter="Q", kind=HKM_PERMIT, name=_("其他签注（特殊情形三个月多次）"),
            options=_THREE_MONTHS, stay_days=14, who=_("同上，情形特殊的"), materials=("reason_proof",),
            ground=_MAY_2023,
        ),
        Endorsement(
            code="HKM-Q-MACAO", letter="Q", kind=HKM_PERMIT, name=_("其他签注（赴澳一年多次）"),
            options=MappingProxyType({"MO": ("1yM",)}), stay_days=14, stay_confidence=Confidence.LOW,
            who=_("赴澳门参展、就医（可有一至二名陪护）、演艺"), materials=("reason_proof",), ground=_MAY_2024,
        ),
        *TAIWAN_ENDORSEMENTS,
    ]
)  # fmt: skip


def endorsement(code: str) -> Endorsement:
    """Return the endorsement; raises NotInCatalogue."""
    try:
        return ENDORSEMENTS[code]
    except KeyError:
        raise NotInCatalogue("endorsement", code) from None


def endorsements_for(kind_code: str, destination: str, *, on: date, letter: str = "") -> tuple[Endorsement, ...]:
    """Return the variants that a permit carries for a destination on a day, those of one letter where one is given."""
    return tuple(
        row
        for row in ENDORSEMENTS.values()
        if row.kind == kind_code
        and destination in row.destinations
        and letter in ("", row.letter)
        and row.ground.holds_on(on)
    )


# What is asked for where the length is what the other side approved.
APPROVED_OPTIONS = ("3mM", "6mM", "1yM", "2yM", "3yM", "4yM", "5yM")
# Where an endorsement is for, by the code the form and the register use.
DESTINATIONS: Mapping[str, Text] = MappingProxyType({"HK": _("香港"), "MO": _("澳门"), "TW": _("台湾")})
TYPES: Mapping[str, Text] = MappingProxyType(
    {
        "L": _("团队旅游"),
        "G": _("个人旅游"),
        "T": _("探亲"),
        "S": _("商务"),
        "D": _("逗留"),
        "R": _("人才"),
        "Q": _("其他"),
        "Y": _("应邀"),
        "F": _("商务"),
        "X": _("学习"),
        "C": _("乘务"),
        "J": _("居留"),
    }
)


def options_of(rows: Iterable[Endorsement], destination: str) -> dict[str, Endorsement]:
    """Return the option codes of some variants for a destination, each with the first variant that offers it."""
    found: dict[str, Endorsement] = {}
    for row in rows:
        for code in row.options.get(destination, APPROVED_OPTIONS):
            found.setdefault(code, row)
    return found


def type_name(destination: str, letter: str) -> str:
    """Return what a type of endorsement is for, in the reader's language."""
    return str(_TAIWAN_SETTLEMENT if (destination, letter) == ("TW", "D") else TYPES[letter])


def endorsement_label(destination: str, letter: str, option_code: str) -> str:
    """Return where to, what and how often in the reader's language, as it stands on receipts."""
    return f"{DESTINATIONS[destination]} {type_name(destination, letter)} {option(option_code).label}"
