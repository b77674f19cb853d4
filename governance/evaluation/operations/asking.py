"""A comparison of any two versions of a model, asked for by a person and made by a worker.

No decision binds to it: what people sign stands in `ComparisonReport`. It is the same comparison,
by the same rules, and is kept by the digest of what it is made of.
"""

from hashlib import sha256
from time import monotonic
from typing import Any
from uuid import UUID

import rfc8785
from django.db import transaction
from django.utils import timezone

from governance.access.permissions import Permission
from governance.access.queries import require
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Invalid, NotFound, WrongState
from governance.evaluation.comparison import TOOL_VERSION, Comparison
from governance.evaluation.models import AskedComparison
from governance.evaluation.operations.comparing import compare_versions
from governance.evaluation.queries import COMPARE, asked_comparisons, comparison_of, going
from governance.inventory.models import ModelVersion
from governance.inventory.queries import scored_data_of, version_by_id
from governance.outbox.claims import Cancelled, Claim
from governance.outbox.operations import complete, enqueue, request_cancel, retry_parked
from governance.outbox.queries import jobs
from governance.sentences import kept
from governance.sentences import sentence as _

MOST_AT_ONCE = 5
EVERY_S = 1.0


@transaction.atomic
def request_comparison(version_id: UUID, champion_id: UUID, *, actor: Actor) -> AskedComparison:
    """Asks for a report of one version against another of the same model; a worker makes it.

    An equal one that is there, or on its way, is given at once.

    Raises:
        NotFound: one of them is not the actor's to see. Invalid: twice the same version, two
        models, no scored table, or too many on their way.
    """
    version, champion = (version_by_id(actor, one) for one in (version_id, champion_id))
    _refuse_pair(version, champion)
    ModelVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    require(actor, Permission.MODEL_VIEW, version)
    margin, inputs = _terms(version, champion)
    rows = AskedComparison.objects.filter(version=version, champion=champion, inputs=inputs)
    if known := rows.filter(cancelled_at=None, refusal="").first():
        _start_again(known)
        return known
    _refuse_many(actor)
    assert actor.account_id is not None  # only an account holds a role
    asked = AskedComparison.objects.create(
        version=version,
        champion=champion,
        inputs=inputs,
        margin=margin,
        account_id=actor.account_id,
    )
    _record(Action.COMPARISON_REQUESTED, asked, actor, {"inputs": inputs})
    about = {"comparison_id": str(asked.pk), "version_id": str(version.pk)}
    enqueue(COMPARE, str(asked.pk), about, queue="slow")
    return asked


@transaction.atomic
def cancel_comparison(comparison_id: UUID, *, actor: Actor) -> AskedComparison:
    """Stops a comparison that somebody asked for; whoever sees the model may.

    Raises:
        NotFound: no such comparison, or not the actor's to see. WrongState: it has ended.
    """
    rows = asked_comparisons(actor).select_for_update(of=("self",))
    asked = rows.filter(pk=comparison_id).first()
    if asked is None:
        raise NotFound(_("There is no such comparison that you can see."))
    require(actor, Permission.MODEL_VIEW, asked.version)
    if asked.ended:
        raise WrongState(
            _("This comparison has ended already."), remedy=_("Look at its page again.")
        )
    asked.cancelled_at = timezone.now()
    asked.save(update_fields=["cancelled_at"])
    _record(Action.COMPARISON_CANCELLED, asked, actor, {})
    for job in jobs().filter(topic=COMPARE, key=str(asked.pk)):
        request_cancel(job.pk)
    return asked


def run_comparison(claim: Claim) -> dict[str, Any]:
    """Handler of `comparison.request`: measures outside of any lock, then keeps what it found.

    What cannot be compared is no failure of the worker: why stands in the row. Run twice it gives
    the same.

    Raises:
        Cancelled: somebody asked for that.
    """
    asked = AskedComparison.objects.select_related("version__model", "champion__model").get(
        pk=claim.payload["comparison_id"]
    )
    if asked.ended:
        return {"skipped": "ended"}
    try:
        comparison = compare_versions(
            asked.version,
            asked.champion,
            margin=float(asked.margin),
            tell=Pulse(claim),
            own_scores=_scored_itself(asked),
        )
    except Invalid as error:
        return _refuse(claim, asked, error)
    return _keep(claim, asked, comparison)


