"""Tasks of the case: sweep away uploaded files that no row names."""

from celery import shared_task
from django.core.files.storage import default_storage

from applications.attachments.invariants import named_files
from applications.attachments.keeping import FOLDER
from portal.common.storage import strays


@shared_task
def remove_stray_attachments() -> None:
    """Delete files of a day's age that belong to no attachment."""
    for name in strays(FOLDER, named_files()):
        default_storage.delete(name)
