"""The Celery app: `celery -A governance.project.celery worker --queues=fast,slow`, and beat."""

import os
from pathlib import Path

from celery import Celery
from django.conf import settings

from governance.outbox.broker import celery_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.project.settings")

TICK_EVERY_S = 10.0
# Celery's own habit is to close the database's connection before and after each task: a new one
# takes most of a short job's time. The tasks let go of what is old or broken, as a page does.
TASKS_A_CONNECTION = 100_000

app = Celery("foureyes", include=["workflows.delivery.tasks"])
app.conf.update(celery_settings(settings.BROKER_URL, Path(settings.VAR_DIR)))
app.conf.update(
    # Beat's one entry. It remembers nothing: which period has passed is a row in the database.
    beat_schedule={"tick": {"task": "workflows.delivery.tasks.tick", "schedule": TICK_EVERY_S}},
    beat_scheduler="celery.beat:Scheduler",
    CELERY_DB_REUSE_MAX=TASKS_A_CONNECTION,
)
