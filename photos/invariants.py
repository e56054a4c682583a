"""What must hold of pictures: no row without its file, no file without its row."""

from collections.abc import Iterator

from django.core.files.storage import default_storage
from django.db.models import Q

from photos.models import Shot
from portal.common.storage import strays

FOLDER = "shots"
# What was found in order has a picture to print.
FINISHED = ("accepted", "passed")


def chains() -> Iterator[str]:
    """Name the audit chain of every form that pictures were sent in for."""
    owners = Shot.objects.order_by("owner").values_list("owner", flat=True).distinct()
    return (f"shots:{owner}" for owner in owners.iterator())


def named_files() -> set[str]:
    """Return the names of all files that some shot holds."""
    rows = Shot.objects.values_list("original", "preview", "final")
    return {name for names in rows for name in names if name}


def files_match_rows() -> Iterator[str]:
    """I9: every shot names its files and each exists, and no file has been without a shot for a day."""
    named = named_files()
    bare = Shot.objects.exclude(status="removed").filter(Q(original="") | Q(final="", status__in=FINISHED))
    yield from (f"shot {pk} has no file" for pk in bare.order_by("pk").values_list("pk", flat=True))
    yield from (f"file {name} is missing" for name in sorted(named) if not default_storage.exists(name))
    yield from (f"file {name} belongs to no shot" for name in strays(FOLDER, named))
