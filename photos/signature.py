"""Inspecting a signature picture: black pen on white paper, neither empty nor faint, cropped to the writing."""

from __future__ import annotations

import numpy as np
from PIL import Image

from photos.checks import CheckResult
from photos.checks.result import judge
from photos.reading import Reading, write_jpeg
from photos.specs import SIGNATURE

WIDTH, HEIGHT = 600, 240
MARGIN = 0.08
_INK_DROP = 0.25


def inspect_signature(reading: Reading) -> tuple[list[CheckResult], bytes | None]:
    """Return the checks of a signature picture and, when none fails, the writing on white, 600×240 JPEG.

    Shares are of all pixels; contrast is the grey distance (0–255) between paper and ink.
    """
    grey = np.asarray(Image.fromarray(reading.rgb).convert("L"), dtype=np.float32)
    # Light falls unevenly on paper: ink is what is much darker than the paper around it.
    paper = _paper(grey)
    ink = grey < paper * (1 - _INK_DROP)
    share = float(ink.mean())
    contrast = float((paper[ink] - grey[ink]).mean()) if ink.any() else 0.0
    bright = float(np.median(paper))
    checks = [
        judge(SIGNATURE["SignaturePaper"], bright),
        judge(SIGNATURE["SignaturePresent"], round(share * 100, 2)),
        judge(SIGNATURE["SignatureContrast"], round(contrast, 1)),
    ]
    if any(check.verdict == "fail" for check in checks):
        return checks, None
    return checks, write_jpeg(_cut(grey, paper, ink))


def _paper(grey: np.ndarray) -> np.ndarray:
    """Return the paper's brightness everywhere: the bright end of coarse tiles, smoothed to full size."""
    image = Image.fromarray(grey.astype(np.uint8))
    tiles = image.resize((24, 16), Image.Resampling.BOX)
    bright = np.asarray(tiles, dtype=np.float32)
    bright = np.maximum(bright, np.percentile(bright, 60))
    wide = Image.fromarray(bright.astype(np.uint8)).resize(image.size, Image.Resampling.BICUBIC)
    return np.maximum(np.asarray(wide, dtype=np.float32), 1.0)


def _cut(grey: np.ndarray, paper: np.ndarray, ink: np.ndarray) -> np.ndarray:
    """Return the writing on even white in a 600×240 frame; the strokes keep their own darkness."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    level = np.clip(grey / paper, 0, 1)[top:bottom, left:right] * 255
    writing = Image.fromarray(level.astype(np.uint8))
    room = (round(WIDTH * (1 - 2 * MARGIN)), round(HEIGHT * (1 - 2 * MARGIN)))
    scale = min(room[0] / writing.width, room[1] / writing.height)
    size = (max(1, round(writing.width * scale)), max(1, round(writing.height * scale)))
    frame = Image.new("L", (WIDTH, HEIGHT), 255)
    frame.paste(writing.resize(size, Image.Resampling.LANCZOS), ((WIDTH - size[0]) // 2, (HEIGHT - size[1]) // 2))
    return np.asarray(frame.convert("RGB"))
