"""Owns the endorsements for Taiwan."""

from datetime import date
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from documents.catalog.kinds import TWN_PERMIT
from documents.catalog.shapes import UNKNOWN, Confidence, Endorsement, Ground

_SUSPENDED = date(2019, 8, 1)
_FAMILY = ("6m1", "1yM", "2yM", "3yM")
_INVITED = ("6m1", "6mM", "1yM", "2yM", "3yM")
_CREW = ("1yM", "2yM", "3yM")


def _taiwan(*options: str) -> MappingProxyType[str, tuple[str, ...]]:
    return MappingProxyType({"TW": options})


def _ground(
    source: str,
    confidence: Confidence = Confidence.HIGH,
    *,
    until: date | None = None,
    amended: date | None = None,
) -> Ground:
    return Ground(source=source, confidence=confidence, effective_from=UNKNOWN, effective_to=until, amended_on=amended)


_NOV_2025 = _ground(
    "国家移民管理局公告：2025 年 11 月 5 日起赴台探亲签注在任何县级以上出入境窗口都可以申请", amended=date(2025, 11, 5)
)
_GUIDE = _ground("往来台湾签注办事指南（国家移民管理局）；《中国公民往来台湾地区管理办法》")

TAIWAN_ENDORSEMENTS = (
    Endorsement(
        code="TWN-L", letter="L", kind=TWN_PERMIT, name=_("团队旅游签注"), options=_taiwan("6m1"),
        who=_("已恢复赴台团队旅游的省市的居民，由旅行社组团"), places="taiwan_group_tour", has_device=True,
        materials=("tour_papers",), ground=_GUIDE,
    ),
    Endorsement(
        code="TWN-L-LEADER", letter="L", kind=TWN_PERMIT, name=_("团队旅游签注（领队）"), options=_taiwan("1yM"),
        who=_("领队，不超过领队证的期限"), places="taiwan_group_tour", has_device=True,
        materials=("tour_papers",), ground=_GUIDE,
    ),
    Endorsement(
        code="TWN-G", letter="G", kind=TWN_PERMIT, name=_("个人旅游签注"), options=_taiwan("6m1"), stay_days=15,
        who=_("指定城市的居民；2019 年 8 月 1 日起暂停"), places="taiwan_individual_visit", is_hukou_only=True,
        ground=_ground("大陆居民赴台个人游：2019 年 8 月 1 日起暂停", until=_SUSPENDED),
    ),
    Endorsement(
        code="TWN-T", letter="T", kind=TWN_PERMIT, name=_("探亲签注"), options=_taiwan(*_FAMILY),
        stay_note=_("按入台许可。"), who=_("探望在台亲属；2025 年 11 月 5 日起在任何县级以上出入境窗口都可以申请"),
        materials=("taiwan_kinship", "taiwan_entry_permit"), ground=_NOV_2025,
    ),
    Endorsement(
        code="TWN-D", letter="D", kind=TWN_PERMIT, name=_("定居签注"), options=_taiwan("6m1"),
        who=_("获准赴台定居的人员"), materials=("settlement_proof",), ground=_GUIDE,
    ),
    Endorsement(
        code="TWN-Y", letter="Y", kind=TWN_PERMIT, name=_("应邀签注"), options=_taiwan(*_INVITED),
        who=_("应邀赴台的人员"), materials=("taiwan_affairs_approval",), ground=_GUIDE,
    ),
    Endorsement(
        code="TWN-F", letter="F", kind=TWN_PERMIT, name=_("商务签注"), options=_taiwan(*_INVITED),
        who=_("赴台从事商务的人员"), materials=("project_approval",), ground=_GUIDE,
    ),
    Endorsement(
        code="TWN-X", letter="X", kind=TWN_PERMIT, name=_("学习签注"), approved_destinations=("TW",),
        stay_note=_("按学习期限。"), who=_("赴台学习的人员"), materials=("study_certificate",), ground=_GUIDE,
    ),
    Endorsement(
        code="TWN-C", letter="C", kind=TWN_PERMIT, name=_("乘务签注"), options=_taiwan(*_CREW),
        who=_("执行两岸航运任务的乘务人员"), materials=("crew_approval",), ground=_GUIDE,
    ),
    Endorsement(
        code="TWN-Q", letter="Q", kind=TWN_PERMIT, name=_("其他签注"), options=_taiwan("6m1", "1yM"),
        who=_("赴台就医、探友、处理财产、奔丧、诉讼；渔船船员"), materials=("reason_proof",), ground=_GUIDE,
    ),
    Endorsement(
        code="TWN-J", letter="J", kind=TWN_PERMIT, name=_("居留签注"), options=_taiwan("3yM"),
        who=_("旧目录中的种类，现行办事指南没有列入"),
        ground=_ground("早期往来台湾签注目录", Confidence.MEDIUM, until=_SUSPENDED),
    ),
)  # fmt: skip
