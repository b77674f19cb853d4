"""The table of handlers answers every topic that the product enqueues."""

import inspect

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from workflows.delivery.handlers import HANDLERS
from workflows.targets.operations import CLOSE, OBSERVE, OPEN


@pytest.mark.parametrize(
    "topic",
    [
        OPEN,
        OBSERVE,
        CLOSE,
        "access_review.remind",
        "alert.raised",
        "glass.broken",
        "version.evaluate",
    ],
)
def test_every_topic_has_a_handler_that_takes_a_claim(topic: str) -> None:
    """One argument, and its result is kept."""
    assert list(inspect.signature(HANDLERS[topic]).parameters) == ["claim"]


def test_every_entry_of_the_schedule_can_be_called() -> None:
    """Without arguments, and not more often than once a second."""
    for operation, every_s in settings.SCHEDULE.values():
        inspect.signature(import_string(operation)).bind()
        assert every_s >= 1
