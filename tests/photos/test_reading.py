import io
from collections.abc import Callable

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms

from photos.nets.load import Pixels
from photos.reading import Unreadable, read, write_jpeg
from tests.photos.hostile import encode, hostile_files

NAMES = [
    *("empty.jpg", "text.jpg", "truncated.jpg", "start-only.jpg", "huge.png", "animated.gif", "animated.png"),
    *("animated.webp", "drawing.svg", "drawing.eps", "page.pdf", "gif-then-jpeg.jpg", "broken.png", "broken.heic"),
    *("tiny.png", "scans.jpg", "large.jpg"),
]


@pytest.fixture(scope="module")
def hostile(portrait: bytes) -> dict[str, tuple[bytes, str]]:
    return hostile_files(portrait)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_photo_is_refused_with_a_code_and_a_remedy(name: str, hostile: dict[str, tuple[bytes, str]]) -> None:
    data, code = hostile[name]
    with pytest.raises(Unreadable) as refusal:
        read(data)
    assert refusal.value.code == code
    assert str(refusal.value.remedy)
    assert str(refusal.value.title)


def test_every_hostile_file_is_named_in_the_table(hostile: dict[str, tuple[bytes, str]]) -> None:
    assert set(NAMES) == set(hostile)


def test_a_stranger_is_named(hostile: dict[str, tuple[bytes, str]]) -> None:
    named = {}
    for name in ("text.jpg", "animated.gif", "drawing.svg", "drawing.eps", "page.pdf"):
        with pytest.raises(Unreadable) as refusal:
            read(hostile[name][0])
        named[name] = refusal.value.value
    assert list(named.values()) == ["text", "GIF", "SVG", "EPS", "PDF"]


def heic(image: Image.Image) -> bytes:
    target = io.BytesIO()
    pillow_heif.from_pillow(image).save(target, quality=90)
    return target.getvalue()


def test_the_name_of_a_file_never_decides(pixels: Pixels) -> None:
    image = Image.fromarray(pixels)
    found = {
        read(data).format for data in (encode(image, "JPEG"), encode(image, "PNG"), encode(image, "WEBP"), heic(image))
    }
    assert found == {"JPEG", "PNG", "WebP", "HEIC"}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_ends_upright(orientation: int, pixels: Pixels) -> None:
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    image = Image.fromarray(pixels)
    stored = image.transpose(turns[orientation]) if orientation in turns else image
    notes = Image.Exif()
    notes[0x0112] = orientation
    reading = read(encode(stored, "JPEG", quality=95, exif=notes))
    assert (reading.width, reading.height) == (354, 472)
    assert np.abs(reading.rgb.astype(int) - pixels).mean() < 3


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "CMYK", "I;16"])
def test_every_mode_becomes_honest_rgb(mode: str, pixels: Pixels) -> None:
    image = Image.fromarray(pixels)
    if mode == "I;16":
        grey = np.asarray(image.convert("L")).astype(np.uint16) * 257
        data = encode(Image.fromarray(grey), "PNG")
    elif mode == "P":
        data = encode(image.quantize(256), "PNG")
    elif mode == "CMYK":
        data = encode(image.convert(mode), "JPEG", quality=95)
    else:
        data = encode(image.convert(mode), "PNG")
    reading = read(data)
    expected = pixels if mode in {"RGBA", "P", "CMYK"} else np.asarray(image.convert("L").convert("RGB"))
    assert reading.rgb.dtype == np.uint8
    assert reading.rgb.shape == (472, 354, 3)
    assert np.abs(reading.rgb.astype(int) - expected).mean() < 4
    assert reading.transparent_share == 0


def test_a_cut_out_is_noticed(pixels: Pixels) -> None:
    image = Image.fromarray(pixels).convert("RGBA")
    image.putalpha(Image.fromarray(np.where(np.arange(354) < 100, 0, 255).astype(np.uint8)[None].repeat(472, 0)))
    assert read(encode(image, "PNG")).transparent_share == pytest.approx(100 / 354, abs=0.01)


def test_a_colour_profile_is_obeyed_and_a_broken_one_ignored(pixels: Pixels) -> None:
    image = Image.fromarray(pixels)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = read(encode(image, "PNG", icc_profile=profile))
    assert np.abs(plain.rgb.astype(int) - pixels).max() <= 2
    # A profile whose red and green primaries changed places says that green pixels are red.
    swapped = profile.replace(b"rXYZ", b"tmp ").replace(b"gXYZ", b"rXYZ").replace(b"tmp ", b"gXYZ")
    turned = read(encode(image, "PNG", icc_profile=swapped))
    assert np.abs(turned.rgb[..., [1, 0, 2]].astype(int) - pixels).mean() < 2
    broken = read(encode(image, "PNG", icc_profile=b"not a profile at all"))
    assert np.array_equal(broken.rgb, pixels)


def test_a_phone_photo_is_decoded_small_and_again_as_large_as_needed(shot: Callable[..., bytes]) -> None:
    reading = read(shot(head=1400))
    assert max(reading.rgb.shape) <= 1024
    assert max(reading.width, reading.height) > 2000
    again = reading.at_scale(0.9)
    assert again.shape == (reading.height, reading.width, 3)
    assert reading.at_scale(reading.scale) is reading.rgb


def test_fresh_jpeg_carries_nothing_but_its_dpi(pixels: Pixels) -> None:
    data = write_jpeg(pixels)
    image = Image.open(io.BytesIO(data))
    assert image.mode == "RGB"
    assert image.info["dpi"] == (300, 300)
    assert not image.getexif()
    assert "icc_profile" not in image.info
    assert "comment" not in image.info


def test_notes_of_the_camera_are_read_but_never_needed(pixels: Pixels) -> None:
    notes = Image.Exif()
    notes[0x0131] = "Adobe Photoshop 25.0"
    notes[0x0132] = "2026:01:02 03:04:05"
    reading = read(encode(Image.fromarray(pixels), "JPEG", exif=notes))
    assert reading.editor == "photoshop"
    assert reading.taken_at is not None
    assert reading.taken_at.date().isoformat() == "2026-01-02"
    spoilt = read(encode(Image.fromarray(pixels), "JPEG", exif=b"Exif\x00\x00" + b"\xff" * 50))
    assert spoilt.taken_at is None
