"""Reading a photo safely: what the bytes really are, and their pixels as plain 8-bit RGB."""

from __future__ import annotations

import io
import threading
import warnings
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image, ImageCms, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin
from pillow_heif import HeifImageFile

from photos.nets.load import Pixels

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Lazy

MEGABYTE = 1024 * 1024
MEGAPIXEL = 1_000_000
LARGEST_BYTES = 20 * MEGABYTE
# A JPEG can be decoded at a fraction of its size, the others only whole (3 bytes a pixel).
LARGEST_PIXELS = {
    "JPEG": 50_000_000,
    "PROGRESSIVE": 25_000_000,
    "PNG": 25_000_000,
    "HEIC": 25_000_000,
    "WebP": 25_000_000,
}
FORMATS = "JPEG, PNG, HEIC, WebP"
SMALLEST_SIDE = 200
LONGEST_SIDE = 16_000
MOST_SCANS = 24
# Below this quality the eye misses halved colour less than the bytes it saves.
FULL_COLOUR_FROM = 90
GREY_16_MODES = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")
ORIENTATIONS_ON_SIDE = (5, 6, 7, 8)
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


class Unreadable(Exception):
    """A file that is no usable photo: `code`, what was found, what is allowed, and how to mend it."""

    def __init__(self, code: str, *, value: str = "", limit: str = "") -> None:
        """Keep the code; `value` and `limit` never hold anything from inside the file but figures."""
        super().__init__(code)
        self.code = code
        self.value = value
        self.limit = limit

    @property
    def remedy(self) -> str | Lazy:
        """What the applicant can do, ready for the page."""
        return REMEDIES[self.code]

    @property
    def title(self) -> str | Lazy:
        """What was checked, in two or three words."""
        return TITLES[self.code]


TITLES: dict[str, str | Lazy] = {
    "FileEmpty": _("文件内容"),
    "FileSize": _("文件大小"),
    "FileFormat": _("文件格式"),
    "FileDamaged": _("文件完整"),
    "FileAnimated": _("单张照片"),
    "PixelCount": _("像素数量"),
}
REMEDIES: dict[str, str | Lazy] = {
    "FileEmpty": _("这个文件是空的，请重新选择照片。"),
    "FileSize": _("请上传不超过 20 MB 的照片，用手机原图即可。"),
    "FileFormat": _("请上传 JPEG、PNG、HEIC 或 WebP 格式的照片；改文件名不会改变格式。"),
    "FileDamaged": _("文件没有传完整或已损坏，请从手机或相机里重新导出再上传。"),
    "FileAnimated": _("请上传一张静止的照片，不要上传动图或连拍文件。"),
    "PixelCount": _("请上传手机直接拍的照片：每边不少于 200 像素，总像素数不要超过上限。"),
}


@dataclass(frozen=True)
class Reading:
    """One decoded photo, upright.

    `rgb` is (height, width, 3) uint8 in sRGB at working scale, `width` and `height` are those of the
    full photo, `scale` is working size over full size. `dpi` is 0 when the file states none.
    `taken_at` and `editor` come from the file's own notes and prove nothing.
    """

    data: bytes = field(repr=False)
    format: str
    mode: str
    bits: int
    width: int
    height: int
    dpi: float
    rgb: Pixels = field(repr=False)
    transparent_share: float
    taken_at: datetime | None
    editor: str

    @property
    def scale(self) -> float:
        """Working pixels for each pixel of the full photo."""
        return int(self.rgb.shape[1]) / self.width

    def at_scale(self, scale: float) -> Pixels:
        """Decode again, at least `scale` times the full size (1 is full), upright RGB.

        Raises Unreadable like `read`.
        """
        if scale <= self.scale:
            return self.rgb
        side = round(max(self.width, self.height) * min(scale, 1.0))
        with _strict():
            image = _open(self.data, self.format)
            return _to_rgb(_upright(_load(image, side)))[0]


