"""Owns the reasons for which the green channel takes a case first, and what proves each."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from documents.catalog.shapes import Confidence, Ground, by_code
from portal.common.unmet import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgency:
    """One urgent reason and the proof it takes."""

    code: str
    name: Text
    proof: Text
    ground: Ground


_LIST = Ground(source="国家移民管理局 2019 年出入境证件“急事急办”办理情形", confidence=Confidence.HIGH)
_PROVINCE = Ground(
    source="《中华人民共和国普通护照和出入境通行证签发管理办法》：省级公安机关认可的其他紧急事由",
    confidence=Confidence.HIGH,
)
_PROJECTS = Ground(source="出入境管理部门为重大项目企业开设的绿色通道", confidence=Confidence.HIGH)

URGENCIES: Mapping[str, Urgency] = by_code(
    [
        Urgency(code="meeting", name=_("出境参加紧急会议、谈判、签订合同"), proof=_("邀请函和单位证明"), ground=_LIST),
        Urgency(code="enrolment", name=_("临近入学报到日期"), proof=_("写有日期的录取通知书"), ground=_LIST),
        Urgency(code="lost_before_travel", name=_("临行前证件遗失、损毁"), proof=_("情况说明和行程单"), ground=_LIST),
        Urgency(
            code="visa_lapsing", name=_("前往地入境许可或签证即将到期"), proof=_("签证或许可的复印件"), ground=_LIST
        ),
        Urgency(
            code="illness_or_funeral",
            name=_("探望危重病人、奔丧"),
            proof=_("病情或死亡证明，或者驻外使领馆的通知"),
            ground=_LIST,
        ),
        Urgency(code="treatment", name=_("本人出境治疗危重疾病"), proof=_("诊断证明和病历"), ground=_LIST),
        Urgency(code="incident", name=_("境外突发事件"), proof=_("事件的证明材料"), ground=_LIST),
        Urgency(
            code="provincial", name=_("省级公安机关认可的其他紧急事由"), proof=_("事由的证明材料"), ground=_PROVINCE
        ),
        Urgency(code="major_project", name=_("重大项目企业的急需"), proof=_("项目证明和单位证明"), ground=_PROJECTS),
    ]
)
