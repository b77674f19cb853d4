"""Threads of cases and their tasks, and what people keep for themselves."""

from workflows.cases.operations.comments import comment_version
from workflows.cases.operations.personal import (
    SNOOZES,
    acknowledge_case,
    delete_filter,
    follow_model,
    save_filter,
    snooze_case,
)
from workflows.cases.operations.threads import (
    close_alert_case,
    close_case,
    close_finding_task,
    close_own_tasks,
    close_revisions,
    close_task,
    close_tasks,
    close_tasks_about,
    note_attention,
    open_alert_case,
    open_case,
    open_finding_task,
    open_task,
    tell_people,
)

__all__ = [
    "SNOOZES",
    "acknowledge_case",
    "close_alert_case",
    "close_case",
    "close_finding_task",
    "close_own_tasks",
    "close_revisions",
    "close_task",
    "close_tasks",
    "close_tasks_about",
    "comment_version",
    "delete_filter",
    "follow_model",
    "note_attention",
    "open_alert_case",
    "open_case",
    "open_finding_task",
    "open_task",
    "save_filter",
    "snooze_case",
    "tell_people",
]
