"""`manage.py worker`: the embedded Celery worker."""

import os
import warnings
from pathlib import Path

from celery.exceptions import SecurityWarning
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from governance.outbox.broker import QUEUES, prepare_folders
from workflows.delivery.supervisor import end_with_supervisor

# By name: the wiring imports this app, not the other way round.
APP = "governance.project.celery.app"
SETTINGS = ("--pool=prefork", "--concurrency=1", f"--queues={','.join(QUEUES)}")
QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=WARNING")


class Command(BaseCommand):
    """A child of `up`; production sites start `celery -A governance.project.celery worker`."""

    help = "Run jobs as soon as they are committed: one process, both queues."

    def handle(self, **_options: object) -> None:
        """Work until SIGTERM; a running job is finished first."""
        end_with_supervisor()
        os.environ.setdefault("CELERY_SKIP_CHECKS", "1")  # a command has made them
        prepare_folders(settings.BROKER_URL, Path(settings.VAR_DIR))
        warnings.simplefilter("ignore", SecurityWarning)  # it fears pickle, which we do not accept
        import_string(APP).worker_main(["--quiet", "worker", *SETTINGS, *QUIET])
