"""Checks of the file itself: what it is, how large, and what its notes say."""

from __future__ import annotations

from datetime import date

import cv2
import numpy as np

from photos.checks.result import CheckResult, judge, state
from photos.reading import Reading
from photos.specs import Rule


def file_format(reading: Reading, rule: Rule) -> CheckResult:
    """The online rule takes JPEG only; other formats are decoded and offered as JPEG."""
    return state(rule, "pass" if reading.format == "JPEG" else "fail", reading.format, limit="JPEG")


def file_size(reading: Reading, rule: Rule) -> CheckResult:
    """Kilobytes of 1024 bytes."""
    return judge(rule, len(reading.data) / 1024)


def image_width(reading: Reading, rule: Rule) -> CheckResult:
    """Pixels across, upright."""
    return judge(rule, reading.width)


def image_height(reading: Reading, rule: Rule) -> CheckResult:
    """Pixels down, upright."""
    return judge(rule, reading.height)


def aspect_ratio(reading: Reading, rule: Rule) -> CheckResult:
    """Width over height."""
    return judge(rule, reading.width / reading.height)


def resolution(reading: Reading, rule: Rule) -> CheckResult:
    """Dots per inch as the file states them, 0 when it does not."""
    return judge(rule, reading.dpi)


def colour_depth(reading: Reading, rule: Rule) -> CheckResult:
    """Bits of a pixel when it is RGB, otherwise the name of its mode."""
    if reading.mode == "RGB" and reading.bits == 8:  # noqa: PLR2004 -- bits of a channel
        return judge(rule, 24)
    return state(rule, "fail", f"{reading.mode} {reading.bits}", limit="RGB 8")


def transparency(reading: Reading, rule: Rule) -> CheckResult:
    """Per cent of the pixels that let something shine through: the mark of a cut-out."""
    return judge(rule, reading.transparent_share * 100)


def colour(reading: Reading, rule: Rule) -> CheckResult:
    """The 90th percentile of chroma; a grey photo has none anywhere."""
    small = cv2.resize(reading.rgb, (64, 64), interpolation=cv2.INTER_AREA).astype(np.float32) / 255.0
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB)
    return judge(rule, float(np.percentile(np.hypot(lab[..., 1], lab[..., 2]), 90)))


def photo_age(reading: Reading, rule: Rule, today: date | None) -> CheckResult | None:
    """Days since the camera's own date, when the file states one that is not in the future."""
    if today is None or reading.taken_at is None:
        return None
    return judge(rule, max(0, (today - reading.taken_at.date()).days))


def editor_traces(reading: Reading, rule: Rule) -> CheckResult:
    """Whether the file names a known editing program; a warning, since saving alone leaves it too."""
    return state(rule, "warn" if reading.editor else "pass", reading.editor or None)
