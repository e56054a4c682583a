import io
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image

from photos.analysis import analyse
from photos.cropping import REMEDIES, NoCrop, cut, plan_crop
from photos.nets.load import Pixels
from photos.reading import read, write_jpeg
from photos.specs import NIA_ONLINE

Take = Callable[..., bytes]


def planned(data: bytes) -> tuple[Pixels, float]:
    reading = read(data)
    plan = plan_crop(reading, analyse(reading.rgb), NIA_ONLINE)
    return cut(reading, plan), plan.scale


@pytest.mark.parametrize("lean", [0, 4, -7, 11, -16])
@pytest.mark.parametrize("head", [420, 1300])
def test_the_crop_stands_upright_inside_every_frame_limit(head: int, lean: float, shot: Take) -> None:
    rgb, scale = planned(shot(head=head, lean=lean))
    assert rgb.shape == (472, 354, 3)
    assert scale <= 1
    face = analyse(rgb).face
    assert face is not None
    millimetre = 472 / 40
    assert abs(face.pose.roll) < 1.2
    assert 28 <= face.head_height / millimetre <= 33
    assert 2.8 <= face.crown[1] / millimetre <= 5
    assert (472 - face.chin[1]) / millimetre >= 7
    assert 0.23 <= face.eye_distance / 354 <= 0.33
    assert face.middle[0] == pytest.approx(177, abs=8)


def test_the_crop_holds_the_very_pixels_of_the_photo(pixels: Pixels, shot: Take) -> None:
    """Shrunk back, an enlarged portrait is the portrait again: nothing was smoothed, coloured or drawn."""
    rgb, scale = planned(shot(head=1000))
    large = np.asarray(cv2.resize(pixels, None, fx=1000 / 334 * scale, fy=1000 / 334 * scale))
    match = cv2.matchTemplate(rgb, large[20:330, 40:300], cv2.TM_SQDIFF)
    _low, _high, place, _other = cv2.minMaxLoc(match)
    part = rgb[place[1] : place[1] + 310, place[0] : place[0] + 260].astype(int)
    assert np.abs(part - large[20:330, 40:300]).mean() < 3


def test_a_picture_that_already_fits_is_cut_at_its_own_scale(pixels: Pixels) -> None:
    wider = cv2.copyMakeBorder(pixels, 30, 0, 40, 40, cv2.BORDER_CONSTANT, value=(243, 244, 246))
    rgb, scale = planned(write_jpeg(np.asarray(wider, dtype=np.uint8)))
    assert scale <= 1
    assert rgb.shape == (472, 354, 3)


def refused(data: bytes) -> NoCrop:
    with pytest.raises(NoCrop) as reason:
        planned(data)
    assert str(reason.value.remedy)
    return reason.value


def test_pixels_are_never_invented(shot: Take) -> None:
    reason = refused(shot(head=250))
    assert reason.code == "TooFewPixels"
    assert reason.value is not None
    assert reason.limit is not None
    assert 220 < reason.value < reason.limit


@pytest.mark.parametrize(
    ("cutting", "code"),
    [
        ((slice(250, None), slice(None)), "NoRoomAbove"),
        ((slice(None), slice(500, -200)), "NoRoomBeside"),
        ((slice(None, -180), slice(None)), "NoRoomBelow"),
        ((slice(420, None), slice(None)), "HeadCutOff"),
    ],
)
def test_too_little_room_is_named_by_its_side(cutting: tuple[slice, slice], code: str, shot: Take) -> None:
    whole = np.asarray(Image.open(io.BytesIO(shot(head=700, room=0.6))))
    face = analyse(read(write_jpeg(whole)).rgb).face
    assert face is not None
    scale = whole.shape[0] / read(write_jpeg(whole)).rgb.shape[0]
    crown, chin = round(face.crown[1] * scale), round(face.chin[1] * scale)
    left, right = (round(float(face.points[side, 0]) * scale) for side in (234, 454))
    parts = {
        "NoRoomAbove": whole[crown - 30 :],
        "NoRoomBeside": whole[:, left - 60 : right + 60],
        "NoRoomBelow": whole[: chin + 40],
        "HeadCutOff": whole[crown + 120 :],
    }
    assert refused(write_jpeg(np.ascontiguousarray(parts[code]))).code == code


def test_a_strong_lean_and_several_or_no_faces_get_no_crop(pixels: Pixels, shot: Take) -> None:
    assert refused(shot(head=700, lean=33, room=1.0)).code == "HeadLeans"
    assert refused(write_jpeg(np.concatenate([pixels, pixels], axis=1))).code == "SeveralFaces"
    assert refused(write_jpeg(np.full((600, 500, 3), 240, np.uint8))).code == "NoFace"


def test_every_refusal_has_a_remedy() -> None:
    assert all(str(text) for text in REMEDIES.values())
