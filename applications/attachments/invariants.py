"""What must hold of uploaded files: each row has its file, each file its row, and only what was scanned is opened."""

from collections.abc import Iterator

from django.core.files.storage import default_storage
from django.db.models import Q

from applications.attachments.keeping import FOLDER
from applications.models import Attachment
from portal.common.storage import strays


def chains() -> Iterator[str]:
    """Name the audit chain of every form that files were sent in for."""
    owners = Attachment.objects.order_by("owner").values_list("owner", flat=True).distinct()
    return (f"attachments:{owner}" for owner in owners.iterator())


def named_files() -> set[str]:
    """Return the names of all files that some row holds."""
    rows = Attachment.objects.values_list("original", "final")
    return {name for names in rows for name in names if name}


def files_match_rows() -> Iterator[str]:
    """I9: a file waits under its original name, is opened under its final one; each exists, none is without a row."""
    named = named_files()
    unjudged, clean = Q(status__in=("waiting", "quarantined")), Q(status="clean")
    right = (
        (unjudged & ~Q(original="") & Q(final=""))
        | (clean & Q(original="") & ~Q(final=""))
        | (~unjudged & ~clean & Q(original="", final=""))
    )
    wrong = Attachment.objects.exclude(right).order_by("pk")
    yield from (f"attachment {pk}: its files and its state disagree" for pk in wrong.values_list("pk", flat=True))
    yield from (f"file {name} is missing" for name in sorted(named) if not default_storage.exists(name))
    yield from (f"file {name} belongs to no attachment" for name in strays(FOLDER, named))
