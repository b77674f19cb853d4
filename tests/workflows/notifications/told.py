"""Who was told what."""

from workflows.management.cast import actor_named
from workflows.notifications.models import Notice
from workflows.notifications.queries import notices_for


def told(username: str) -> list[tuple[str, str]]:
    """Kind and title of somebody's notices, oldest first."""
    rows = notices_for(actor_named(username)).order_by("created_at", "id")
    return [(notice.kind, notice.title) for notice in rows]


def newest(username: str) -> Notice:
    """The newest notice of somebody."""
    found = notices_for(actor_named(username)).first()
    assert found is not None
    return found
