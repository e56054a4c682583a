"""Makes the demonstration portrait; run as `python -m photos.demonstration.make_portrait`.

This is a TEST PICTURE, not an example for applicants. It starts from the public-domain photograph
`astronaut` that scikit-image ships (NASA), which is no document photo: the head is 160 px high, the
background is a studio with a flag, and the smile shows teeth. So the script enlarges it, closes the
mouth by moving the lips together, and puts an even background behind the person. The rule forbids
every one of these three for a real applicant, and the portal does none of them to anyone's photo.
The checks then judge the result with the limits everyone gets; nothing is relaxed for it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
from skimage import data

from photos.analysis import Analysis, Face, analyse
from photos.cropping import fit_jpeg
from photos.nets.load import Pixels
from photos.nets.patch import Points
from photos.specs import NIA_ONLINE

HEAD_HEIGHT = 342.0
TOP = 41.0
WALL = (243, 244, 246)
UPPER_INNER_LIP = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
LOWER_INNER_LIP = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
NOSE_BASE = 2


def make_portrait() -> bytes:
    """Return the portrait as a JPEG of 354×472 px that carries no note but its 300 dpi."""
    source: Pixels = data.astronaut()  # type: ignore[no-untyped-call]
    closed = _close_mouth(_place(source))
    return fit_jpeg(_before_wall(closed), NIA_ONLINE)[0]


def _place(rgb: Pixels) -> Pixels:
    """Turn the head upright and enlarge it to document size."""
    seen = analyse(rgb[:300, 60:400])
    face = _face(seen)
    width, height = NIA_ONLINE.output
    scale = HEAD_HEIGHT / face.head_height
    turn = cv2.getRotationMatrix2D((float(face.middle[0]), float(face.middle[1])), face.pose.roll, scale)
    crown = turn[:, :2] @ face.crown + turn[:, 2]
    turn[:, 2] += np.array([width / 2 - face.middle[0], TOP - crown[1]])
    cut = cv2.warpAffine(seen.rgb, turn, (width, height), flags=cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cut, dtype=np.uint8)


def _close_mouth(rgb: Pixels) -> Pixels:
    """Draw the lips together: what lay between them vanishes, nose and chin stay where they are."""
    points = _face(analyse(rgb)).points[:, :2]
    columns = np.arange(rgb.shape[1], dtype=np.float64)
    upper, lower = _curve(points[list(UPPER_INNER_LIP)], columns), _curve(points[list(LOWER_INNER_LIP)], columns)
    seam = upper + (lower - upper) * 0.45
    above = float(seam.mean() - points[NOSE_BASE, 1])
    below = float(points[152, 1] - seam.mean())
    rows = np.arange(rgb.shape[0], dtype=np.float64)[:, np.newaxis]
    fade_up = np.clip(1 - (seam - rows) / above, 0, 1)
    fade_down = np.clip(1 - (rows - seam) / below, 0, 1)
    shift = np.where(rows < seam, (upper - seam) * fade_up, (lower - seam) * fade_down)
    across = np.broadcast_to(columns, shift.shape)
    moved = cv2.remap(rgb, across.astype(np.float32), (rows + shift).astype(np.float32), cv2.INTER_CUBIC)
    return np.asarray(moved, dtype=np.uint8)


def _curve(lip: Points, columns: Points) -> Points:
    """The height of a lip's edge in every column; beyond the corners both edges are the same."""
    order = np.argsort(lip[:, 0])
    return np.asarray(np.interp(columns, lip[order, 0], lip[order, 1]))


def _before_wall(rgb: Pixels) -> Pixels:
    """Put an even, nearly white wall behind the person, with an edge two pixels soft."""
    share = cv2.GaussianBlur(analyse(rgb).mask, (0, 0), 1.2)
    share = np.clip((share - 0.35) / 0.5, 0, 1)[:, :, np.newaxis]
    wall = np.full_like(rgb, WALL)
    return np.asarray(np.round(rgb * share + wall * (1 - share)), dtype=np.uint8)


def _face(seen: Analysis) -> Face:
    if seen.face is None:
        message = "No face was found in the source picture."
        raise RuntimeError(message)
    return seen.face


def main() -> int:
    """Write portrait.jpg beside this file."""
    target = Path(__file__).parent / "portrait.jpg"
    target.write_bytes(make_portrait())
    sys.stdout.write(f"{target.name}: {target.stat().st_size} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
