"""Uploads stay in memory and inside a bound: personal pictures never touch a temporary file in clear."""

import io
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class BoundedMemoryUpload(FileUploadHandler):
    """Keeps up to UPLOAD_MAX_BYTES; of a larger file only the size is kept, so that the form can name the limit."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Start a fresh buffer."""
        super().new_file(*args, **kwargs)
        self.buffer = io.BytesIO()
        self.too_large = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep the chunk, or drop everything once the bound is passed."""
        if start + len(raw_data) > settings.UPLOAD_MAX_BYTES:
            self.too_large = True
            self.buffer = io.BytesIO()
        if not self.too_large:
            self.buffer.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Return the file with its true size; the content of one that is too large is empty."""
        self.buffer.seek(0)
        return InMemoryUploadedFile(
            self.buffer,
            self.field_name,
            self.file_name,
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )
