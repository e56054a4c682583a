"""Checks of the person: one face, turned to the camera, eyes open, mouth closed."""

from __future__ import annotations

import numpy as np

from photos.analysis import INNER_LIPS, Analysis, Face
from photos.checks.result import CheckResult, Shape, judge
from photos.nets.iris import Eye
from photos.specs import Rule


def single_face(seen: Analysis, rule: Rule) -> CheckResult:
    """The number of faces found anywhere in the picture."""
    boxes = [
        _area(seen, face.box[0], face.box[1], face.box[2], face.box[3])
        for face in (seen.faces if len(seen.faces) > 1 else ())
    ]
    return judge(rule, len(seen.faces), overlay=boxes)


def yaw(_seen: Analysis, face: Face, rule: Rule) -> CheckResult:
    """Degrees the face is turned to the side."""
    return judge(rule, face.pose.yaw)


def pitch(_seen: Analysis, face: Face, rule: Rule) -> CheckResult:
    """Degrees the face looks up (positive) or down; the mesh measures it to about 5 degrees."""
    return judge(rule, face.pose.pitch)


def eyes_open(seen: Analysis, face: Face, rule: Rule) -> CheckResult:
    """Gap between the lids over the eye's width, of the eye that is less open.

    The limit is set by closed eyes, far below what narrow open eyes measure.
    """
    openness = min(face.left_eye.openness, face.right_eye.openness)
    return judge(rule, openness, overlay=[_eye(seen, face.left_eye), _eye(seen, face.right_eye)])


def gaze(seen: Analysis, face: Face, rule: Rule) -> CheckResult:
    """How far the irises sit from the middle of the eyes, both averaged so that a squint cancels out."""
    side = (face.left_eye.gaze + face.right_eye.gaze) / 2
    return judge(rule, side, overlay=[_eye(seen, face.left_eye), _eye(seen, face.right_eye)])


def mouth_closed(seen: Analysis, face: Face, rule: Rule) -> CheckResult:
    """Gap between the inner lips over the distance from eyes to chin.

    It is read from the mesh alone, so neither the colour of lips nor of skin takes part.
    """
    upper, lower = (face.points[number, :2] for number in INNER_LIPS)
    gap = float(np.linalg.norm(upper - lower)) / max(float(np.linalg.norm(face.chin - face.middle)), 1e-6)
    corners = face.points[[61, 291], :2]
    left, right = float(corners[:, 0].min()), float(corners[:, 0].max())
    reach = (right - left) / 4
    box = _area(seen, left, float(upper[1]) - reach, right, float(lower[1]) + reach)
    return judge(rule, gap, overlay=[box])


def _eye(seen: Analysis, eye: Eye) -> Shape:
    ring = np.concatenate([eye.corners, eye.lower, eye.upper])
    low, high = ring.min(axis=0), ring.max(axis=0)
    return _area(seen, float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _area(seen: Analysis, left: float, top: float, right: float, bottom: float) -> Shape:
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    inside = tuple((min(max(x / seen.width, 0.0), 1.0), min(max(y / seen.height, 0.0), 1.0)) for x, y in corners)
    return Shape("area", inside)
