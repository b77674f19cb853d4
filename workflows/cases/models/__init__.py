"""The threads of cases with their tasks, the validations of what is used, what people keep."""

from workflows.cases.models.cases import LIVE, Attention, Case, LiveChange, Task, TimerEvent
from workflows.cases.models.comments import Comment
from workflows.cases.models.personal import Follow, SavedFilter, Snooze
from workflows.cases.models.validations import Revalidation, UseException

__all__ = [
    "LIVE",
    "Attention",
    "Case",
    "Comment",
    "Follow",
    "LiveChange",
    "Revalidation",
    "SavedFilter",
    "Snooze",
    "Task",
    "TimerEvent",
    "UseException",
]
