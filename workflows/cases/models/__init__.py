"""The threads of cases with their tasks, and the validations of what is used."""

from workflows.cases.models.cases import LIVE, Attention, Case, LiveChange, Task, TimerEvent
from workflows.cases.models.validations import Revalidation, UseException

__all__ = [
    "LIVE",
    "Attention",
    "Case",
    "LiveChange",
    "Revalidation",
    "Task",
    "TimerEvent",
    "UseException",
]
