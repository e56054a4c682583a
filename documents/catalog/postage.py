"""Owns who pays for sending a document home: the recipient, unless a province pays for its older residents."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from documents.catalog.shapes import Confidence, Ground, by_code
from documents.catalog.validity import age_on

_PROVINCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Postage:
    """Free postage for residents of a province (six-digit code) from an age on, in whole years."""

    code: str
    province: str
    age_from: int
    ground: Ground


FREE_POSTAGE: Mapping[str, Postage] = by_code(
    [
        Postage(
            code="shandong_65",
            province="370000",
            age_from=65,
            ground=Ground(
                source="山东省公安厅：2018 年 1 月 15 日起 65 周岁以上老年人出入境证件免费邮寄",
                confidence=Confidence.HIGH,
                effective_from=date(2018, 1, 15),
            ),
        ),
    ]
)


def free_postage(division: str, *, born: date, on: date) -> Postage | None:
    """Return the rule by which postage is free for a resident of a six-digit division, or None: paid on delivery."""
    return next((row for row in postage_rules(division, on=on) if age_on(born, on) >= row.age_from), None)


def postage_rules(division: str, *, on: date) -> tuple[Postage, ...]:
    """Return the rules of the province of a six-digit division, whatever the age."""
    return tuple(
        row
        for row in FREE_POSTAGE.values()
        if division[:_PROVINCE] == row.province[:_PROVINCE] and row.ground.holds_on(on)
    )
