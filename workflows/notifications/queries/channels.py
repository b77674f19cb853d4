"""Channels, and which take an event."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import require
from governance.actors import Actor
from governance.errors import NotFound
from workflows.notifications.models import Channel
from workflows.notifications.queries.telling import Telling


def channels(actor: Actor) -> QuerySet[Channel]:
    """Every channel, for whoever looks after the site's connections.

    Raises:
        NotAllowed: does not.
    """
    require(actor, Permission.CONNECTION_VIEW)
    return Channel.objects.select_related("portfolio", "added_by").order_by("name")


def channel_by_id(actor: Actor, channel_id: UUID) -> Channel:
    """One channel.

    Raises:
        NotAllowed, NotFound: may not, or there is none.
    """
    if (found := channels(actor).filter(pk=channel_id).first()) is None:
        raise NotFound(_("There is no such channel."))
    return found


def channels_taking(telling: Telling) -> list[Channel]:
    """The channels that are on, take this kind, and are of its portfolio or of all."""
    rows = Channel.objects.filter(active=True)
    rows = rows.filter(Q(portfolio=None) | Q(portfolio=telling.portfolio_id))
    return [row for row in rows if telling.kind in row.events]
