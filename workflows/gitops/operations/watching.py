"""Drift watch: what the repository's branch holds now against what was approved and deployed."""

import hashlib
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.outbox.claims import Again, Claim
from governance.outbox.operations import enqueue, hasten
from workflows.gitops.connections import forge_of
from workflows.gitops.forges.base import Forge
from workflows.gitops.models import AlarmKind
from workflows.gitops.operations.alarms import raise_alarm
from workflows.gitops.queries import differing_files, standing_at
from workflows.targets.models import Promotion, Target
from workflows.targets.queries import host_of

WATCH = "target.watch"
EVERY_S = 60.0
IDLE_S = 3600.0


@transaction.atomic
def watch_targets() -> int:
    """Ask for a look at every target where something stands; returns how many."""
    targets = list(Target.objects.filter(promotions__state="deployed").distinct().order_by("pk"))
    for target in targets:
        key = str(target.pk)
        enqueue(WATCH, key, {"target_id": key}, host=host_of(target))
        hasten(WATCH, key)
    return len(targets)


def watch_target(claim: Claim) -> Again:
    """Handler of `target.watch`: compare what stands on the branch with what was approved.

    A change that nobody approved raises an alarm, once for each content. What a newer promotion
    of ours has just merged is none: its own look follows.
    """
    target = Target.objects.get(pk=UUID(claim.payload["target_id"]))
    rows = standing_at(target)
    if not rows:
        return Again(IDLE_S)
    forge = forge_of(target.forge)
    tip = forge.ref(target.repository, target.base_branch)
    for promotion in rows if tip else ():
        _compare(claim, promotion, forge, tip or "")
    return Again(EVERY_S)


def _compare(claim: Claim, promotion: Promotion, forge: Forge, tip: str) -> None:
    differing = differing_files(promotion, forge, tip)
    if not differing or _is_newer_of_ours(promotion, forge, tip):
        return
    text = _("{branch} holds something else than was approved: {files}").format(
        branch=promotion.target.base_branch, files=", ".join(differing)
    )
    occasion = _content(promotion, forge, tip, differing)
    with transaction.atomic():
        claim.heartbeat()
        raise_alarm(promotion, AlarmKind.DRIFTED, occasion, text)


def _is_newer_of_ours(promotion: Promotion, forge: Forge, tip: str) -> bool:
    under_way = Promotion.objects.filter(
        target=promotion.target_id,
        version__model=promotion.version.model_id,
        state__in=["open", "merged"],
    )
    return any(not differing_files(row, forge, tip) for row in under_way)


def _content(promotion: Promotion, forge: Forge, tip: str, paths: list[str]) -> str:
    """What makes it the same drift when it is seen again: the bytes that stand there."""
    digest = hashlib.sha256()
    for path in paths:
        text = forge.file_at(promotion.target.repository, tip, path)
        digest.update(f"{path}\0{text}\0".encode())
    return digest.hexdigest()