class Pulse:
    """Tells a job's page how far a comparison is, and ends it where somebody asked for that.

    It looks and writes once a second at most, and when a stage begins.
    """

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._stage, self._last = "", 0.0

    def __call__(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Hear of one step.

        Raises:
            Cancelled: somebody asked for that.
        """
        now = monotonic()
        if stage == self._stage and now - self._last < EVERY_S:
            return
        self._stage, self._last = stage, now
        if self._claim.cancelled():
            raise Cancelled(_("The comparison was stopped."))
        self._claim.progress(stage, done, total)


def _refuse_pair(version: ModelVersion, champion: ModelVersion) -> None:
    if version.pk == champion.pk:
        raise Invalid(
            _("A version cannot be compared with itself."),
            remedy=_("Choose two different versions."),
            field="v",
        )
    if version.model_id != champion.model_id:
        raise Invalid(
            _("The two versions belong to different models."),
            remedy=_("Choose two versions of one model."),
            field="v",
        )


def _refuse_many(actor: Actor) -> None:
    mine = AskedComparison.objects.filter(account=actor.account_id, completed_at=None)
    number = sum(going(one) for one in mine.filter(cancelled_at=None, refusal=""))
    if number >= MOST_AT_ONCE:
        raise Invalid(
            _("{number} comparisons that you asked for are still on their way.", number=number),
            remedy=_("Wait until one has ended, or cancel one."),
        )


def _terms(version: ModelVersion, champion: ModelVersion) -> tuple[str, str]:
    """The margin that holds for the version, and the digest of all that its report is made of."""
    measured = comparison_of(version.pk)
    if measured is None:
        raise Invalid(
            _("{version} has not been measured yet.", version=str(version)),
            remedy=_("Wait until its checks have ended, or choose another version."),
            field="v",
        )
    margin = measured.payload["margin"]
    tables = [_table(one) for one in (version, champion)]
    told = {"tool": TOOL_VERSION, "margin": margin, "tables": tables}
    return margin, sha256(rfc8785.dumps(told)).hexdigest()


def _table(version: ModelVersion) -> dict[str, Any]:
    evidence = scored_data_of(version.pk)
    if evidence is None:
        raise Invalid(
            _("{version} came without scored data.", version=str(version)),
            remedy=_("Choose a version that was measured."),
            field="v",
        )
    return {"sha256": evidence.sha256, "columns": evidence.columns, "version": str(version.pk)}


def _scored_itself(asked: AskedComparison) -> bool:
    """Whether the champion's scores in the version's own table are those of the one asked about."""
    measured = comparison_of(asked.version_id)
    return measured is not None and measured.champion_id == asked.champion_id


def _start_again(asked: AskedComparison) -> None:
    """A job that gave up is tried anew when somebody asks again."""
    for job in jobs().filter(topic=COMPARE, key=str(asked.pk), parked_at__isnull=False):
        retry_parked(job.pk)


@transaction.atomic
def _keep(claim: Claim, asked: AskedComparison, comparison: Comparison) -> dict[str, Any]:
    claim.heartbeat()
    locked = AskedComparison.objects.select_for_update().get(pk=asked.pk)
    if locked.ended:
        return {"skipped": "ended"}
    locked.payload, locked.digest = comparison.payload, comparison.digest
    locked.verdict, locked.completed_at = comparison.verdict, timezone.now()
    locked.save(update_fields=["payload", "digest", "verdict", "completed_at"])
    told = {"digest": locked.digest, "verdict": locked.verdict}
    _record(Action.COMPARISON_COMPLETED, asked, Actor.system("evaluation"), told)
    complete(claim, told)
    return told


@transaction.atomic
def _refuse(claim: Claim, asked: AskedComparison, error: Invalid) -> dict[str, Any]:
    claim.heartbeat()
    open_ones = AskedComparison.objects.filter(pk=asked.pk, cancelled_at=None)
    open_ones.update(refusal=kept(error.said), remedy=kept(error.advice))
    complete(claim, {"refused": True})
    return {"refused": True}


def _record(action: Action, asked: AskedComparison, actor: Actor, details: dict[str, str]) -> None:
    record(
        action,
        actor=actor,
        subject=("comparison", asked.pk),
        portfolio_id=asked.version.model.portfolio_id,
        details={
            "version": str(asked.version_id),
            "champion": str(asked.champion_id),
            **details,
        },
    )
