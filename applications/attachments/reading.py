"""What an uploaded file really is: a PDF or a picture, judged by its bytes; everything else is refused by name."""

import re

from django.utils.translation import gettext_lazy as _

from photos.services import Unreadable, read_picture, write_jpeg
from portal.common.unmet import Refused, Text, Unmet

MEGABYTE = 1024 * 1024
LARGEST_BYTES = 10 * MEGABYTE
PDF, JPEG = "pdf", "jpeg"
MEDIA_TYPES = {PDF: "application/pdf", JPEG: "image/jpeg"}
LONGEST_NAME = 80
# A page of small print is legible at this length of its longer side, in pixels.
SIDE = 2400
_QUALITY = 85
_TAIL = 2048
_HIDDEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def plain_name(name: str) -> str:
    """Return the file's name as it is shown: no folders, no signs nobody sees, cut in the middle when long."""
    last = _HIDDEN.sub("", name.replace("\\", "/").rpartition("/")[2]).strip()
    if len(last) > LONGEST_NAME:
        half = LONGEST_NAME // 2 - 1
        last = f"{last[:half]}…{last[-half:]}"
    return last or "-"


def name_as(media: str, name: str) -> str:
    """Return the name a file is handed out under: its ending says what it has become."""
    endings = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg")}[media]
    return name if name.lower().endswith(endings) else name + endings[0]


def recognise(data: bytes, name: str) -> str:
    """Return PDF or JPEG (any picture); raises Refused with the file, what was found, what is allowed, the remedy."""
    if not data:
        raise _refused("empty", _("“%(name)s”是空的。"), _("请重新选择文件。"), name=name)
    if len(data) > LARGEST_BYTES:
        text = _("“%(name)s”有 %(size)s MB，最多 %(most)s MB。")
        remedy = _("请拍小一些，或者分成几个文件上传。")
        figures = {"size": f"{len(data) / MEGABYTE:.1f}", "most": LARGEST_BYTES // MEGABYTE}
        raise _refused("too_large", text, remedy, name=name, **figures)
    if data.startswith(b"%PDF-"):
        return _recognise_pdf(data, name)
    try:
        read_picture(data, working_side=256)
    except Unreadable as error:
        raise _unreadable(error, name) from error
    return JPEG


def _recognise_pdf(data: bytes, name: str) -> str:
    if b"%%EOF" not in data[-_TAIL:]:
        text = _("“%(name)s”不完整或已损坏。")
        raise _refused("damaged", text, _("请重新导出或扫描，再上传。"), name=name)
    if b"/Encrypt" in data:
        text = _("“%(name)s”有密码，审核人员打不开。")
        raise _refused("locked", text, _("请去掉密码另存一份，再上传。"), name=name)
    return PDF


def _unreadable(error: Unreadable, name: str) -> Refused:
    if error.code == "PixelCount":
        text = _("“%(name)s”是 %(found)s，要求 %(limit)s。")
        return _refused(
            "pixels", text, _("请直接用手机拍，不要截图或拼图。"), name=name, found=error.value, limit=error.limit
        )
    if error.code == "FileDamaged":
        return _refused("damaged", _("“%(name)s”不完整或已损坏。"), _("请重新拍照或导出，再上传。"), name=name)
    text = _("“%(name)s”不是 PDF，也不是 JPEG、PNG 或 HEIC 图片。")
    return _refused("format", text, _("请拍照，或者另存为 PDF 再上传；改文件名不会改变格式。"), name=name)


def _refused(code: str, text: Text, remedy: Text, **figures: object) -> Refused:
    return Refused([Unmet(f"file_{code}", str(text) % figures, remedy=remedy, field="file")])


def encode(data: bytes) -> bytes:
    """Return a picture as a fresh upright JPEG without the notes of the file that came; raises Unreadable."""
    return write_jpeg(read_picture(data, working_side=SIDE).rgb, quality=_QUALITY)
