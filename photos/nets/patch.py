"""Cutting a turned square out of a picture for a net, and carrying the net's points back."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photos.nets.load import Floats, Pixels

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Square:
    """A turned square in picture pixels: centre, side, and angle in radians (clockwise on screen)."""

    x: float
    y: float
    side: float
    angle: float = 0.0

    def cut(self, rgb: Pixels, size: int) -> Pixels:
        """Return the square as (size, size, 3) uint8; what lies outside the picture is black."""
        source = rgb
        scale = 1.0
        # Averaging first keeps the reduced patch free of the flicker that plain sampling gives.
        if self.side > 2 * size:
            scale = 2 * size / self.side
            source = np.asarray(cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        matrix = self._to_picture(size)
        matrix[:, :] *= scale
        warped = cv2.warpAffine(source, matrix, (size, size), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        return np.asarray(warped, dtype=np.uint8)

    def place(self, points: Points, size: int) -> Points:
        """Carry (n, 2) or (n, 3) patch points into picture pixels; depth keeps the same scale."""
        matrix = self._to_picture(size)
        placed = points.astype(np.float64).copy()
        placed[:, :2] = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
        if points.shape[1] == 3:  # noqa: PLR2004 -- x, y and depth
            placed[:, 2] = points[:, 2] * self.side / size
        return placed

    def _to_picture(self, size: int) -> Points:
        step = self.side / size
        cos, sin = math.cos(self.angle) * step, math.sin(self.angle) * step
        half = size / 2
        return np.array(
            [
                [cos, -sin, self.x - cos * half + sin * half],
                [sin, cos, self.y - sin * half - cos * half],
            ]
        )


def blob(patch: Pixels, *, low: float = 0.0) -> Floats:
    """Turn a (size, size, 3) uint8 patch into a (1, 3, size, size) float32 blob between low and 1."""
    scaled = patch.astype(np.float32) * ((1.0 - low) / 255.0) + low
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[np.newaxis])


def logistic(values: Floats) -> Floats:
    """The logistic function, clipped so that float32 never overflows."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -80, 80))), dtype=np.float32)
