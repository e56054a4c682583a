"""Checks of the frame: how large the head is, where it stands, and how far it leans."""

from __future__ import annotations

from photos.analysis import Analysis, Face
from photos.checks.result import CheckResult, Shape, judge
from photos.nets.patch import Points
from photos.specs import Rule


def head_size(seen: Analysis, face: Face, rule: Rule, paper: tuple[float, float]) -> CheckResult:
    """Crown to chin in millimetres on the paper's effective area."""
    line = _line(seen, face.crown, face.chin)
    return judge(rule, face.head_height * paper[1] / seen.height, overlay=[line])


def head_width(seen: Analysis, face: Face, rule: Rule, paper: tuple[float, float]) -> CheckResult:
    """Cheek to cheek in millimetres on the paper's effective area."""
    return judge(rule, face.head_width * paper[0] / seen.width)


def margin_above(seen: Analysis, face: Face, rule: Rule, paper: tuple[float, float]) -> CheckResult:
    """Crown to upper edge in millimetres; 0 when the picture cuts the head."""
    top = float(face.crown[1]) if face.crown_seen else 0.0
    y = max(top, 0.0)
    return judge(rule, y * paper[1] / seen.height, overlay=[_level(seen, y)])


def margin_below(seen: Analysis, face: Face, rule: Rule, paper: tuple[float, float]) -> CheckResult:
    """Chin to lower edge in millimetres; 0 when the chin lies outside."""
    y = min(float(face.chin[1]), float(seen.height))
    return judge(rule, (seen.height - y) * paper[1] / seen.height, overlay=[_level(seen, y)])


def room_left(seen: Analysis, face: Face, rule: Rule) -> CheckResult:
    """From the left edge to the middle of the eyes, as a share of the width."""
    return judge(rule, float(face.middle[0]) / seen.width)


def room_right(seen: Analysis, face: Face, rule: Rule) -> CheckResult:
    """From the middle of the eyes to the right edge, as a share of the width."""
    return judge(rule, 1 - float(face.middle[0]) / seen.width)


def eye_distance(seen: Analysis, face: Face, rule: Rule) -> CheckResult:
    """Between the middles of both eyes, as a share of the picture's width."""
    line = _line(seen, face.eyes[0], face.eyes[1])
    return judge(rule, face.eye_distance / seen.width, overlay=[line])


def roll(seen: Analysis, face: Face, rule: Rule) -> CheckResult:
    """Degrees by which the head leans in the picture, clockwise positive."""
    line = _line(seen, face.crown, face.chin)
    return judge(rule, face.pose.roll, overlay=[line])


def _line(seen: Analysis, start: Points, end: Points) -> Shape:
    ends = tuple((float(point[0]) / seen.width, float(point[1]) / seen.height) for point in (start, end))
    return Shape("line", ends)


def _level(seen: Analysis, y: float) -> Shape:
    return Shape("line", ((0.0, y / seen.height), (1.0, y / seen.height)))
