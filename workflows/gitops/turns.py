"""Changes that all workers together ask of one host: one after the other, with a pause between."""

from datetime import UTC, datetime, timedelta

from django.db.models.functions import Now

from workflows.gitops.models import ForgeTurn

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
# Whoever waits for a turn holds a worker, so no queue of them is as long as this. A turn further
# away was taken under a clock that has been set back since.
FURTHEST = timedelta(minutes=10)


def take_turn(host: str, pause_s: float) -> float:
    """Take the next moment at which a host may be asked for a change; return seconds until then.

    Whoever comes after gets a moment `pause_s` seconds later, on whatever machine. Times are the
    database's, and one that its clock showed before it was set back holds nobody; who was
    overtaken between reading and writing looks again.
    """
    first = ForgeTurn(host=host, next_at=LONG_AGO)
    ForgeTurn.objects.bulk_create([first], ignore_conflicts=True)
    rows = ForgeTurn.objects.filter(pk=host)
    while True:
        free_at, now = rows.annotate(now=Now()).values_list("next_at", "now").get()
        mine = max(free_at, now) if free_at <= now + FURTHEST else now
        after = mine + timedelta(seconds=pause_s)
        if rows.filter(next_at=free_at).update(next_at=after):
            return (mine - now).total_seconds()
