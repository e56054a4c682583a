"""Tasks of window cases: keep places open for the coming days."""

from celery import shared_task

from portal.appointments import slots


@shared_task
def open_slots() -> None:
    """Bring the places of the coming days in line with the opening hours."""
    slots.open_ahead()
