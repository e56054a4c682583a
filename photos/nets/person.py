"""The person mask: how surely each pixel belongs to a person."""

from __future__ import annotations

import cv2
import numpy as np

from photos.nets.load import Floats, Pixels, run
from photos.nets.manifest import nets
from photos.nets.patch import blob

NAME = "selfie_segmentation"


def mask(rgb: Pixels) -> Floats:
    """Return a (height, width) float32 mask, 1 where the person is and 0 where the background is."""
    height, width = rgb.shape[:2]
    size = nets()[NAME].side
    shrinks = max(height, width) > size
    small = cv2.resize(rgb, (size, size), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    (raw,) = run(NAME, blob(np.asarray(small, dtype=np.uint8)))
    grown = cv2.resize(raw.reshape(size, size), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.clip(np.asarray(grown, dtype=np.float32), 0.0, 1.0)
