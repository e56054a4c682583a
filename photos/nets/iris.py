"""The lids and the iris of one eye, from the iris net."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from photos.nets.load import Pixels, run
from photos.nets.manifest import nets
from photos.nets.patch import Points, Square, blob

NAME = "iris_landmark"
# The square around an eye is 2.3 times as wide as the eye: the margin the net was trained with.
MARGIN = 2.3
CORNERS: dict[str, tuple[int, int]] = {"left": (33, 133), "right": (362, 263)}
# The contour runs along the lower lid from corner to corner (0 to 8), then along the upper one.
LOWER_LID = slice(1, 8)
UPPER_LID = slice(9, 16)


@dataclass(frozen=True)
class Eye:
    """One eye in picture pixels; left and right are those of the picture.

    `corners` is (2, 2) from left to right, `lower` and `upper` are (7, 2) lid points facing each
    other in the same order, `iris` is (5, 2) with the centre first.
    """

    corners: Points
    lower: Points
    upper: Points
    iris: Points

    @property
    def width(self) -> float:
        """Corner to corner in pixels."""
        return float(np.linalg.norm(self.corners[1] - self.corners[0]))

    @property
    def openness(self) -> float:
        """Mean gap between the lids over the middle of the eye, as a share of the eye's width."""
        gaps = np.linalg.norm(self.upper[2:5] - self.lower[2:5], axis=1)
        return float(gaps.mean()) / max(self.width, 1e-6)

    @property
    def gaze(self) -> float:
        """Where the iris sits between the corners: 0 in the middle, -0.5 and 0.5 at the corners."""
        along = self.corners[1] - self.corners[0]
        share = (self.iris[0] - self.corners[0]) @ along / max(float(along @ along), 1e-6)
        return float(share) - 0.5


def look(rgb: Pixels, mesh: Points, side: Literal["left", "right"]) -> Eye:
    """Trace one eye of a face mesh of shape (468, 3)."""
    size = nets()[NAME].side
    start, end = mesh[CORNERS[side][0], :2], mesh[CORNERS[side][1], :2]
    middle = (start + end) / 2
    angle = math.atan2(float(end[1] - start[1]), float(end[0] - start[0]))
    length = float(np.linalg.norm(end - start))
    square = Square(float(middle[0]), float(middle[1]), max(length, 1.0) * MARGIN, angle)
    patch = square.cut(rgb, size)
    # The net knows only left eyes, so a right eye is shown to it mirrored.
    mirrored = side == "right"
    contour, iris = run(NAME, blob(patch[:, ::-1] if mirrored else patch))
    eye_points = _points(contour, size, mirrored=mirrored)
    placed = square.place(eye_points, size)
    corners, lower, upper = placed[[0, 8]], placed[LOWER_LID], placed[UPPER_LID]
    if mirrored:
        corners, lower, upper = corners[::-1], lower[::-1], upper[::-1]
    iris_points = square.place(_points(iris, size, mirrored=mirrored), size)
    return Eye(corners=corners, lower=lower, upper=upper, iris=iris_points)


def _points(raw: Points | np.ndarray, size: int, *, mirrored: bool) -> Points:
    points = raw.reshape(-1, 3)[:, :2].astype(np.float64)
    if mirrored:
        points[:, 0] = size - points[:, 0]
    return points
