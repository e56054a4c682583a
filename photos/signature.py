"""Inspecting a signature picture: black pen on white paper, neither empty nor faint, cropped to the writing."""

from __future__ import annotations

import numpy as np
from django.utils.translation import gettext_lazy as _
from PIL import Image

from photos.checks import CheckResult
from photos.reading import Reading, write_jpeg

SOURCE = "出入境证件网上办理手写签名要求：黑色笔、白纸、规范汉字、横写"
WIDTH, HEIGHT = 600, 240
INK_LEAST, INK_MOST = 0.002, 0.35
CONTRAST_LEAST = 60.0
PAPER_LEAST = 120.0
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
        _judge(
            "SignaturePaper",
            _("白纸"),
            bright,
            low=PAPER_LEAST,
            remedy=_("请写在白纸上，在亮的地方拍，不要有影子。"),
        ),
        _judge(
            "SignaturePresent",
            _("签名笔迹"),
            round(share * 100, 2),
            low=INK_LEAST * 100,
            high=INK_MOST * 100,
            unit="%",
            remedy=_("请只拍签名这一块，签名占满画面的大半，纸上不要有别的字。"),
        ),
        _judge(
            "SignatureContrast",
            _("墨迹深浅"),
            round(contrast, 1),
            low=CONTRAST_LEAST,
            remedy=_("请用黑色签字笔写，不要用铅笔或浅色笔。"),
        ),
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


def _judge(  # noqa: PLR0913 - the parts of one check
    code: str,
    title: object,
    value: float,
    *,
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    remedy: object = "",
) -> CheckResult:
    fails = (low is not None and value < low) or (high is not None and value > high)
    return CheckResult(
        code=code,
        title=title,  # type: ignore[arg-type]
        verdict="fail" if fails else "pass",
        value=value,
        low=low,
        high=high,
        unit=unit,
        remedy=remedy,  # type: ignore[arg-type]
        source=SOURCE,
    )
