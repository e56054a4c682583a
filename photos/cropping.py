"""The automatic crop: turned upright, scaled down and cut from the applicant's own pixels, never retouched."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import cv2
import numpy as np
from django.utils.translation import gettext_lazy as _

from photos.analysis import Analysis, Face
from photos.nets.load import Pixels
from photos.nets.patch import Points
from photos.reading import Reading, write_jpeg
from photos.specs import Standard

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Lazy

# Below this lean, turning would only soften the picture.
SLIGHT_LEAN = 0.7
# Beyond this lean the shoulders are askew as well, so the applicant should sit straight instead.
STRONGEST_LEAN = 25.0
# A slack of this many pixels on every rule is as good as any more: the nets measure no finer.
ENOUGH_SLACK = 8.0
SIDE_STEPS = (0.0, -5.0, 5.0, -10.0, 10.0)

REMEDIES: dict[str, str | Lazy] = {
    "NoFace": _("没有找到脸，无法自动裁剪，请重新拍一张。"),
    "SeveralFaces": _("照片里不止一张脸，无法自动裁剪，请一个人重新拍。"),
    "HeadCutOff": _("头顶没有拍完整，请离镜头远一点再拍，头顶上方多留一些。"),
    "HeadLeans": _("头歪得太多，请端正坐好再拍。"),
    "TooFewPixels": _("照片里的脸太小，裁出来会模糊；请离镜头近一点，或上传原图。"),
    "NoRoomAbove": _("头顶上方不够，请离镜头远一点再拍，头顶上方多留一些。"),
    "NoRoomBelow": _("下巴下方不够，请把肩膀和上胸也拍进来。"),
    "NoRoomBeside": _("脸的两边不够，请把脸放在正中，离镜头远一点再拍。"),
}


class NoCrop(Exception):
    """Why no crop can be offered: `code`, the measured `value` and the `limit` in pixels."""

    def __init__(self, code: str, *, value: float | None = None, limit: float | None = None) -> None:
        """Keep code and figures."""
        super().__init__(code)
        self.code = code
        self.value = value
        self.limit = limit

    @property
    def remedy(self) -> str | Lazy:
        """What the applicant can do."""
        return REMEDIES[self.code]


@dataclass(frozen=True)
class Plan:
    """Where to cut: `matrix` (2, 3) carries crop pixels to pixels of the full photo.

    `scale` is crop pixels for each photo pixel and never above 1, `corners` are the crop's corners
    as shares of the full photo.
    """

    matrix: Points = field(repr=False)
    scale: float
    size: tuple[int, int]
    full: tuple[int, int]

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """Clockwise from the upper left."""
        return tuple(self.to_photo(x, y) for x, y in ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))

    def to_photo(self, x: float, y: float) -> tuple[float, float]:
        """Carry a point given as shares of the crop to shares of the full photo."""
        placed = self.matrix @ np.array([x * self.size[0], y * self.size[1], 1.0])
        return float(placed[0]) / self.full[0], float(placed[1]) / self.full[1]


@dataclass(frozen=True)
class _Place:
    """One way to put the head into the frame, in crop pixels."""

    head: float
    top: float
    side: float
    slack: float


def plan_crop(reading: Reading, seen: Analysis, standard: Standard) -> Plan:
    """Find the cut that stays farthest inside the standard's limits without inventing a pixel.

    Raises NoCrop when the head is cut off, leans too far, or the photo has too few pixels or too
    little room around the head.
    """
    face = _only_face(seen)
    scale = reading.scale
    head = face.head_height / scale
    places = _places(face, standard)
    largest = min(place.head for place in places)
    if head < largest:
        raise NoCrop("TooFewPixels", value=round(head), limit=math.ceil(largest))
    turns = [face.pose.roll, 0.0] if abs(face.pose.roll) >= SLIGHT_LEAN else [0.0]
    allowed = standard.limit("HeadPoseRoll")
    shortest: tuple[float, str] | None = None
    for turn in turns:
        if allowed.excess(face.pose.roll - turn):
            continue
        for place in places:
            if place.head > head:
                continue
            plan = _plan(reading, face, place, turn, standard)
            missing, side = _missing(plan)
            if missing <= 0:
                return plan
            if shortest is None or missing < shortest[0]:
                shortest = (missing, side)
    if shortest is None:
        raise NoCrop("TooFewPixels", value=round(head), limit=math.ceil(largest))
    raise NoCrop(shortest[1], value=round(shortest[0]), limit=0)


def cut(reading: Reading, plan: Plan) -> Pixels:
    """Cut the crop out of the photo at full resolution: (height, width, 3) uint8.

    Raises photos.reading.Unreadable when the photo cannot be decoded a second time.
    """
    # Twice the needed detail is decoded, so that shrinking averages rather than samples.
    source = reading.at_scale(min(1.0, 2 * plan.scale))
    matrix = plan.matrix * (source.shape[1] / reading.width)
    step = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if step == 1 and matrix[0, 1] == 0 and np.allclose(matrix[:, 2], np.round(matrix[:, 2])):
        left, top = (round(float(edge)) for edge in matrix[:, 2])
        return np.ascontiguousarray(source[top : top + plan.size[1], left : left + plan.size[0]])
    if step > 2:  # noqa: PLR2004 -- more than the warp below averages
        factor = 2 / step
        source = np.asarray(cv2.resize(source, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
        matrix = matrix * factor
        step = 2.0
    fine = 2 if step > 1.25 else 1  # noqa: PLR2004 -- near one to one a plain warp is sharper
    half = matrix.copy()
    half[:, :2] /= fine
    # Pixel centres sit at halves, so the finer grid starts a quarter pixel earlier.
    half[:, 2] += half[:, :2] @ np.array([0.5, 0.5]) - 0.5
    warped = cv2.warpAffine(
        source,
        half,
        (plan.size[0] * fine, plan.size[1] * fine),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    if fine > 1:
        warped = cv2.resize(warped, plan.size, interpolation=cv2.INTER_AREA)
    return np.asarray(warped, dtype=np.uint8)


def fit_jpeg(rgb: Pixels, standard: Standard) -> tuple[bytes, int]:
    """Encode at the best quality that keeps within the standard's largest size; return bytes and quality."""
    low, high = 30, 100
    best = (write_jpeg(rgb, quality=low, dpi=standard.dpi), low)
    while low <= high:
        quality = (low + high) // 2
        encoded = write_jpeg(rgb, quality=quality, dpi=standard.dpi)
        if len(encoded) <= standard.bytes[1]:
            best, low = (encoded, quality), quality + 1
        else:
            high = quality - 1
    return best


