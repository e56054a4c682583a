"""Finding faces: the union of the short-range and the full-range BlazeFace nets."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photos.nets.load import Floats, Pixels, run
from photos.nets.manifest import nets
from photos.nets.patch import Points, blob, logistic

LOWEST_SCORE = 0.5
SAME_FACE_OVERLAP = 0.3
# One entry a net: (cells along a side, anchors in each cell), in the order of the net's output rows.
GRIDS: dict[str, tuple[tuple[int, int], ...]] = {
    "face_detection_short_range": ((16, 2), (8, 6)),
    "face_detection_full_range": ((48, 1),),
}


@dataclass(frozen=True)
class Detection:
    """One face: box (left, top, right, bottom) and eye centres in picture pixels, score 0 to 1."""

    box: tuple[float, float, float, float]
    eyes: tuple[tuple[float, float], tuple[float, float]]
    score: float

    @property
    def side(self) -> float:
        """The longer side of the box in pixels."""
        return max(self.box[2] - self.box[0], self.box[3] - self.box[1])


def detect(rgb: Pixels) -> list[Detection]:
    """Return every face in an RGB picture of shape (height, width, 3), best score first."""
    height, width = rgb.shape[:2]
    longest = max(height, width)
    found: list[Detection] = []
    for name, grid in GRIDS.items():
        side = nets()[name].side
        rows, scores = _ask(name, _letterbox(rgb, side), grid, side)
        # The letterbox pads the shorter side evenly on both ends.
        shift = np.array([(longest - width) / 2, (longest - height) / 2])
        found += [_detection(row * longest - shift, score) for row, score in _merge(rows, scores)]
    return _union(found)


def _letterbox(rgb: Pixels, side: int) -> Pixels:
    height, width = rgb.shape[:2]
    scale = side / max(height, width)
    small = cv2.resize(
        rgb,
        (max(1, round(width * scale)), max(1, round(height * scale))),
        interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR,
    )
    top, left = (side - small.shape[0]) // 2, (side - small.shape[1]) // 2
    boxed = np.zeros((side, side, 3), np.uint8)
    boxed[top : top + small.shape[0], left : left + small.shape[1]] = small
    return boxed


def _anchors(grid: tuple[tuple[int, int], ...]) -> Points:
    """The centres, between 0 and 1, around which the net states its boxes: (rows, 2) as x, y."""
    parts = []
    for cells, each in grid:
        steps = (np.arange(cells) + 0.5) / cells
        xs, ys = np.meshgrid(steps, steps)
        parts.append(np.repeat(np.stack([xs.ravel(), ys.ravel()], axis=1), each, axis=0))
    return np.concatenate(parts)


def _ask(name: str, boxed: Pixels, grid: tuple[tuple[int, int], ...], side: int) -> tuple[NDArray[np.float64], Floats]:
    """Rows of shape (n, 4, 2): two box corners and two eyes, relative to the letterbox; and scores."""
    raw_scores, raw_rows = run(name, blob(boxed, low=-1.0))
    scores = logistic(raw_scores.reshape(-1))
    likely = scores >= LOWEST_SCORE
    rows = raw_rows.reshape(-1, 8, 2)[likely].astype(np.float64) / side
    anchors = _anchors(grid)[likely]
    centre, half = rows[:, 0] + anchors, rows[:, 1] / 2
    eyes = rows[:, 2:4] + anchors[:, np.newaxis]
    boxes = np.stack([centre - half, centre + half], axis=1)
    return np.concatenate([boxes, eyes], axis=1), scores[likely]


def _merge(rows: NDArray[np.float64], scores: Floats) -> list[tuple[NDArray[np.float64], float]]:
    """Suppress overlapping rows of one net; a survivor is the average of its cluster by score."""
    order = list(np.argsort(-scores))
    merged = []
    while order:
        best = order[0]
        near = [i for i in order if _overlap(_box(rows[i]), _box(rows[best])) > SAME_FACE_OVERLAP]
        near = near or [best]
        merged.append((np.average(rows[near], axis=0, weights=scores[near]), float(scores[best])))
        order = [i for i in order if i not in near]
    return merged


def _union(found: list[Detection]) -> list[Detection]:
    kept: list[Detection] = []
    for face in sorted(found, key=lambda face: -face.score):
        if not any(_same(face, other) for other in kept):
            kept.append(face)
    return kept


def _same(one: Detection, other: Detection) -> bool:
    if _overlap(one.box, other.box) > SAME_FACE_OVERLAP:
        return True
    return _holds(one, other) or _holds(other, one)


def _holds(outer: Detection, inner: Detection) -> bool:
    """Whether the middle of one box lies in the middle half of a box of more than its size."""
    x, y = (inner.box[0] + inner.box[2]) / 2, (inner.box[1] + inner.box[3]) / 2
    left, top, right, bottom = outer.box
    across, down = (right - left) / 4, (bottom - top) / 4
    return left + across < x < right - across and top + down < y < bottom - down


def _box(row: NDArray[np.float64]) -> tuple[float, float, float, float]:
    return float(row[0, 0]), float(row[0, 1]), float(row[1, 0]), float(row[1, 1])


def _detection(row: NDArray[np.float64], score: float) -> Detection:
    eyes = ((float(row[2, 0]), float(row[2, 1])), (float(row[3, 0]), float(row[3, 1])))
    return Detection(box=_box(row), eyes=eyes, score=score)


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> float:
    """Intersection over union of two boxes."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return 0.0
    shared = across * down
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return shared / (sum(areas) - shared)
