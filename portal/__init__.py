"""Composition root and the parts that every step of a case shares."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