def _only_face(seen: Analysis) -> Face:
    face = seen.face
    if face is None:
        raise NoCrop("NoFace")
    if len(seen.faces) > 1:
        raise NoCrop("SeveralFaces", value=len(seen.faces), limit=1)
    if not face.crown_seen:
        raise NoCrop("HeadCutOff")
    if abs(face.pose.roll) > STRONGEST_LEAN:
        raise NoCrop("HeadLeans", value=round(abs(face.pose.roll)), limit=STRONGEST_LEAN)
    return face


def _places(face: Face, standard: Standard) -> list[_Place]:
    """Every way to place the head that keeps all frame limits, the one with most slack first."""
    width, height = standard.output
    pixel = height / standard.paper[1]
    size, above = standard.limit("HeadSize"), standard.limit("MarginAboveOfTheFaceImage")
    below, eyes = standard.limit("MarginBelowOfTheFaceImage"), standard.limit("InterEyeDistance")
    widest = standard.limit("HeadWidth")
    distance, broad = face.eye_distance / face.head_height, face.head_width / face.head_height
    places = []
    for head in np.arange((size.low or 0) * pixel, (size.high or 40) * pixel, 3.0):
        for top in np.arange((above.low or 0) * pixel, (above.high or 40) * pixel, 3.0):
            frame = min(
                head - (size.low or 0) * pixel,
                (size.high or 40) * pixel - head,
                top - (above.low or 0) * pixel,
                (above.high or 40) * pixel - top,
                height - top - head - (below.low or 0) * pixel,
            )
            if frame < 0:
                continue
            person = min(
                head * distance - (eyes.low or 0) * width,
                (eyes.high or 1) * width - head * distance,
                (widest.high or 40) * pixel - head * broad,
            )
            slack = min(frame, person, ENOUGH_SLACK)
            places += [_Place(float(head), float(top), side, slack - abs(side) / 4) for side in SIDE_STEPS]
    return sorted(places, key=lambda place: -place.slack)


def _plan(reading: Reading, face: Face, place: _Place, turn: float, standard: Standard) -> Plan:
    width, height = standard.output
    scale = place.head / (face.head_height / reading.scale)
    angle = math.radians(turn)
    across = np.array([math.cos(angle), math.sin(angle)]) / scale
    down = np.array([-math.sin(angle), math.cos(angle)]) / scale
    crown, middle = face.crown / reading.scale, face.middle / reading.scale
    # The frame's own axes decide: the crown fixes its height, the eyes fix its middle.
    unit = np.stack([across, down]) * scale
    x, y = float(unit[0] @ middle), float(unit[1] @ crown)
    origin = unit.T @ np.array([x, y])
    origin = origin - across * (width / 2 + place.side) - down * place.top
    matrix = np.column_stack([across, down, origin])
    return Plan(matrix=matrix, scale=scale, size=(width, height), full=(reading.width, reading.height))


def _missing(plan: Plan) -> tuple[float, str]:
    """How many photo pixels the frame reaches beyond the photo, and on which side most."""
    corners = np.array(plan.corners) * np.array(plan.full)
    beyond = {
        "NoRoomAbove": -float(corners[:, 1].min()),
        "NoRoomBelow": float(corners[:, 1].max()) - plan.full[1],
        "NoRoomBeside": max(-float(corners[:, 0].min()), float(corners[:, 0].max()) - plan.full[0]),
    }
    side = max(beyond, key=lambda name: beyond[name])
    # Half a pixel is rounding, not invention.
    return beyond[side] - 0.5, side