def read(data: bytes, *, working_side: int = 1024) -> Reading:
    """Decide by decoding what `data` is and return it upright in RGB.

    The working picture's longer side is `working_side` pixels at most. Raises Unreadable with a code
    for anything but a single still JPEG, PNG, HEIC or WebP within the caps; sizes are read from the header
    and checked before a pixel is decoded.
    """
    if not data:
        raise Unreadable("FileEmpty", value="0 KB")
    if len(data) > LARGEST_BYTES:
        raise Unreadable("FileSize", value=f"{len(data) / MEGABYTE:.1f} MB", limit=f"{LARGEST_BYTES // MEGABYTE} MB")
    kind = _sniff(data)
    with _strict():
        image = _open(data, kind)
        _check_size(image, kind)
        mode, bits = image.mode, _bits(image, data, kind)
        exif = _exif(image)
        turned = exif.get(ExifTags.Base.Orientation) in ORIENTATIONS_ON_SIDE
        width, height = image.size[::-1] if turned else image.size
        dpi = _dpi(image)
        loaded = _upright(_load(image, working_side))
        loaded.thumbnail((working_side, working_side), Image.Resampling.BOX, reducing_gap=None)
        rgb, transparent = _to_rgb(loaded)
    return Reading(
        data=data,
        format=kind,
        mode=mode,
        bits=bits,
        width=width,
        height=height,
        dpi=dpi,
        rgb=rgb,
        transparent_share=transparent,
        taken_at=_taken_at(exif),
        editor=_editor(exif),
    )


def write_jpeg(rgb: Pixels, *, quality: int = 95, dpi: int = 300) -> bytes:
    """Encode RGB pixels of shape (height, width, 3) as a fresh JPEG that carries no note but its dpi."""
    target = io.BytesIO()
    Image.fromarray(rgb).save(
        target,
        "JPEG",
        quality=quality,
        subsampling=0 if quality > FULL_COLOUR_FROM else 2,
        optimize=True,
        dpi=(dpi, dpi),
    )
    return target.getvalue()


_ONE_AT_A_TIME = threading.Lock()


class _strict(warnings.catch_warnings):  # noqa: N801 -- reads as a statement
    """Inside, a decoder's warning or any error of its own is a Unreadable."""

    def __enter__(self) -> None:
        # The list of filters belongs to the process: two threads changing it would leave it wrong for good.
        _ONE_AT_A_TIME.acquire()
        super().__enter__()
        warnings.simplefilter("error")

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        super().__exit__(kind, error, trace)  # type: ignore[arg-type]
        _ONE_AT_A_TIME.release()
        if isinstance(error, Unreadable):
            return
        # Decoders of hostile bytes raise anything: struct.error, SyntaxError, ZeroDivisionError …
        if isinstance(error, Exception):
            raise Unreadable("FileDamaged") from error


def _sniff(data: bytes) -> str:
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        return "HEIC"
    if _is_webp(data):
        return "WebP"
    raise Unreadable("FileFormat", value=_guess(data), limit=FORMATS)


def _is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _guess(data: bytes) -> str:
    """Name the usual strangers, so that the applicant sees what the file really is."""
    head = data[:512].lstrip().lower()
    names = {
        b"gif8": "GIF",
        b"bm": "BMP",
        b"%pdf": "PDF",
        b"%!ps": "EPS",
        b"\xc5\xd0\xd3\xc6": "EPS",
        b"ii*\x00": "TIFF",
        b"mm\x00*": "TIFF",
        b"pk\x03\x04": "ZIP",
    }
    for start, name in names.items():
        if head.startswith(start):
            return name
    if b"<svg" in head or head.startswith(b"<?xml"):
        return "SVG"
    return "text" if head.isascii() else "?"


def _open(data: bytes, kind: str) -> Image.Image:
    """Open with the one decoder for this kind; nothing is registered, so no other can be reached."""
    stream = io.BytesIO(data)
    if kind == "JPEG":
        if data.count(b"\xff\xda") > MOST_SCANS:
            raise Unreadable("FileDamaged")
        # The plain decoder takes the first picture of a phone's multi-picture file.
        return JpegImagePlugin.JpegImageFile(stream)
    if kind == "PNG":
        return PngImagePlugin.PngImageFile(stream)
    if kind == "WebP":
        return WebPImagePlugin.WebPImageFile(stream)
    image: Image.Image = HeifImageFile(stream)  # type: ignore[no-untyped-call]
    return image


