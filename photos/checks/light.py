"""Checks of light and focus on the face. None of them looks at how light or dark the skin is."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from photos.analysis import CHEEK_PATCHES, FACE_WIDTH, Analysis, Face
from photos.checks.result import CheckResult, judge
from photos.specs import Rule

# OFIQ counts luminance up to 25 as under-exposed and from 247 as over-exposed.
DARK, BRIGHT = 25, 247


def sharpness(seen: Analysis, _face: Face, rule: Rule) -> CheckResult:
    """Variance of the Laplacian over the variance of the face, in thousandths, at a face width of 200 px.

    The division takes contrast out, so that a face of little contrast is not called blurred.
    """
    return judge(rule, measure_sharpness(seen))


def measure_sharpness(seen: Analysis) -> float:
    """The figure `sharpness` judges."""
    face = seen.face_grey.astype(np.float32)
    inner = face[:, FACE_WIDTH // 10 : -FACE_WIDTH // 10]
    edges = cv2.Laplacian(inner, cv2.CV_32F)
    return 1000 * float(edges.var() / max(float(inner.var()), 1.0))


def under_exposure(seen: Analysis, _face: Face, rule: Rule) -> CheckResult:
    """Per cent of the face that is black.

    Dark skin in good light still shows highlights; a face that is dark for want of light has none.
    So the share counts in full only as far as the highlights are missing too.
    """
    grey = _skin_luminance(seen)
    share = float((grey <= DARK).mean()) * 100
    highlight = float(np.percentile(grey, 98))
    missing = float(np.clip((120 - highlight) / 40, 0, 1))
    return judge(rule, share * missing)


def over_exposure(seen: Analysis, _face: Face, rule: Rule) -> CheckResult:
    """Per cent of the face that is burnt out."""
    return judge(rule, float((_skin_luminance(seen) >= BRIGHT).mean()) * 100)


def dynamic_range(seen: Analysis, _face: Face, rule: Rule) -> CheckResult:
    """Entropy of the face's luminance in bits, out of 8."""
    counts = np.bincount(seen.face_grey.ravel(), minlength=256)
    shares = counts[counts > 0] / counts.sum()
    return judge(rule, float(-(shares * np.log2(shares)).sum()))


def colour_red(seen: Analysis, face: Face, rule: Rule) -> CheckResult:
    """a* of the cheeks: green below, red above."""
    return judge(rule, float(np.mean([patch[..., 1].mean() for patch in _cheeks(seen, face)])))


def colour_yellow(seen: Analysis, face: Face, rule: Rule) -> CheckResult:
    """b* of the cheeks: blue below, yellow above."""
    return judge(rule, float(np.mean([patch[..., 2].mean() for patch in _cheeks(seen, face)])))


def illumination(seen: Analysis, face: Face, rule: Rule) -> CheckResult:
    """Difference of L* between both cheeks."""
    left, right = (float(patch[..., 0].mean()) for patch in _cheeks(seen, face))
    return judge(rule, abs(left - right))


def _skin_luminance(seen: Analysis) -> NDArray[np.uint8]:
    grey = np.asarray(cv2.cvtColor(seen.rgb, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    skin = grey[seen.skin]
    return skin if skin.size else grey.ravel()


def _cheeks(seen: Analysis, face: Face) -> list[NDArray[np.float32]]:
    reach = max(2, round(face.head_width * 0.05))
    patches = []
    for number in CHEEK_PATCHES:
        x = int(np.clip(face.points[number, 0], reach, seen.width - reach - 1))
        y = int(np.clip(face.points[number, 1], reach, seen.height - reach - 1))
        patches.append(seen.lab[y - reach : y + reach + 1, x - reach : x + reach + 1])
    return patches
