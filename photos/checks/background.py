"""Checks of the background: its colour, its evenness, and that nothing shows in it."""

from __future__ import annotations

import math

import cv2
import numpy as np

from photos.analysis import Analysis
from photos.checks.result import CheckResult, Shape, judge, state
from photos.specs import Background, Rule

LEAST_PIXELS = 400
# Gradients are compared as if the head were this high, so that large photos read like cropped ones.
HEAD_HEIGHT = 350.0
GRID = 6


def colour(seen: Analysis, rule: Rule, permitted: tuple[Background, ...]) -> CheckResult:
    """The background's median colour against the permitted ones; the nearest names the limit.

    The value is L*, or the chroma when that is what is wrong.
    """
    area = seen.background
    if area.sum() < LEAST_PIXELS:
        return state(rule, "warn", None)
    lightness, a, b = (float(value) for value in np.median(seen.lab[area], axis=0))
    chroma, hue = math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360
    tinted = next(
        (entry for entry in permitted if entry.hue and entry.hue.excess(hue) == 0 and not entry.chroma.excess(chroma)),
        None,
    )
    plain = next(entry for entry in permitted if entry.hue is None)
    if tinted and plain.chroma.excess(chroma) > 0:
        return judge(rule, lightness, limit=tinted.lightness, overlay=_overlay(seen, rule, lightness))
    tint = rule.judge(chroma, plain.chroma)
    light = rule.judge(lightness, plain.lightness)
    if tint == "fail" or (tint == "warn" and light == "pass"):
        return judge(rule, chroma, limit=plain.chroma, unit="C*")
    return judge(rule, lightness, limit=plain.lightness, overlay=_overlay(seen, rule, lightness))


def uniformity(seen: Analysis, rule: Rule) -> CheckResult:
    """Between the dark and the light end (5th and 95th percentile) of the background's L*, in per cent."""
    area = seen.background
    if area.sum() < LEAST_PIXELS:
        return state(rule, "warn", None)
    dark, light = np.percentile(seen.lab[..., 0][area], (5, 95))
    spread = float(light - dark)
    return judge(rule, spread, overlay=[] if rule.judge(spread) == "pass" else _darkest(seen))


def pattern(seen: Analysis, rule: Rule) -> CheckResult:
    """Mean slope of the background's L* from pixel to pixel, slight noise smoothed away first."""
    area = seen.background
    if area.sum() < LEAST_PIXELS:
        return state(rule, "warn", None)
    scale = HEAD_HEIGHT / seen.face.head_height if seen.face else 1.0
    smooth = cv2.GaussianBlur(seen.lab[..., 0], (0, 0), 1.0 / min(scale, 1.0))
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8)
    slope = float(np.hypot(across, down)[area].mean()) / min(scale, 1.0)
    return judge(rule, slope)


def _overlay(seen: Analysis, rule: Rule, lightness: float) -> list[Shape]:
    return [] if rule.judge(lightness) == "pass" else _darkest(seen)


def _darkest(seen: Analysis) -> list[Shape]:
    """Outline the part of the background that differs most from the rest."""
    light = seen.lab[..., 0]
    area = seen.background
    median = float(np.median(light[area]))
    worst, found = 0.0, None
    height, width = area.shape
    for row in range(GRID):
        for column in range(GRID):
            top, bottom = row * height // GRID, (row + 1) * height // GRID
            left, right = column * width // GRID, (column + 1) * width // GRID
            part = area[top:bottom, left:right]
            if part.mean() < 0.25:  # noqa: PLR2004 -- mostly the person
                continue
            away = abs(float(light[top:bottom, left:right][part].mean()) - median)
            if away > worst:
                worst, found = away, (left, top, right, bottom)
    if found is None:
        return []
    left, top, right, bottom = (float(edge) for edge in found)
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return [Shape("area", tuple((x / width, y / height) for x, y in corners))]