def _check_size(image: Image.Image, kind: str) -> None:
    width, height = image.size
    found = f"{width}×{height}"
    progressive = kind == "JPEG" and bool(image.info.get("progressive"))
    cap = LARGEST_PIXELS["PROGRESSIVE" if progressive else kind]
    if width * height > cap:
        count = f"{found} ({width * height / MEGAPIXEL:.0f} MP)"
        raise Unreadable("PixelCount", value=count, limit=f"≤ {cap // MEGAPIXEL} MP")
    if max(width, height) > LONGEST_SIDE:
        raise Unreadable("PixelCount", value=found, limit=f"≤ {LONGEST_SIDE}×{LONGEST_SIDE}")
    if min(width, height) < SMALLEST_SIDE:
        raise Unreadable("PixelCount", value=found, limit=f"≥ {SMALLEST_SIDE}×{SMALLEST_SIDE}")
    # HEIC files carry bursts and depth as further pictures; the primary one is the photo.
    if kind in {"PNG", "WebP"} and getattr(image, "is_animated", False):
        raise Unreadable("FileAnimated", value=str(getattr(image, "n_frames", 2)), limit="1")


def _load(image: Image.Image, side: int) -> Image.Image:
    """Decode, as small as the format allows while the longer side stays at or above `side`."""
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        scale = side / max(image.size)
        if scale < 1:
            image.draft(None, (int(image.width * scale) + 1, int(image.height * scale) + 1))
    image.load()
    return image


def _upright(image: Image.Image) -> Image.Image:
    exif = _exif(image)
    orientation = exif.get(ExifTags.Base.Orientation)
    if not isinstance(orientation, int) or orientation not in range(2, 9):
        return image
    return ImageOps.exif_transpose(image)


def _exif(image: Image.Image) -> dict[int, object]:
    try:
        notes = image.getexif()
        return {**notes, **notes.get_ifd(ExifTags.IFD.Exif)}
    except Exception:  # noqa: BLE001 -- broken notes do not make a broken photo
        return {}


def _taken_at(exif: dict[int, object]) -> datetime | None:
    stated = exif.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    try:
        # A camera states local time without a zone, so none is invented here.
        return datetime.strptime(str(stated).strip("\x00 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
    except ValueError:
        return None


def _editor(exif: dict[int, object]) -> str:
    stated = str(exif.get(ExifTags.Base.Software) or "").lower()
    known = ("photoshop", "gimp", "meitu", "美图", "faceapp", "snapseed", "lightroom", "pixelmator", "affinity")
    return next((name for name in known if name in stated), "")


def _dpi(image: Image.Image) -> float:
    stated = image.info.get("dpi")
    if not isinstance(stated, tuple) or not stated:
        return 0.0
    return float(stated[0])


def _bits(image: Image.Image, data: bytes, kind: str) -> int:
    if kind == "PNG":
        # The depth is the ninth byte of the IHDR body, which the signature check put at a fixed place.
        return data[24]
    return int(image.info.get("bit_depth", 8))


def _to_rgb(image: Image.Image) -> tuple[Pixels, float]:
    """Return 8-bit sRGB pixels and the share of pixels that were see-through (shown on white)."""
    if image.mode in GREY_16_MODES:
        grey = np.asarray(image, dtype=np.float64)
        top = 65535.0 if grey.max() > 255 else 255.0  # noqa: PLR2004 -- 8 bits in a wide mode
        return np.repeat((grey / top * 255.0).astype(np.uint8)[:, :, np.newaxis], 3, axis=2), 0.0
    transparent = 0.0
    if "A" in image.getbands() or "transparency" in image.info:
        layered = image.convert("RGBA")
        alpha = np.asarray(layered.getchannel("A"))
        transparent = float((alpha < 255).mean())  # noqa: PLR2004 -- fully opaque
        paper = Image.new("RGBA", layered.size, "white")
        image = _keep_profile(Image.alpha_composite(paper, layered).convert("RGB"), image)
    return np.asarray(_to_srgb(image).convert("RGB"), dtype=np.uint8), transparent


def _keep_profile(image: Image.Image, source: Image.Image) -> Image.Image:
    profile = source.info.get("icc_profile")
    image.info = {"icc_profile": profile} if profile and source.mode != "P" else {}
    return image


def _to_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "CMYK", "L"}:
        return image
    try:
        stated = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(image, stated, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        # A broken profile says nothing about the colours; the pixels are taken as sRGB.
        return image
    return turned or image
