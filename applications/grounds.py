"""Grounds of correction and refusal: coded, with the words the applicant reads, the article, and the remedy."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from documents import catalog
from portal.common.unmet import Text

# What is asked for again only where there is any: papers, an address, the permit under an endorsement.
PAPERS, ADDRESS, PERMIT = "C07", "C08", "C09"

_ONCE = _("《中华人民共和国行政许可法》第三十二条")


@dataclass(frozen=True)
class Correction:
    """Why a form goes back: what is faulty, how to mend it, and the pages that open again."""

    code: str
    text: Text
    remedy: Text
    pages: tuple[str, ...]
    source: Text = _ONCE


@dataclass(frozen=True)
class Refusal:
    """Why an application is refused: the article and what it says; `kinds` is empty where it bars every kind."""

    code: str
    text: Text
    article: Text
    kinds: frozenset[str] = frozenset()


CORRECTIONS: Mapping[str, Correction] = {
    row.code: row
    for row in (
        Correction("C01", _("照片不符合要求"), _("请按页面提示重新拍一张。"), ("photo",)),
        Correction("C02", _("签名看不清，或者不是规范汉字"), _("请用黑色笔写在白纸上再拍一张。"), ("signature",)),
        Correction("C04", _("填写的内容和登记信息不一致"), _("请核对个人信息后改正。"), ("personal",)),
        Correction("C05", _("拼音姓名和汉字读音不一致"), _("请改正拼音，或者说明沿用旧证件的拼写。"), ("name",)),
        Correction("C06", _("申请原因和证件状况不符"), _("请重新选择原因，写明情况。"), ("requests", "materials")),
        Correction(PAPERS, _("签注的材料缺少或者看不清"), _("请把缺的、看不清的材料重新上传。"), ("materials",)),
        Correction(ADDRESS, _("收件地址不完整"), _("请把省、市、区、街道和门牌号写全。"), ("delivery",)),
        Correction(
            PERMIT,
            _("通行证已经失效，或者比签注先到期"),
            _("请改选短一些的签注；通行证不能用了的，请另外申请换发、补发，拿到新证再提交。"),
            ("requests",),
        ),
    )
}

_PASSPORT = frozenset({catalog.PASSPORT})
_HKM = frozenset({catalog.HKM_PERMIT})
_TWN = frozenset({catalog.TWN_PERMIT})

REFUSALS: Mapping[str, Refusal] = {
    row.code: row
    for row in (
        Refusal("P13-1", _("不具有中华人民共和国国籍"), _("《中华人民共和国护照法》第十三条第（一）项"), _PASSPORT),
        Refusal("P13-2", _("无法证明身份"), _("《中华人民共和国护照法》第十三条第（二）项"), _PASSPORT),
        Refusal("P13-3", _("申请过程中弄虚作假"), _("《中华人民共和国护照法》第十三条第（三）项"), _PASSPORT),
        Refusal("P13-4", _("被判处刑罚正在服刑"), _("《中华人民共和国护照法》第十三条第（四）项"), _PASSPORT),
        Refusal(
            "P13-5",
            _("人民法院通知有未了结的民事案件不能出境"),
            _("《中华人民共和国护照法》第十三条第（五）项"),
            _PASSPORT,
        ),
        Refusal(
            "P13-6", _("属于刑事案件被告人或者犯罪嫌疑人"), _("《中华人民共和国护照法》第十三条第（六）项"), _PASSPORT
        ),
        Refusal(
            "P13-7",
            _("国务院有关主管部门认为出境后将危害国家安全或者利益"),
            _("《中华人民共和国护照法》第十三条第（七）项"),
            _PASSPORT,
        ),
        Refusal(
            "P14",
            _("受处罚或者被遣返后，在规定的六个月至三年内"),
            _("《中华人民共和国护照法》第十四条"),
            _PASSPORT,
        ),
        Refusal("EEL12", _("依法不准出境"), _("《中华人民共和国出境入境管理法》第十二条")),
        Refusal(
            "HKM",
            _("不符合往来港澳的规定事由，或者编造情况、提供假证明"),
            _("《中国公民因私事往来香港地区或者澳门地区的暂行管理办法》"),
            _HKM,
        ),
        Refusal("TWN12", _("属于不予批准往来台湾的情形"), _("《中国公民往来台湾地区管理办法》第十二条"), _TWN),
    )
}


def refusals_for(kind: str) -> list[Refusal]:
    """Return the grounds on which an application for a kind may be refused."""
    return [row for row in REFUSALS.values() if not row.kinds or kind in row.kinds]
