"""Inspecting a photo: one pass over every rule, the offered crop, and what both come to."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from photos.analysis import analyse
from photos.checks import CheckResult, Shape, count_faces, judge_file, judge_frame, judge_person
from photos.cropping import NoCrop, Plan, cut, fit_jpeg, plan_crop
from photos.reading import Reading, Unreadable, read
from photos.specs import NIA_ONLINE, Standard

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Lazy

Outcome = Literal["accepted", "accepted_after_crop", "refused"]


@dataclass(frozen=True)
class Crop:
    """The offered crop: a finished JPEG, its checks, and its corners as shares of the original."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int
    quality: int
    corners: tuple[tuple[float, float], ...]
    checks: tuple[CheckResult, ...]

    @property
    def accepted(self) -> bool:
        """Whether the crop meets every hard rule."""
        return not failed(self.checks)


@dataclass(frozen=True)
class CropRefusal:
    """Why no crop is offered; figures are pixels of the original, degrees or faces."""

    code: str
    value: float | None
    limit: float | None
    remedy: str | Lazy


@dataclass(frozen=True)
class Inspection:
    """Everything known about one uploaded photo.

    `accepted`: the file as it came meets the standard. `accepted_after_crop`: it fails only by what
    the offered crop mends. `refused`: another photo is needed, or a person must look. `final` is the
    finished picture in the two good cases: freshly encoded, without the notes of the file that came.
    """

    standard: str
    version: int
    outcome: Outcome
    checks: tuple[CheckResult, ...]
    crop: Crop | None
    crop_refusal: CropRefusal | None
    faces: int | None
    format: str
    width: int
    height: int
    milliseconds: int
    final: bytes | None = field(default=None, repr=False)

    @property
    def accepted(self) -> bool:
        """Whether the file as it came meets every hard rule."""
        return self.outcome == "accepted"

    @property
    def failures(self) -> tuple[CheckResult, ...]:
        """The hard rules not met."""
        return failed(self.checks)


def failed(checks: tuple[CheckResult, ...]) -> tuple[CheckResult, ...]:
    """Those checks whose verdict is `fail`."""
    return tuple(check for check in checks if check.verdict == "fail")


def inspect(data: bytes, *, spec: Standard = NIA_ONLINE, today: date | None = None) -> Inspection:
    """Inspect the bytes of one upload by a standard.

    Whatever the bytes are, the answer is an Inspection; only a missing net raises
    (photos.nets.load.NetUnavailable). The photo's age is judged when `today` is given.
    """
    began = time.perf_counter()
    try:
        reading = read(data)
        found = _inspect(reading, spec, today)
    except Unreadable as refusal:
        found = _refused(refusal, spec)
    return replace(found, milliseconds=round((time.perf_counter() - began) * 1000))


def _inspect(reading: Reading, spec: Standard, today: date | None) -> Inspection:
    seen = analyse(reading.rgb)
    file = judge_file(reading, spec, today=today)
    frame = judge_frame(seen, spec)
    crop, plan, refusal = None, None, None
    if failed(tuple(file + frame)) or not seen.faces:
        try:
            plan = plan_crop(reading, seen, spec)
            crop = _crop(reading, plan, spec)
        except NoCrop as reason:
            refusal = CropRefusal(reason.code, reason.value, reason.limit, reason.remedy)
    # Light, background and expression are read off the crop: it has one scale and no room around it.
    person = _carried(crop, plan) if crop and plan else judge_person(seen, spec)
    checks = (*count_faces(seen, spec), *person, *frame, *file)
    outcome = _outcome(checks, crop)
    final = None
    if outcome == "accepted":
        final = fit_jpeg(reading.at_scale(1.0), spec)[0]
    elif outcome == "accepted_after_crop" and crop:
        final = crop.jpeg
    return Inspection(
        standard=spec.code,
        version=spec.version,
        outcome=outcome,
        checks=checks,
        crop=crop,
        crop_refusal=refusal,
        faces=len(seen.faces),
        format=reading.format,
        width=reading.width,
        height=reading.height,
        milliseconds=0,
        final=final,
    )


def _crop(reading: Reading, plan: Plan, spec: Standard) -> Crop:
    jpeg, quality = fit_jpeg(cut(reading, plan), spec)
    # What is judged is the finished file, read back like any other upload.
    again = read(jpeg)
    seen = analyse(again.rgb)
    checks = (*count_faces(seen, spec), *judge_person(seen, spec), *judge_frame(seen, spec), *judge_file(again, spec))
    return Crop(
        jpeg=jpeg,
        width=again.width,
        height=again.height,
        quality=quality,
        corners=plan.corners,
        checks=checks,
    )


def _carried(crop: Crop, plan: Plan) -> list[CheckResult]:
    """The crop's person checks, with their shapes moved to where they lie in the original."""
    codes = {check.code for check in crop.checks if not check.cured_by_crop}
    own = {"SingleFacePresent", "Transparency", "Colour", "PhotoAge", "EditorTraces"}
    return [
        replace(
            check,
            overlay=tuple(
                Shape(shape.kind, tuple(plan.to_photo(*point) for point in shape.points)) for shape in check.overlay
            ),
        )
        for check in crop.checks
        if check.code in codes - own
    ]


def _outcome(checks: tuple[CheckResult, ...], crop: Crop | None) -> Outcome:
    failures = failed(checks)
    if not failures:
        return "accepted"
    if crop and crop.accepted and all(check.cured_by_crop for check in failures):
        return "accepted_after_crop"
    return "refused"


def _refused(refusal: Unreadable, spec: Standard) -> Inspection:
    check = CheckResult(
        code=refusal.code,
        title=refusal.title,
        verdict="fail",
        value=refusal.value or None,
        low=None,
        high=None,
        unit="",
        remedy=refusal.remedy,
        source="",
        limit_text=refusal.limit,
    )
    return Inspection(
        standard=spec.code,
        version=spec.version,
        outcome="refused",
        checks=(check,),
        crop=None,
        crop_refusal=None,
        faces=None,
        format="",
        width=0,
        height=0,
        milliseconds=0,
    )
