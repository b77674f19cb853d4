"""Keeps the lease of a claim alive while its handler runs."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from django.db import DatabaseError, connections

from governance.outbox.claims import Claim, LeaseLost

BEATS_PER_LEASE = 3.0
JOIN_S = 5.0

logger = logging.getLogger(__name__)


@contextmanager
def beating(claim: Claim, longest_s: float) -> Iterator[None]:
    """Renew the lease three times per lease, for `longest_s` seconds at most.

    After that a handler counts as hung: its lease runs out, another worker takes the job, and
    the fence refuses what the hung one still writes.
    """
    stop = threading.Event()
    beat = threading.Thread(
        target=_beat, args=(claim, stop, longest_s), name="heartbeat", daemon=True
    )
    beat.start()
    try:
        yield
    finally:
        stop.set()
        beat.join(JOIN_S)


def _beat(claim: Claim, stop: threading.Event, longest_s: float) -> None:
    deadline = monotonic() + longest_s
    try:
        while not stop.wait(claim.lease_s / BEATS_PER_LEASE) and monotonic() < deadline:
            try:
                claim.heartbeat()
            except DatabaseError as error:  # busy or restarted: there are two more beats
                logger.warning("A heartbeat of %s was missed: %s", claim.topic, error)
                connections.close_all()
    except LeaseLost:
        logger.warning("The lease on %s %s is lost.", claim.topic, claim.key)
    finally:
        connections.close_all()
