"""Tasks of payments."""

from celery import shared_task

from payments import refunding


@shared_task
def refund_unproducible() -> None:
    """Give fees back for documents that cannot be made."""
    refunding.refund_unproducible()
