"""Files for materials: small PDFs and pictures that people might upload."""

from io import BytesIO

import pillow_heif
from PIL import Image

from applications import attachments
from applications.attachments.keeping import TOPIC
from applications.models import Attachment, Submission
from portal.accounts.models import Person
from tests.factories import accounts

MARKER = b"marker-of-a-private-paper"


def pdf(inside: bytes = MARKER) -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n% " + inside + b"\ntrailer << >>\n%%EOF\n"


def photo(form: str = "JPEG") -> bytes:
    """A picture of a page; it carries a note of its maker, as phones write them."""
    data = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = MARKER.decode()
    page = Image.new("RGB", (900, 1200), (240, 240, 235))
    if form == "HEIC":
        pillow_heif.from_pillow(page).save(data, exif=exif.tobytes())
    else:
        page.save(data, form, exif=exif)
    return data.getvalue()


def scanned(row: Attachment) -> Attachment:
    """The file after its scan was tried once."""
    accounts.keep(TOPIC)
    row.refresh_from_db()
    return row


def handed_in(
    form: Submission, person: Person, material: str, data: bytes | None = None, *, name: str = "a.pdf"
) -> Attachment:
    """A file received for a material, and scanned."""
    return scanned(attachments.receive(form, material, data or pdf(), name=name, acting=person.acting))
