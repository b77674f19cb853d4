"""Asking for a look at the forge: at once after an event, and now and then by the clock."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from governance.access.permissions import Permission
from governance.access.queries import require
from governance.actors import Actor
from governance.outbox.operations import enqueue, hasten, hasten_all
from governance.outbox.queries import jobs
from workflows.targets.models import Promotion, Target
from workflows.targets.operations import OBSERVE
from workflows.targets.queries import host_of

BATCH = 1000


@transaction.atomic
def ask_to_observe(promotion_id: UUID, *, event: str = "") -> None:
    """Ask for a look: one job for each event, and one for the promotion that looks again."""
    key = f"{promotion_id}:{event}" if event else str(promotion_id)
    target = Target.objects.get(promotions=promotion_id)
    enqueue(OBSERVE, key, {"promotion_id": str(promotion_id)}, host=host_of(target))


@transaction.atomic
def read_promotion_again(promotion: Promotion, *, actor: Actor) -> None:
    """Somebody who starts jobs anew does not want to wait for the next look.

    Raises:
        NotAllowed: The permission is missing.
    """
    require(actor, Permission.JOB_RETRY, promotion)
    ask_to_observe(promotion.pk)
    hasten(OBSERVE, str(promotion.pk))


@transaction.atomic
def poll_promotions() -> int:
    """Look at every pull request that may still change: the schedule's net below all hints.

    Returns how many. Any number of these may run; a look changes nothing that stands still.
    """
    rows = Promotion.objects.filter(state__in=["open", "held"], pull_request__isnull=False)
    ids = list(rows.values_list("pk", flat=True))
    for first in range(0, len(ids), BATCH):
        _ask_for_looks(ids[first : first + BATCH])
    return len(ids)


def _ask_for_looks(ids: Sequence[UUID]) -> None:
    """Each has a job of its own since it was opened; what it lost, somebody deleted."""
    keys = [str(promotion_id) for promotion_id in ids]
    there = set(jobs().filter(topic=OBSERVE, key__in=keys).values_list("key", flat=True))
    for key in set(keys) - there:
        ask_to_observe(UUID(key))
    hasten_all(OBSERVE, keys)
