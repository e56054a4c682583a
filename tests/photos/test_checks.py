from collections.abc import Callable

import cv2
import numpy as np
import pytest

from photos.analysis import Analysis, analyse
from photos.checks import CheckResult, count_faces, judge_frame, judge_person
from photos.nets.load import Pixels
from photos.specs import NIA_ONLINE

Change = Callable[[Pixels], Pixels]


def judged(rgb: Pixels) -> dict[str, CheckResult]:
    seen = analyse(np.ascontiguousarray(rgb))
    results = count_faces(seen, NIA_ONLINE) + judge_person(seen, NIA_ONLINE) + judge_frame(seen, NIA_ONLINE)
    return {result.code: result for result in results}


@pytest.fixture(scope="module")
def good(pixels: Pixels) -> dict[str, CheckResult]:
    return judged(pixels)


@pytest.fixture(scope="module")
def seen(pixels: Pixels) -> Analysis:
    return analyse(pixels)


def blur(rgb: Pixels) -> Pixels:
    return np.asarray(cv2.GaussianBlur(rgb, (0, 0), 2.0), dtype=np.uint8)


def darken(rgb: Pixels) -> Pixels:
    return np.asarray(rgb * 0.12, dtype=np.uint8)


def overexpose(rgb: Pixels) -> Pixels:
    return np.asarray(np.clip(rgb.astype(int) * 2 + 40, 0, 255), dtype=np.uint8)


def fade(rgb: Pixels) -> Pixels:
    return np.asarray(rgb * 0.12 + 150, dtype=np.uint8)


def tint(*gains: float) -> Change:
    return lambda rgb: np.clip(rgb * np.array(gains), 0, 255).astype(np.uint8)


def lean(degrees: float) -> Change:
    def turn(rgb: Pixels) -> Pixels:
        height, width = rgb.shape[:2]
        place = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.85)
        turned = cv2.warpAffine(
            rgb, place, (width, height), borderMode=cv2.BORDER_CONSTANT, borderValue=(243, 244, 246)
        )
        return np.asarray(turned, dtype=np.uint8)

    return turn


def move(scale: float, *, right: float = 0, down: float = 0) -> Change:
    def place(rgb: Pixels) -> Pixels:
        height, width = rgb.shape[:2]
        matrix = np.array([[scale, 0, width * (1 - scale) / 2 + right], [0, scale, 40 * (1 - scale) + down]])
        moved = cv2.warpAffine(
            rgb, matrix, (width, height), borderMode=cv2.BORDER_CONSTANT, borderValue=(243, 244, 246)
        )
        return np.asarray(moved, dtype=np.uint8)

    return place


def side_light(rgb: Pixels) -> Pixels:
    return (rgb * np.linspace(0.3, 1.0, rgb.shape[1])[None, :, None] ** 2).astype(np.uint8)


def twice(rgb: Pixels) -> Pixels:
    return np.concatenate([rgb, rgb], axis=1)


def nobody(rgb: Pixels) -> Pixels:
    return np.full_like(rgb, 240)


@pytest.fixture(scope="module")
def wall(seen: Analysis) -> Callable[[Pixels, Pixels], Pixels]:
    """Puts another wall behind the person."""

    def hang(rgb: Pixels, behind: Pixels) -> Pixels:
        share = np.clip(seen.mask * 1.4 - 0.2, 0, 1)[:, :, None]
        return np.asarray(rgb * share + behind * (1 - share), dtype=np.uint8)

    return hang


def test_the_demonstration_portrait_passes_every_check(good: dict[str, CheckResult]) -> None:
    assert {code: result.value for code, result in good.items() if result.verdict != "pass"} == {}
    assert len(good) == 24


def test_no_check_of_the_standard_is_left_out(good: dict[str, CheckResult]) -> None:
    of_the_file = {
        *("FileFormat", "FileSize", "ImageWidth", "ImageHeight", "AspectRatio", "Resolution"),
        *("ColourDepth", "Transparency", "Colour", "PhotoAge", "EditorTraces"),
    }
    assert set(good) | of_the_file == {rule.code for rule in NIA_ONLINE.rules}


@pytest.mark.parametrize(
    ("change", "code", "verdict"),
    [
        (blur, "Sharpness", "fail"),
        (darken, "UnderExposurePrevention", "fail"),
        (darken, "BackgroundColour", "fail"),
        (overexpose, "OverExposurePrevention", "fail"),
        (fade, "DynamicRange", "fail"),
        (tint(0.72, 0.95, 1.3), "NaturalColourYellow", "warn"),
        (tint(0.8, 1.1, 0.9), "NaturalColourRed", "warn"),
        (tint(1.35, 0.75, 0.75), "NaturalColourRed", "warn"),
        (side_light, "IlluminationUniformity", "warn"),
        (side_light, "BackgroundUniformity", "fail"),
        (tint(1.0, 0.95, 0.8), "BackgroundColour", "fail"),
        (lean(12), "HeadPoseRoll", "fail"),
        (lean(-12), "HeadPoseRoll", "fail"),
        (move(0.6), "HeadSize", "fail"),
        (move(0.6), "InterEyeDistance", "fail"),
        (move(1.25, down=20), "HeadSize", "fail"),
        (move(1.0, down=-40), "MarginAboveOfTheFaceImage", "fail"),
        (move(1.0, down=40), "MarginAboveOfTheFaceImage", "fail"),
        (move(1.0, down=60), "MarginBelowOfTheFaceImage", "fail"),
        (move(0.8, right=-35), "LeftwardCropOfTheFaceImage", "fail"),
        (move(0.8, right=35), "RightwardCropOfTheFaceImage", "fail"),
        (twice, "SingleFacePresent", "fail"),
        (nobody, "SingleFacePresent", "fail"),
    ],
)
def test_each_fault_fails_its_own_check(
    change: Change, code: str, verdict: str, pixels: Pixels, good: dict[str, CheckResult]
) -> None:
    result = judged(change(pixels))[code]
    assert good[code].verdict == "pass"
    assert result.verdict == verdict, result.value
    assert str(result.remedy)


