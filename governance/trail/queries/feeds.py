"""The feeds of the log, and how far each is behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import require
from governance.audit.queries import latest_checkpoint
from governance.errors import NotFound
from governance.outbox.queries import progress_of
from governance.trail.models import LogFeed

if TYPE_CHECKING:
    from uuid import UUID

    from governance.actors import Actor
    from governance.outbox.queries import Progress

PUSH: Final = "feed.push"


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed in a list. `state`: off, stopped, failing, behind or current."""

    feed: LogFeed
    progress: Progress | None
    size: int

    @property
    def behind(self) -> int:
        """How many signed entries it has not looked at."""
        return max(0, self.size - self.feed.cursor)

    @property
    def state(self) -> str:
        """How it is, in one word."""
        if not self.feed.active:
            return "off"
        if self.progress and self.progress.state == "parked":
            return "stopped"
        if self.feed.last_error:
            return "failing"
        return "behind" if self.behind else "current"


def feed_rows(actor: Actor) -> list[FeedRow]:
    """Every feed, by name; for who may view the log of the whole organisation.

    Raises:
        NotAllowed: the actor may not.
    """
    require(actor, Permission.LOG_VIEW)
    newest = latest_checkpoint()
    size = newest.size if newest else 0
    feeds = LogFeed.objects.select_related("account__person").order_by("name")
    return [FeedRow(feed, progress_of(PUSH, str(feed.pk)), size) for feed in feeds]


def feed_by_id(feed_id: UUID, actor: Actor) -> LogFeed:
    """A feed that the actor may change.

    Raises:
        NotAllowed, NotFound: may not, or there is none.
    """
    require(actor, Permission.FEED_CHANGE)
    feed = LogFeed.objects.filter(pk=feed_id).first()
    if feed is None:
        raise NotFound(_("There is no such feed of the log."))
    return feed
