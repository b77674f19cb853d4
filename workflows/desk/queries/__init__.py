"""What the screens of the desk read, one module a screen."""

from workflows.desk.queries.inbox import inbox_count

__all__ = ["inbox_count"]
