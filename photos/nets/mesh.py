"""The face mesh: 468 points in three dimensions for one detected face."""

from __future__ import annotations

import math

import numpy as np

from photos.nets.detector import Detection
from photos.nets.load import Pixels, run
from photos.nets.manifest import nets
from photos.nets.patch import Points, Square, blob, logistic

NAME = "face_landmark"
# Half as wide again as the face: the margin the net was trained with.
MARGIN = 1.5
OUTER_EYE_CORNERS = (33, 263)


def trace(rgb: Pixels, face: Detection) -> tuple[Points, float]:
    """Return the mesh of one face as (468, 3) picture pixels and the net's belief that it is a face.

    The net runs twice: the second look is centred by the first one's points, which steadies them
    when the detector's box was loose.
    """
    left, top, right, bottom = face.box
    angle = _angle(np.array(face.eyes, dtype=np.float64))
    first = Square((left + right) / 2, (top + bottom) / 2, face.side * MARGIN, angle)
    points, presence = _look(rgb, first)
    if presence < 0.1:  # noqa: PLR2004 -- points of something that is no face would lead nowhere
        return points, presence
    flat = points[:, :2]
    low, high = flat.min(axis=0), flat.max(axis=0)
    middle = (low + high) / 2
    angle = _angle(flat[list(OUTER_EYE_CORNERS)])
    second = Square(float(middle[0]), float(middle[1]), float(max(high - low)) * MARGIN, angle)
    return _look(rgb, second)


def _look(rgb: Pixels, square: Square) -> tuple[Points, float]:
    size = nets()[NAME].side
    points, presence = run(NAME, blob(square.cut(rgb, size)))
    placed = _turn_depth(square.place(points.reshape(-1, 3).astype(np.float64), size))
    return placed, float(logistic(presence).reshape(-1)[0])


def _turn_depth(points: Points) -> Points:
    """Depth is measured from the middle of the head, so only its level is taken out."""
    points[:, 2] -= points[:, 2].mean()
    return points


def _angle(eyes: Points) -> float:
    across = eyes[1] - eyes[0]
    return math.atan2(float(across[1]), float(across[0]))
