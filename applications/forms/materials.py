"""One file sent in for one paper."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from applications.attachments import LARGEST_BYTES
from applications.attachments.reading import MEGABYTE, plain_name
from applications.models import Attachment
from portal.common.forms import PortalForm


class PaperForm(PortalForm):
    """A file field for one paper; what the file is, is decided by its bytes. `file_name` is the one it came with."""

    names = {"file": _("文件")}
    file = forms.FileField(
        label=_("选一个文件，或者现在拍一张"),
        help_text=_("PDF、JPEG、PNG 或 HEIC，一个不超过 %(most)s MB；一次传一个。")
        % {"most": LARGEST_BYTES // MEGABYTE},
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/*"}),
    )
    replaces = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, code: str, replaced: Attachment | None = None) -> None:
        """Stand for the paper of this code; `replaced` is the file that the new one takes the place of."""
        self.code, self.file_name = code, ""
        super().__init__(*args, prefix=code, initial={"replaces": replaced.pk if replaced else None})

    def clean_file(self) -> bytes:
        """Return the bytes; what is over the limit of every upload was never kept."""
        sent = cast("UploadedFile[Any]", self.cleaned_data["file"])
        self.file_name = sent.name or ""
        data: bytes = sent.read()
        if len(data) < (sent.size or 0):
            figures = {"size": f"{(sent.size or 0) / MEGABYTE:.1f}", "most": LARGEST_BYTES // MEGABYTE}
            text = _("“%(name)s”有 %(size)s MB，最多 %(most)s MB。请拍小一些，或者分成几个文件上传。")
            raise ValidationError(text, code="too_large", params={"name": plain_name(self.file_name), **figures})
        return data
