"""The Celery application: which processes run what, and how often beat rings."""

import os
from datetime import timedelta

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.task_default_queue = "default"
app.conf.beat_scheduler = "portal.common.heartbeat:Scheduler"
app.conf.beat_schedule = {
    # A ring that nobody answered in time is worth nothing: the next one covers it.
    "sweep": {"task": "portal.common.tasks.sweep", "schedule": timedelta(seconds=5), "options": {"expires": 5}},
    # Rung in every queue: only a worker that takes from it can tell that somebody does.
    **{
        f"heartbeat-{queue}": {
            "task": "portal.common.tasks.worker_heartbeat",
            "args": [queue],
            "schedule": timedelta(seconds=10),
            "options": {"expires": 10, "queue": queue},
        }
        for queue in ("default", "photos")
    },
    "refund-unproducible": {
        "task": "payments.tasks.refund_unproducible",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "rollup": {
        "task": "portal.statistics.tasks.rollup",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 20},
    },
    "stray-files": {"task": "photos.tasks.remove_stray_files", "schedule": crontab(hour=3, minute=40)},
    "open-slots": {"task": "portal.appointments.tasks.open_slots", "schedule": crontab(minute=10)},
    "forget-visits": {"task": "portal.appointments.tasks.forget", "schedule": crontab(hour=4, minute=0)},
    "stray-attachments": {
        "task": "applications.tasks.remove_stray_attachments",
        "schedule": crontab(hour=3, minute=50),
    },
    "anchor": {"task": "portal.common.tasks.anchor_audit", "schedule": crontab(minute=5)},
}
