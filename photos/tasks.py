"""Tasks of the photos: sweep away files that no shot names."""

from celery import shared_task
from django.core.files.storage import default_storage

from photos.invariants import FOLDER, named_files
from portal.common.storage import strays


@shared_task
def remove_stray_files() -> None:
    """Delete files of a day's age that belong to no shot."""
    for name in strays(FOLDER, named_files()):
        default_storage.delete(name)
