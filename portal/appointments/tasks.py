"""Tasks of window cases: keep places open for the coming days, forget what was kept its time."""

from celery import shared_task

from portal.appointments import retention, slots


@shared_task
def open_slots() -> None:
    """Bring the places of the coming days in line with the opening hours."""
    slots.open_ahead()


@shared_task
def forget() -> None:
    """Delete what the window keeps no longer."""
    retention.forget()
