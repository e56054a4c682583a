"""Owns the papers a request may need, and the shared register that answers for each where there is one."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from documents.catalog.shapes import Confidence, Ground, NotInCatalogue, by_code
from portal.common.unmet import Text

POPULATION, HOUSEHOLD, RESIDENCE, KINSHIP, INSURANCE, ENTERPRISE = (
    "population",
    "household",
    "residence_permit",
    "kinship",
    "social_insurance",
    "enterprise",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One paper: `register` is the shared register that spares it when it knows the answer, or empty."""

    code: str
    name: Text
    hint: Text = ""
    register: str = ""
    ground: Ground

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return str(self.name)


def _guide(source: str, confidence: Confidence = Confidence.HIGH) -> Ground:
    return Ground(source=source, confidence=confidence)


_HKM = "往来港澳签注办事指南"
_TWN = "往来台湾签注办事指南"
_FORM = "中国公民出入境证件申请表及办事指南"
_URGENT = "国家移民管理局 2019 年出入境证件“急事急办”办理情形"

MATERIALS: Mapping[str, Material] = by_code(
    [
        Material(code="photo", name=_("证件照片"), hint=_("窗口大厅可以免费拍。"), ground=_guide(_FORM)),
        Material(code="identity_card", name=_("居民身份证"), hint=_("请带原件。"), ground=_guide(_FORM)),
        Material(
            code="household", name=_("户口簿"), register=HOUSEHOLD, ground=_guide("公安部 2015 年 12 月 28 日通知")
        ),
        Material(code="old_document", name=_("原证件"), hint=_("遗失、被盗的不用带。"), ground=_guide(_FORM)),
        Material(
            code="loss_statement",
            name=_("遗失、被盗或损毁的情况说明"),
            hint=_("自己写一页即可，不用登报。"),
            ground=_guide(_FORM),
        ),
        Material(
            code="change_proof",
            name=_("姓名、性别、出生日期或号码变更的证明"),
            register=POPULATION,
            ground=_guide("《中华人民共和国护照法》第十一条"),
        ),
        Material(
            code="guardian",
            name=_("监护人身份证件和监护关系证明"),
            hint=_("监护人陪同到场，或者写委托书。"),
            register=KINSHIP,
            ground=_guide(_FORM),
        ),
        Material(
            code="unit_consent",
            name=_("单位同意办理的意见"),
            hint=_("由单位按干部管理权限出具，请带原件。"),
            ground=_guide(_FORM),
        ),
        Material(
            code="residence_permit",
            name=_("居住证"),
            hint=_("户口不在办理地时需要。"),
            register=RESIDENCE,
            ground=_guide(_HKM),
        ),
        Material(code="zone_residence", name=_("横琴粤澳深度合作区的户口簿或居住证"), ground=_guide(_HKM)),
        Material(code="kinship", name=_("亲属关系证明"), register=KINSHIP, ground=_guide(_HKM)),
        Material(
            code="main_applicant",
            name=_("主申请人的身份证件和探亲签注（或者同时提交的申请）"),
            hint=_("随行的配偶、未满 18 周岁的子女需要。"),
            ground=_guide(_HKM),
        ),
        Material(code="relative_document", name=_("港澳亲属的身份证件或居留许可"), ground=_guide(_HKM)),
        Material(code="hardship", name=_("年龄、出生或困难情形的证明"), ground=_guide(_HKM)),
        Material(code="licence", name=_("营业执照"), register=ENTERPRISE, ground=_guide(_HKM)),
        Material(
            code="employment",
            name=_("社会保险缴纳证明或在职证明"),
            register=INSURANCE,
            ground=_guide(_HKM),
        ),
        Material(code="dispatch_letter", name=_("派遣函"), ground=_guide(_HKM)),
        Material(code="registered_firm", name=_("单位商务备案"), register=ENTERPRISE, ground=_guide(_HKM)),
        Material(code="driver_papers", name=_("跨境车辆驾驶员证明"), ground=_guide(_HKM, Confidence.MEDIUM)),
        Material(
            code="entry_permission",
            name=_("港澳有关部门的进入许可或者录取、工作批准"),
            ground=_guide(_HKM),
        ),
        Material(code="talent_certificate", name=_("人才证明"), ground=_guide(_HKM)),
        Material(code="zone_filing", name=_("河套合作区管理机构的备案"), ground=_guide(_HKM)),
        Material(
            code="reason_proof", name=_("事由证明"), hint=_("例如就医预约、考试通知、法院文书。"), ground=_guide(_HKM)
        ),
        Material(code="tour_papers", name=_("旅行社组团材料"), ground=_guide(_HKM)),
        Material(code="taiwan_entry_permit", name=_("入台许可"), ground=_guide(_TWN)),
        Material(code="taiwan_kinship", name=_("与在台亲属的关系证明"), register=KINSHIP, ground=_guide(_TWN)),
        Material(code="settlement_proof", name=_("定居证明"), ground=_guide(_TWN)),
        Material(code="taiwan_affairs_approval", name=_("赴台批件"), ground=_guide(_TWN)),
        Material(code="project_approval", name=_("赴台立项批复"), ground=_guide(_TWN)),
        Material(code="study_certificate", name=_("台办出具的学习证明"), ground=_guide(_TWN)),
        Material(code="crew_approval", name=_("乘务批准材料"), ground=_guide(_TWN)),
        Material(
            code="urgency_proof",
            name=_("急用的证明"),
            hint=_("选加急原因时列出的证明，要看得清日期。"),
            ground=_guide(_URGENT),
        ),
    ]
)


def material(code: str) -> Material:
    """Return the material; raises NotInCatalogue."""
    try:
        return MATERIALS[code]
    except KeyError:
        raise NotInCatalogue("material", code) from None
