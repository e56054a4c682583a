"""Every check by the code of its rule, and the three runs over them: file, frame, person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from photos.analysis import Analysis, Face
from photos.checks import background, file, frame, light, person
from photos.checks.result import CheckResult, Shape
from photos.reading import Reading
from photos.specs import Rule, Standard

__all__ = ["CheckResult", "Shape", "count_faces", "judge_file", "judge_frame", "judge_person"]

_FILE: dict[str, Callable[[Reading, Rule], CheckResult]] = {
    "FileFormat": file.file_format,
    "FileSize": file.file_size,
    "ImageWidth": file.image_width,
    "ImageHeight": file.image_height,
    "AspectRatio": file.aspect_ratio,
    "Resolution": file.resolution,
    "ColourDepth": file.colour_depth,
    "Transparency": file.transparency,
    "Colour": file.colour,
    "EditorTraces": file.editor_traces,
}
_PAPER: dict[str, Callable[[Analysis, Face, Rule, tuple[float, float]], CheckResult]] = {
    "HeadSize": frame.head_size,
    "HeadWidth": frame.head_width,
    "MarginAboveOfTheFaceImage": frame.margin_above,
    "MarginBelowOfTheFaceImage": frame.margin_below,
}
_FRAME: dict[str, Callable[[Analysis, Face, Rule], CheckResult]] = {
    "LeftwardCropOfTheFaceImage": frame.room_left,
    "RightwardCropOfTheFaceImage": frame.room_right,
    "InterEyeDistance": frame.eye_distance,
    "HeadPoseRoll": frame.roll,
}
_PERSON: dict[str, Callable[[Analysis, Face, Rule], CheckResult]] = {
    "HeadPoseYaw": person.yaw,
    "HeadPosePitch": person.pitch,
    "EyesOpen": person.eyes_open,
    "EyesDirection": person.gaze,
    "MouthClosed": person.mouth_closed,
    "Sharpness": light.sharpness,
    "UnderExposurePrevention": light.under_exposure,
    "OverExposurePrevention": light.over_exposure,
    "DynamicRange": light.dynamic_range,
    "NaturalColourRed": light.colour_red,
    "NaturalColourYellow": light.colour_yellow,
    "IlluminationUniformity": light.illumination,
}
_BACKGROUND: dict[str, Callable[[Analysis, Rule], CheckResult]] = {
    "BackgroundUniformity": background.uniformity,
    "BackgroundPattern": background.pattern,
}


def judge_file(reading: Reading, standard: Standard, *, today: date | None = None) -> list[CheckResult]:
    """Judge the file by every rule of the standard about files; the photo's age needs `today`."""
    results = [check(reading, rule) for code, check in _FILE.items() if (rule := standard.rule(code))]
    if (rule := standard.rule("PhotoAge")) and (age := file.photo_age(reading, rule, today)):
        results.append(age)
    return results


def count_faces(seen: Analysis, standard: Standard) -> list[CheckResult]:
    """Judge how many faces there are."""
    rule = standard.rule("SingleFacePresent")
    return [person.single_face(seen, rule)] if rule else []


def judge_frame(seen: Analysis, standard: Standard) -> list[CheckResult]:
    """Judge size and place of the head; empty without a face."""
    face = seen.face
    if face is None:
        return []
    sized = [check(seen, face, rule, standard.paper) for code, check in _PAPER.items() if (rule := standard.rule(code))]
    return sized + [check(seen, face, rule) for code, check in _FRAME.items() if (rule := standard.rule(code))]


def judge_person(seen: Analysis, standard: Standard) -> list[CheckResult]:
    """Judge pose, expression, light and background; empty without a face."""
    face = seen.face
    if face is None:
        return []
    results = [check(seen, face, rule) for code, check in _PERSON.items() if (rule := standard.rule(code))]
    if rule := standard.rule("BackgroundColour"):
        results.append(background.colour(seen, rule, standard.backgrounds))
    return results + [check(seen, rule) for code, check in _BACKGROUND.items() if (rule := standard.rule(code))]
