"""Tasks of the count."""

from celery import shared_task

from portal.statistics import counting


@shared_task
def rollup() -> None:
    """Count marked days again."""
    counting.count_marked()
