"""What a check answers, and the shapes it draws over the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from photos.specs import Limit, Rule, Verdict

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Lazy

Point = tuple[float, float]


@dataclass(frozen=True)
class Shape:
    """A line, box or polygon over the picture; points are shares of its width and height."""

    kind: Literal["line", "area"]
    points: tuple[Point, ...]


@dataclass(frozen=True)
class CheckResult:
    """One judged rule: the measured value beside its limit, and the remedy when it is not met.

    `value` is None when nothing could be measured. `low` and `high` are the limits that applied,
    `limit_text` says a limit that is no number.
    """

    code: str
    title: str | Lazy
    verdict: Verdict
    value: float | str | None
    low: float | None
    high: float | None
    unit: str | Lazy
    remedy: str | Lazy
    source: str
    cured_by_crop: bool = False
    limit_text: str = ""
    overlay: tuple[Shape, ...] = ()


def judge(
    rule: Rule, value: float, *, overlay: Sequence[Shape] = (), limit: Limit | None = None, unit: str = ""
) -> CheckResult:
    """Judge a value by its rule; `limit` and `unit` replace the rule's own where it has several."""
    verdict = rule.judge(value, limit)
    applied = limit or rule.limit
    return CheckResult(
        code=rule.code,
        title=rule.title,
        verdict=verdict,
        value=value if isinstance(value, int) else round(float(value), 3),
        low=applied.low,
        high=applied.high,
        unit=unit or rule.unit,
        remedy="" if verdict == "pass" else rule.remedy(value, limit),
        source=rule.source,
        cured_by_crop=rule.cured_by_crop,
        overlay=tuple(overlay),
    )


def state(rule: Rule, verdict: Verdict, value: str | None, *, limit: str = "") -> CheckResult:
    """A result whose value is a word, or which could not be measured."""
    return CheckResult(
        code=rule.code,
        title=rule.title,
        verdict=verdict,
        value=value,
        low=None,
        high=None,
        unit=rule.unit,
        remedy="" if verdict == "pass" else rule.when_low,
        source=rule.source,
        cured_by_crop=rule.cured_by_crop,
        limit_text=limit,
    )
