"""Drift watch: what the repository's branch holds now against what was approved and deployed."""

import hashlib
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from governance.outbox.claims import Again, Claim
from governance.outbox.operations import enqueue, hasten
from governance.sentences import sentence as _
from workflows.gitops.connections import forge_of
from workflows.gitops.forges.base import Forge
from workflows.gitops.models import AlarmKind
from workflows.gitops.operations.alarms import raise_alarm
from workflows.gitops.queries import differing_files, standing_at, vetoed_at
from workflows.targets.models import Promotion, Target
from workflows.targets.queries import host_of

WATCH = "target.watch"
EVERY_S = 60.0
IDLE_S = 3600.0


@transaction.atomic
def watch_targets() -> int:
    """Ask for a look at every target where something stands, or must not; returns how many."""
    vetoed = Q(active=True, promotions__state="closed", promotions__pull_request__isnull=False)
    rows = Target.objects.filter(Q(promotions__state="deployed") | vetoed)
    targets = list(rows.distinct().order_by("pk"))
    for target in targets:
        key = str(target.pk)
        enqueue(WATCH, key, {"target_id": key}, host=host_of(target))
        hasten(WATCH, key)
    return len(targets)


def watch_target(claim: Claim) -> Again:
    """Handler of `target.watch`: compare what stands on the branch with what was approved.

    A change that nobody approved raises an alarm, once for each content. What a newer promotion
    of ours has just merged is none: its own look follows. What was closed and stands there all the
    same is one, also where no hint told of it.
    """
    target = Target.objects.get(pk=UUID(claim.payload["target_id"]))
    rows, vetoed = standing_at(target), vetoed_at(target)
    if not rows and not vetoed:
        return Again(IDLE_S)
    forge = forge_of(target.forge)
    tip = forge.ref(target.repository, target.base_branch)
    for promotion in rows:
        _compare(claim, promotion, forge, tip)
    for promotion in vetoed:
        _question_vetoed(claim, promotion, forge, tip)
    return Again(EVERY_S)


def _question_vetoed(claim: Claim, promotion: Promotion, forge: Forge, tip: str | None) -> None:
    """Nobody may put there what was closed; a hint about its merge has told the same."""
    if promotion.alarms.exists() or differing_files(promotion, forge, tip):
        return
    text = _("{branch} holds what was closed without merging.", branch=promotion.target.base_branch)
    with transaction.atomic():
        claim.heartbeat()
        raise_alarm(promotion, AlarmKind.DRIFTED, promotion.content_digest, text)


def _compare(claim: Claim, promotion: Promotion, forge: Forge, tip: str | None) -> None:
    differing = differing_files(promotion, forge, tip)
    if not differing or _is_newer_of_ours(promotion, forge, tip):
        return
    seen = _("{branch} holds something else than was approved: {files}")
    if tip is None:
        seen = _("The branch {branch} is gone, and with it what was approved: {files}")
    text = seen.filled(branch=promotion.target.base_branch, files=", ".join(differing))
    occasion = _content(promotion, forge, tip, differing)
    with transaction.atomic():
        claim.heartbeat()
        raise_alarm(promotion, AlarmKind.DRIFTED, occasion, text)


def _is_newer_of_ours(promotion: Promotion, forge: Forge, tip: str | None) -> bool:
    under_way = Promotion.objects.filter(
        target=promotion.target_id,
        version__model=promotion.version.model_id,
        state__in=["open", "merged"],
    )
    return any(not differing_files(row, forge, tip) for row in under_way)


def _content(promotion: Promotion, forge: Forge, tip: str | None, paths: list[str]) -> str:
    """What makes it the same drift when it is seen again: the bytes that stand there."""
    digest = hashlib.sha256()
    for path in paths:
        text = forge.file_at(promotion.target.repository, tip, path) if tip else None
        digest.update(f"{path}\0{text}\0".encode())
    return digest.hexdigest()
