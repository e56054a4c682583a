"""Owns the groups of talent endorsements and the term each may ask for, and the reasons that count as urgent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from documents.catalog.shapes import Confidence, Ground, by_code
from portal.common.unmet import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Talent:
    """A group of people whose talent endorsement lasts up to `years`."""

    code: str
    name: Text
    years: int
    ground: Ground


_SCHEME = Ground(
    source="国家移民管理局公告：2023 年 2 月 20 日起粤港澳大湾区内地城市试点往来港澳人才签注",
    confidence=Confidence.HIGH,
    effective_from=date(2023, 2, 20),
)

TALENTS: Mapping[str, Talent] = by_code(
    [
        Talent(code="outstanding", name=_("杰出人才"), years=5, ground=_SCHEME),
        Talent(code="research", name=_("科研人才"), years=3, ground=_SCHEME),
        Talent(code="culture", name=_("文教人才"), years=3, ground=_SCHEME),
        Talent(code="health", name=_("卫健人才"), years=3, ground=_SCHEME),
        Talent(code="legal", name=_("法律人才"), years=1, ground=_SCHEME),
        Talent(code="other", name=_("其他人才"), years=1, ground=_SCHEME),
    ]
)
