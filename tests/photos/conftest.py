import io
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image

from photos.demonstration import PORTRAIT
from photos.nets.load import Pixels
from photos.reading import write_jpeg


@pytest.fixture(scope="session")
def portrait() -> bytes:
    return PORTRAIT.read_bytes()


@pytest.fixture(scope="session")
def pixels(portrait: bytes) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(portrait)).convert("RGB"))


@pytest.fixture(scope="session")
def shot(pixels: Pixels) -> Callable[..., bytes]:
    """A phone-like photo: the portrait enlarged and standing in front of a larger wall, turned at will."""

    def take(*, head: int = 700, lean: float = 0.0, room: float = 0.5, right: float = 0.0) -> bytes:
        scale = head / 334
        height, width = pixels.shape[:2]
        frame = (round(width * scale * (1 + 2 * room)), round(height * scale * (1 + room)))
        place = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), -lean, scale), dtype=np.float64)
        place[:, 2] += np.array([frame[0] * (0.5 + right) - width / 2, frame[1] - height * (0.6 * scale + 0.5)])
        # The clothes go on below, as they do in a photo that shows more than the head.
        longer = cv2.copyMakeBorder(pixels, 0, height, 0, 0, cv2.BORDER_REPLICATE)
        wall = (243, 244, 246)
        rgb = cv2.warpAffine(
            longer, place, frame, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=wall
        )
        return write_jpeg(np.asarray(rgb, dtype=np.uint8), quality=92)

    return take
