"""One picture sent in: portrait or signature."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from portal.common.forms import PortalForm

MEGABYTE = 1024 * 1024


class PictureForm(PortalForm):
    """A file field for one picture; what the file is, is decided by its bytes alone."""

    names = {"file": _("照片文件")}
    file = forms.FileField(
        label=_("选照片，或者现在拍一张"),
        help_text=_("JPEG、PNG 或 HEIC，不超过 20 MB。用手机打开时可以直接拍。"),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )

    def clean_file(self) -> bytes:
        """Return the bytes; what is over the limit was never kept."""
        sent = cast("UploadedFile[Any]", self.cleaned_data["file"])
        if (sent.size or 0) > settings.UPLOAD_MAX_BYTES:
            figures = {"size": f"{(sent.size or 0) / MEGABYTE:.1f}", "most": settings.UPLOAD_MAX_BYTES // MEGABYTE}
            text = _("文件有 %(size)s MB，最多 %(most)s MB。请用手机原图，或者把照片改小一些再传。")
            raise ValidationError(text, code="too_large", params=figures)
        data: bytes = sent.read()
        return data
