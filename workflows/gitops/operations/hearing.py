"""Hints from outside: verified, stored once, answered at once; what they hint at is read again.

Nothing of a delivery is believed but that something may have changed. What Tekton, Argo CD and Flux
say about clusters cannot be read again by us; it is shown, and counts for *healthy* only about the
exact commit that merged.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from governance.errors import Invalid, NotFound
from governance.outbox.operations import enqueue
from governance.sealing import unseal
from governance.sentences import sentence as _
from workflows.gitops import signatures
from workflows.gitops.models import PipelineRun, SyncReport, WebhookDelivery
from workflows.gitops.operations.polling import ask_to_observe
from workflows.gitops.reports import Run, Sync, argo_sync, flux_sync, run_of
from workflows.targets.models import ForgeConnection, Promotion, Target
from workflows.targets.progress import IN_FORGE, STANDS
from workflows.targets.queries import application_of

HEARD = "webhook.heard"
KEPT = timedelta(days=30)
LARGEST = 2**31  # the first number that no pull request of ours can have
SENDERS = ("tekton", "argo_cd", "flux")
Headers = Mapping[str, str]


def hear(source: str, headers: Headers, body: bytes) -> WebhookDelivery | None:
    """Verify and store one delivery; None when it was heard before.

    Raises:
        NotFound: No such sender. signatures.Refused: It did not prove who it is.
        Invalid: Its body is no JSON object.
    """
    hint = _verified(source, headers, body)
    try:
        payload = signatures.redacted(signatures.parsed(body))
    except (ValueError, UnicodeDecodeError) as error:
        raise Invalid(_("The body is no JSON object."), field="body") from error
    with transaction.atomic():
        row, new = WebhookDelivery.objects.get_or_create(
            source=source,
            delivery_id=hint.delivery_id,
            defaults={
                "event": hint.event[:100],
                "body_sha256": hashlib.sha256(body).hexdigest(),
                "payload": payload,
            },
        )
        if new:
            enqueue(HEARD, str(row.pk), {"delivery_id": str(row.pk)})
    return row if new else None


def follow_hint(claim: Any) -> dict[str, str]:  # noqa: ANN401 - a Claim
    """Handler of `webhook.heard`: ask for a look, or note what a cluster reports."""
    row = WebhookDelivery.objects.get(pk=claim.payload["delivery_id"])
    with transaction.atomic():
        claim.heartbeat()
        outcome = FOLLOW.get(row.source, _look_again)(row)
        row.processed_at, row.outcome = timezone.now(), outcome[:200]
        row.save(update_fields=["processed_at", "outcome"])
    return {"outcome": outcome}


def forget_deliveries() -> int:
    """Delete what was heard more than thirty days ago; returns how many."""
    old = WebhookDelivery.objects.filter(received_at__lt=timezone.now() - KEPT)
    return old.delete()[0]


def _verified(source: str, headers: Headers, body: bytes) -> signatures.Hint:
    if source in SENDERS:
        return signatures.shared_secret(headers, body, settings.REPORT_SECRET)
    row = ForgeConnection.objects.filter(name=source, active=True).first()
    if row is None:
        raise NotFound(_("There is no such sender."))
    secret = unseal(row.sealed_secret, settings.FORGE_KEYS)
    if row.kind == "gitlab":
        return signatures.gitlab(headers, body, secret, timezone.now())
    check = {"github": signatures.github, "gitea": signatures.gitea}.get(row.kind)
    if check is None:
        raise NotFound(_("This kind of forge sends no hints."))
    return check(headers, body, secret)


# What follows -------------------------------------------------------------------------------------
def _look_again(row: WebhookDelivery) -> str:
    """Whatever the forge says has happened: every open promotion there is looked at again.

    Of the closed ones only that which it speaks of, as somebody may have opened it again.
    """
    spoken_of = Q(state="closed", pull_request__number=_number_in(row.payload))
    found = Promotion.objects.filter(
        Q(state__in=[*IN_FORGE, "merged"]) | spoken_of,
        target__forge=row.source,
        pull_request__isnull=False,
    )
    for promotion in found:
        ask_to_observe(promotion.pk, event=str(row.pk))
    return f"{len(found)} looked at"


def _number_in(payload: Mapping[str, Any]) -> int:
    """The number of the pull request in a forge's delivery; 0 where it names none."""
    for part, name in (("pull_request", "number"), ("object_attributes", "iid")):
        found = payload.get(part)
        number = found.get(name) if isinstance(found, dict) else None
        if isinstance(number, int) and 0 < number < LARGEST:
            return number
    return 0


def _note_run(row: WebhookDelivery) -> str:
    run = run_of(row.payload, row.received_at)
    promotion = _promotion_of(run) if run else None
    if run is None or promotion is None:
        return "about nothing of ours"
    known = PipelineRun.objects.select_for_update().filter(uid=run.uid).first()
    if known and known.completed_at and not run.completed_at:
        return "late"  # an earlier word that arrived after the last one
    facts = {name: getattr(run, name) for name in RUN_FACTS}
    PipelineRun.objects.update_or_create(
        uid=run.uid, defaults={**facts, "promotion": promotion, "reported_at": row.received_at}
    )
    return run.status


RUN_FACTS = (
    "name",
    "pipeline",
    "namespace",
    "status",
    "reason",
    "commit",
    "labels",
    "created_at",
    "started_at",
    "completed_at",
)


def _promotion_of(run: Run) -> Promotion | None:
    try:
        named = Promotion.objects.filter(pk=run.promotion).first() if run.promotion else None
    except (ValidationError, ValueError):
        return None
    if named or not run.commit:
        return named
    return Promotion.objects.filter(expected_head=run.commit).first() or (
        Promotion.objects.filter(merge_commit=run.commit).first()
    )


def _note_sync(read: Callable[..., Sync | None]) -> Callable[[WebhookDelivery], str]:
    def note(row: WebhookDelivery) -> str:
        sync = read(row.payload, row.received_at)
        target = _target_of(sync.application) if sync else None
        if sync is None or target is None:
            return "about nothing of ours"
        known = SyncReport.objects.filter(source=row.source, application=sync.application).first()
        if known and known.observed_at > sync.observed_at:
            return "late"
        SyncReport.objects.update_or_create(
            source=row.source,
            application=sync.application,
            defaults={
                "target": target,
                "revision": sync.revision,
                "synced": sync.synced,
                "health": sync.health,
                "message": sync.message,
                "observed_at": sync.observed_at,
                "reported_at": row.received_at,
            },
        )
        return _look_at_standing(target, sync.application, row)

    return note


def _target_of(application: str) -> Target | None:
    for target in Target.objects.exclude(application="").filter(active=True):
        names = {
            target.application.format(model=name, target=target.name)
            for name in target.promotions.values_list("version__model__name", flat=True)
        }
        if application in names:
            return target
    return None


def _look_at_standing(target: Target, application: str, row: WebhookDelivery) -> str:
    """Whatever merged there is looked at again: the look compares it with the report."""
    rows = target.promotions.filter(state__in=STANDS).select_related("target", "version__model")
    found = [one for one in rows if application_of(one) == application]
    for promotion in found:
        ask_to_observe(promotion.pk, event=str(row.pk))
    return f"{len(found)} looked at"


FOLLOW: dict[str, Callable[[WebhookDelivery], str]] = {
    "argo_cd": _note_sync(argo_sync),
    "flux": _note_sync(flux_sync),
    "tekton": _note_run,
}
