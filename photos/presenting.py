"""A verdict in words: what was measured, what is required, what to do, and what to draw over the picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from photos.cropping import REMEDIES
from photos.models import PORTRAIT, Shot
from photos.reading import Unreadable
from photos.specs import STANDARDS, Rule, Standard, rule_of
from portal.common.unmet import Text

# The drawing is 300 units wide; its height follows the picture.
WIDTH = 300.0
_DEFAULT_RATIO = 4 / 3
# Signs that stand at the figure without a blank.
_TIGHT = ("%", "°")


@dataclass(frozen=True)
class Words:
    """What a check is called, its unit, and what to do when the value is too low or too high."""

    title: Text
    unit: Text = ""
    when_low: Text = ""
    when_high: Text = ""


@dataclass(frozen=True)
class Drawn:
    """A shape over the picture, in the units of the drawing: `points` as SVG wants them."""

    kind: str
    points: str
    is_bad: bool


@dataclass(frozen=True)
class Mark:
    """The number of a problem, at its place on the picture."""

    n: int
    x: int
    y: int


@dataclass(frozen=True)
class Line:
    """One check in words. `gauge` holds value and bounds as figures, where there are any."""

    code: str
    title: str
    verdict: str
    measured: str
    required: str
    remedy: str
    gauge: Mapping[str, float | None] | None


@dataclass(frozen=True)
class Presented:
    """A judged picture: what fails, what is doubtful, what passed, and the drawing over it.

    `cured` is what fails in the file as it came and is mended by the automatic crop: nothing to do for the applicant.
    """

    height: int
    problems: tuple[Line, ...] = ()
    warnings: tuple[Line, ...] = ()
    passed: tuple[Line, ...] = ()
    shapes: tuple[Drawn, ...] = ()
    marks: tuple[Mark, ...] = ()
    cured: tuple[Line, ...] = ()
    crop: str = ""
    is_cropped: bool = False

    @property
    def count(self) -> int:
        """How many checks there were."""
        return len(self.problems) + len(self.warnings) + len(self.passed)


def present(shot: Shot) -> Presented:
    """Return a shot's verdict in the reader's language; empty while it waits."""
    verdict = shot.verdict
    checks: list[dict[str, Any]] = verdict.get("checks", [])
    height = round(WIDTH * _ratio(shot, checks))
    is_cropped = verdict.get("outcome") == "accepted_after_crop"
    standard = str(verdict.get("standard", ""))
    # What an accepted crop mends is no longer a problem: the finished picture's own checks count.
    lines = [
        (check, _line(check, rule_of(standard, check["code"])))
        for check in (verdict.get("crop", []) if is_cropped else checks)
    ]
    failing = [(check, line) for check, line in lines if line.verdict == "fail"]
    cured = _cured(failing, verdict, STANDARDS.get(standard))
    failing = [(check, line) for check, line in failing if line not in cured]
    shapes = [_drawn(shape, height) for check, _line_of in failing for shape in check.get("overlay", [])]
    marks = [
        _mark(number, check["overlay"][0], height)
        for number, (check, _line_of) in enumerate(failing, start=1)
        if check.get("overlay")
    ]
    problems = [line for _check, line in failing]
    refusal = _crop_refusal(verdict)
    if refusal and cured:
        problems.append(refusal)
    corners = verdict.get("corners", [])
    return Presented(
        height,
        tuple(problems),
        tuple(line for _check, line in lines if line.verdict == "warn"),
        tuple(line for _check, line in lines if line.verdict == "pass"),
        tuple(shapes),
        tuple(marks),
        tuple(cured),
        _points(corners, height) if is_cropped else "",
        is_cropped,
    )


def _cured(
    failing: Sequence[tuple[Mapping[str, Any], Line]], verdict: Mapping[str, Any], rules: Standard | None
) -> list[Line]:
    """Return the failures a crop mends, or would mend once the rest is in order; never all there is to mend."""
    still_wrong = {check["code"] for check in verdict.get("crop", []) if check["verdict"] == "fail"}
    curable = {rule.code for rule in rules.rules if rule.cured_by_crop} if rules else set()
    cured = [line for _check, line in failing if line.code in curable - still_wrong]
    return cured if len(cured) < len(failing) or verdict.get("crop_refusal") else []


def _crop_refusal(verdict: Mapping[str, Any]) -> Line | None:
    """Return why no crop can be made, unless another problem says so already."""
    refusal = verdict.get("crop_refusal")
    if not refusal or refusal["code"] in ("NoFace", "SeveralFaces"):
        return None
    return Line(refusal["code"], _("不能自动裁剪"), "fail", "", "", str(REMEDIES[refusal["code"]]), None)


def _ratio(shot: Shot, checks: Sequence[Mapping[str, Any]]) -> float:
    """Return height over width of the picture as it was sent."""
    sizes = {check["code"]: check["value"] for check in checks if check["code"] in ("ImageWidth", "ImageHeight")}
    width, height = sizes.get("ImageWidth"), sizes.get("ImageHeight")
    if width and height:
        return float(height) / float(width)
    return _DEFAULT_RATIO if shot.purpose == PORTRAIT else 0.4


def _line(check: Mapping[str, Any], rule: Rule | None) -> Line:
    words = _words(check["code"], rule)
    value, low, high = check.get("value"), check.get("low"), check.get("high")
    unit = str(words.unit)
    is_low = isinstance(value, int | float) and low is not None and value < low
    remedy = words.when_low if is_low or value is None or not isinstance(value, int | float) else words.when_high
    is_gauge = isinstance(value, int | float) and (low is not None or high is not None) and low != high
    return Line(
        code=check["code"],
        title=str(words.title),
        verdict=check["verdict"],
        measured=_measured(value, unit, check["verdict"]),
        required=_required(low, high, unit),
        remedy=str(remedy or words.when_low),
        gauge={"value": value, "low": low, "high": high} if is_gauge else None,
    )


def _measured(value: object, unit: str, verdict: str) -> str:
    if isinstance(value, int | float):
        return _figure(value, unit)
    return str(value or "") or (_("没有发现") if verdict == "pass" else "")


def _words(code: str, rule: Rule | None) -> Words:
    if rule:
        return Words(rule.title, rule.unit, rule.when_low, rule.when_high)
    unreadable = Unreadable(code)
    return Words(unreadable.title, "", unreadable.remedy, unreadable.remedy)


def _plain(value: float) -> str:
    figure = f"{value:.0f}" if abs(value) >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")  # noqa: PLR2004 - no fractions of large figures
    return "0" if figure == "-0" else figure


def _figure(value: float, unit: str) -> str:
    if not unit:
        return _plain(value)
    return f"{_plain(value)}{'' if unit in _TIGHT else ' '}{unit}"


def _required(low: float | None, high: float | None, unit: str) -> str:
    if low is not None and high is not None:
        if low == high:
            return _figure(low, unit)
        if low == -high:
            return _("不超过 %(figure)s") % {"figure": _figure(high, unit)}
        return str(format_lazy("{low}–{high}", low=_plain(low), high=_figure(high, unit)))
    if low is not None:
        return _("不少于 %(figure)s") % {"figure": _figure(low, unit)}
    if high is not None:
        return _("不超过 %(figure)s") % {"figure": _figure(high, unit)}
    return unit


def _points(corners: Sequence[Sequence[float]], height: int) -> str:
    return " ".join(f"{x * WIDTH:.1f},{y * height:.1f}" for x, y in corners)


def _drawn(shape: Mapping[str, Any], height: int) -> Drawn:
    return Drawn("line" if shape["kind"] == "line" else "area", _points(shape["points"], height), is_bad=True)


def _mark(number: int, shape: Mapping[str, Any], height: int) -> Mark:
    xs, ys = zip(*shape["points"], strict=True)
    x, y = sum(xs) / len(xs) * WIDTH, sum(ys) / len(ys) * height
    # The number stays inside the drawing, whatever lies at its edge.
    return Mark(number, round(min(max(x, 24), WIDTH - 24)), round(min(max(y, 24), height - 24)))
