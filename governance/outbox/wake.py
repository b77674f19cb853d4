"""The one place that sends a Celery task: by name, after commit, and never at anyone's cost.

A wake-up only makes a job start sooner. When the broker is away, the call returns within half
a second and stays silent for half a minute; `tick` finds the job anyway.
"""

import logging
import threading
from functools import lru_cache, partial
from pathlib import Path
from time import monotonic

from celery import Celery
from django.conf import settings
from django.db import transaction

from governance.outbox.broker import celery_settings, prepare_folders

TASK = "workflows.delivery.tasks.deliver"
LONGEST_S = 0.5
SILENCE_S = 30.0

logger = logging.getLogger(__name__)
_silent_until = {"broker": 0.0}


def wake_after_commit(queue: str) -> None:
    """Wake a worker of that queue once the present transaction is committed."""
    transaction.on_commit(partial(wake, queue), robust=True)


def wake(queue: str) -> bool:
    """Send the wake-up; returns whether the broker took it. Never raises."""
    if not settings.BROKER_URL or monotonic() < _silent_until["broker"]:
        return False
    taken = threading.Event()
    # A thread, since neither name look-ups nor every transport obey a time limit.
    sender = threading.Thread(target=_send, args=(queue, taken), name="wake", daemon=True)
    try:
        sender.start()
        sender.join(LONGEST_S)
    except RuntimeError:
        logger.warning("No thread left to wake a worker.")
    if not taken.is_set():
        _silent_until["broker"] = monotonic() + SILENCE_S
        logger.warning("The broker does not answer; jobs start with the next tick.")
    return taken.is_set()


def _send(queue: str, taken: threading.Event) -> None:
    try:
        prepare_folders(settings.BROKER_URL, Path(settings.VAR_DIR))
        sender = _sender(settings.BROKER_URL, str(settings.VAR_DIR))
        sender.send_task(TASK, args=[queue], queue=queue, retry=False)
    except Exception as error:  # noqa: BLE001 - whatever a transport raises, the job is safe
        logger.warning("Waking a worker failed: %s", error)
    else:
        taken.set()


@lru_cache(maxsize=2)
def _sender(broker_url: str, var_dir: str) -> Celery:
    app = Celery("foureyes.wake", set_as_current=False)
    app.conf.update(celery_settings(broker_url, Path(var_dir)))
    if broker_url.startswith("redis"):
        limits = {"socket_timeout": LONGEST_S, "socket_connect_timeout": LONGEST_S}
        app.conf.broker_transport_options = {**app.conf.broker_transport_options, **limits}
    return app
