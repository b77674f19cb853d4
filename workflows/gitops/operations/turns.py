"""Changes that all workers together ask of one host: one after the other, with a pause between."""

from datetime import timedelta

from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F
from django.db.models.functions import Greatest, Now

from workflows.gitops.models import ForgeTurn

_left = ExpressionWrapper(F("next_at") - Now(), output_field=DurationField())


def take_turn(host: str, pause_s: float) -> float:
    """Take the next moment at which a host may be asked for a change; return seconds until then.

    Whoever comes after gets a moment `pause_s` seconds later, on whatever machine.
    """
    pause = timedelta(seconds=pause_s)
    later = ExpressionWrapper(Greatest(F("next_at"), Now()) + pause, output_field=DateTimeField())
    ForgeTurn.objects.bulk_create([ForgeTurn(host=host)], ignore_conflicts=True)
    mine = ForgeTurn.objects.filter(pk=host)
    with transaction.atomic():  # the row stays ours until it has been read
        mine.update(next_at=later)
        left: timedelta = mine.values_list(_left, flat=True).get()
    return max(0.0, (left - pause).total_seconds())