def test_faces_are_counted(pixels: Pixels) -> None:
    counts = [judged(change(pixels))["SingleFacePresent"].value for change in (nobody, lambda rgb: rgb, twice)]
    assert counts == [0, 1, 2]


def test_light_blue_is_a_background_of_its_own(pixels: Pixels, wall: Callable[[Pixels, Pixels], Pixels]) -> None:
    walls = {"light": (150, 205, 245), "strong": (40, 90, 190), "grey": (190, 190, 190), "pink": (250, 210, 215)}
    verdicts = {
        name: judged(wall(pixels, np.full_like(pixels, colour)))["BackgroundColour"].verdict
        for name, colour in walls.items()
    }
    assert verdicts == {"light": "pass", "strong": "fail", "grey": "fail", "pink": "fail"}


def test_stripes_on_the_wall_are_seen(pixels: Pixels, wall: Callable[[Pixels, Pixels], Pixels]) -> None:
    striped = np.full_like(pixels, 246)
    striped[:, ::12] = striped[:, 1::12] = striped[:, 2::12] = 205
    result = judged(wall(pixels, striped))
    assert result["BackgroundPattern"].verdict == "fail"
    plain = judged(wall(pixels, np.full_like(pixels, 246)))
    assert plain["BackgroundPattern"].verdict == "pass"


def test_a_shadow_on_the_wall_is_outlined_where_it_is(pixels: Pixels, wall: Callable[[Pixels, Pixels], Pixels]) -> None:
    shaded = np.full_like(pixels, 246)
    shaded[:130, 260:] = 180
    result = judged(wall(pixels, shaded))["BackgroundUniformity"]
    assert result.verdict == "fail"
    (shape,) = result.overlay
    x, y = np.mean(shape.points, axis=0)
    assert x > 0.65
    assert y < 0.35


def open_mouth(rgb: Pixels, seen: Analysis) -> Pixels:
    assert seen.face is not None
    x, y = seen.face.points[[13, 14], :2].mean(axis=0)
    changed = rgb.copy()
    cv2.ellipse(changed, (round(x), round(y) + 12), (24, 18), 0, 0, 360, (60, 15, 20), -1)
    return changed


def test_an_open_mouth_fails(pixels: Pixels, seen: Analysis) -> None:
    assert judged(open_mouth(pixels, seen))["MouthClosed"].verdict == "fail"


def close_eyes(rgb: Pixels, seen: Analysis) -> Pixels:
    """Draw skin over the eyes with a line of lashes: the lids are down."""
    assert seen.face is not None
    changed = rgb.copy()
    for eye in (seen.face.left_eye, seen.face.right_eye):
        x, y = eye.corners.mean(axis=0)
        half = round(eye.width * 0.75)
        skin = tuple(int(value) for value in rgb[round(y) + half, round(x)])
        cv2.ellipse(changed, (round(x), round(y)), (half, half // 2), 0, 0, 360, skin, -1)
        cv2.ellipse(changed, (round(x), round(y) - 3), (half - 4, half // 3), 0, 20, 160, (70, 45, 35), 2)
    return np.asarray(cv2.GaussianBlur(changed, (0, 0), 0.8), dtype=np.uint8)


def test_closed_eyes_fail(pixels: Pixels, seen: Analysis) -> None:
    assert judged(close_eyes(pixels, seen))["EyesOpen"].verdict == "fail"


@pytest.mark.parametrize("share", [0.7, 0.5, 0.38, 0.3])
def test_dark_skin_never_fails_for_being_dark(
    share: float, pixels: Pixels, seen: Analysis, wall: Callable[[Pixels, Pixels], Pixels]
) -> None:
    """Skin as dark as it comes, in good light before a white wall: highlights stay, the wall stays white."""
    assert seen.face is not None
    light = pixels.astype(np.float32) / 255
    highlight = np.clip((light.mean(axis=2, keepdims=True) - 0.72) / 0.25, 0, 1)
    dark = light**1.1 * share * np.array([1.0, 0.86, 0.78]) + highlight * 0.25
    result = judged(wall((np.clip(dark, 0, 1) * 255).astype(np.uint8), np.full_like(pixels, 244)))
    grey = cv2.cvtColor((np.clip(dark, 0, 1) * 255).astype(np.uint8), cv2.COLOR_RGB2GRAY)
    assert grey[seen.skin].mean() < 130
    failed = {code: entry.value for code, entry in result.items() if entry.verdict == "fail"}
    assert failed == {}


def test_mirroring_a_face_mirrors_its_pose(pixels: Pixels) -> None:
    one, other = judged(pixels), judged(pixels[:, ::-1])
    for code in ("HeadPoseYaw", "HeadPoseRoll"):
        assert float(str(one[code].value)) == pytest.approx(-float(str(other[code].value)), abs=2)
