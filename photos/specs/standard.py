"""The shape of a photo standard: limits, rules, permitted backgrounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Lazy

Verdict = Literal["pass", "warn", "fail"]


@dataclass(frozen=True)
class Limit:
    """What a value may be. Outside by at most `grace` is a warning: the nets measure no finer."""

    low: float | None = None
    high: float | None = None
    grace: float = 0.0

    def excess(self, value: float) -> float:
        """How far outside the limits a value lies, never negative."""
        under = self.low - value if self.low is not None else 0.0
        over = value - self.high if self.high is not None else 0.0
        return max(under, over, 0.0)

    def is_below(self, value: float) -> bool:
        """Whether the value is on the low side."""
        return self.low is not None and value < self.low


@dataclass(frozen=True)
class Rule:
    """One rule of a standard.

    A `hard` rule fails a photo, the others only warn. `cured_by_crop` says that a new cut from the
    same shot mends it. `when_low` and `when_high` are the remedies for either side.
    """

    code: str
    title: str | Lazy
    limit: Limit
    unit: str | Lazy
    source: str
    when_low: str | Lazy
    when_high: str | Lazy
    hard: bool = True
    cured_by_crop: bool = False

    def judge(self, value: float, limit: Limit | None = None) -> Verdict:
        """Judge a value by the rule's limit, or by one that the standard keeps elsewhere."""
        limit = limit or self.limit
        excess = limit.excess(value)
        if excess == 0:
            return "pass"
        return "fail" if self.hard and excess > limit.grace else "warn"

    def remedy(self, value: float, limit: Limit | None = None) -> str | Lazy:
        """What to do about a value on the wrong side."""
        return self.when_low if (limit or self.limit).is_below(value) else self.when_high


@dataclass(frozen=True)
class Background:
    """A permitted background: L* and chroma of CIE L*a*b*, hue in degrees when it is a colour."""

    name: str
    lightness: Limit
    chroma: Limit
    hue: Limit | None = None


@dataclass(frozen=True)
class Standard:
    """A whole standard. Pixels are width by height, paper is the effective area in millimetres."""

    code: str
    version: int
    read_on: date
    title: str | Lazy
    output: tuple[int, int]
    paper: tuple[float, float]
    dpi: int
    bytes: tuple[int, int]
    backgrounds: tuple[Background, ...]
    rules: tuple[Rule, ...]

    def rule(self, code: str) -> Rule | None:
        """The rule with this code, or nothing when the standard has none."""
        return next((rule for rule in self.rules if rule.code == code), None)

    def limit(self, code: str) -> Limit:
        """The limit of a rule this standard must have; KeyError otherwise."""
        rule = self.rule(code)
        if rule is None:
            raise KeyError(code)
        return rule.limit
