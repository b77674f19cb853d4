"""Everything that one case rests on, read once for its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from governance.access.queries import excluded_by, played, visible_to
from governance.access.separation import Excluded, Part, Played, conflict
from governance.actors import Actor
from governance.errors import NotFound, Unavailable
from governance.evaluation.models import ComparisonReport, GateResult
from governance.evaluation.queries import comparison_of, gates_of
from governance.inventory.models import Artifact, Evidence, Finding, ModelVersion
from governance.inventory.queries import (
    artifacts_of,
    champion_of,
    evidence_of,
    findings_of,
    version_numbered,
)
from governance.inventory.states import NOT_YET_LIVE, State
from governance.outbox.queries import Progress
from governance.sentences import recalled
from workflows.cases.models import Case, Task
from workflows.cases.queries import tasks_of_case
from workflows.desk.changes import Content
from workflows.desk.queries.deployments import ParkedJob, open_alarms, parked_over
from workflows.gitops.models import PromotionAlarm, PullRequest
from workflows.gitops.queries import pull_requests
from workflows.lifecycle.queries import (
    REFUSING,
    case_of,
    checks_progress,
    conditions_of,
    decisions_of,
    digest_of,
    move_open_in,
    open_live_change,
    report_of,
    revalidations_of,
    waivers_of,
)
from workflows.policies.definition import Definition, Move
from workflows.policies.models import PolicyVersion
from workflows.policies.queries import Hold, definition_of, hold_over, policy_for
from workflows.targets.models import Promotion, PromotionState, Target
from workflows.targets.queries import promotions_of, route_for

if TYPE_CHECKING:
    from workflows.cases.models import LiveChange, Revalidation, UseException
    from workflows.lifecycle.models import Condition, Decision, ValidationReport, Waiver


@dataclass(frozen=True, slots=True)
class Dossier:
    """One version and all that is known of it.

    `move` is what people are asked about now; `digest` is what a decision on it would bind to
    (None while checks run), or what was approved. `champion` is the version compared with; before
    the comparison, the one that is live.
    """

    version: ModelVersion
    case: Case | None
    policy: PolicyVersion | None
    definition: Definition | None
    move: Move | None
    digest: str | None
    champion: ModelVersion | None
    comparison: ComparisonReport | None
    gates: Sequence[GateResult]
    findings: Sequence[Finding]
    artifacts: Sequence[Artifact]
    evidence: Sequence[Evidence]
    report: "ValidationReport | None"
    waivers: "Sequence[Waiver]"
    conditions: "Sequence[Condition]"
    decisions: "Sequence[Decision]"
    tasks: Sequence[Task]
    parts: list[Played]
    excluded: Excluded
    route: Sequence[Target]
    promotions: Sequence[Promotion]
    pull_requests: Mapping[UUID, PullRequest]
    progress: Progress | None
    live_change: "LiveChange | None" = None
    hold: Hold | None = None
    revalidations: "Sequence[Revalidation]" = ()
    gave_up: Mapping[UUID, ParkedJob] = field(default_factory=dict)
    alarms: Mapping[UUID, PromotionAlarm] = field(default_factory=dict)

    @property
    def exceptions(self) -> "list[UseException]":
        """The exceptions by which it was ever used before its validation, newest first."""
        found = [getattr(one, "use_exception", None) for one in self.revalidations]
        return [one for one in found if one is not None]

    @property
    def running(self) -> bool:
        """Whether checks are still to come, by a job that somebody or something will run."""
        return self.progress is not None and self.progress.state in {"waiting", "running"}

    @property
    def cancelled(self) -> bool:
        """Whether somebody stopped the checks, and nobody has begun them again."""
        return self.progress is not None and self.progress.cancelled

    @property
    def cancelling(self) -> bool:
        """Whether somebody asked the checks to stop."""
        return self.progress is not None and self.progress.cancelling

    @property
    def cancellable(self) -> bool:
        """Whether checks run that nobody has asked to stop."""
        return self.running and not self.cancelling

    @property
    def parked(self) -> bool:
        """Whether the checks gave up and wait for a person."""
        return self.progress is not None and self.progress.state == "parked"

    @property
    def unmeasured(self) -> tuple[str, str] | None:
        """Why the last checks could measure nothing, and what to do, in the reader's language."""
        result = self.progress.result if self.progress else None
        if self.comparison or not result or "refused" not in result:
            return None
        what, todo = map(recalled, result["refused"])
        return str(what), str(todo)

    @property
    def diverged(self) -> bool:
        """Whether something else than what was approved was merged for a target."""
        newest = {row.target_id: row.state for row in self.promotions}
        return PromotionState.DIVERGED in newest.values()

    @property
    def set_conditions(self) -> "list[Condition]":
        """The conditions that a signature binds to."""
        return [one for one in self.conditions if one.state != "void"]

    @property
    def refusal(self) -> "Decision | None":
        """The decision that ended the case, if one did."""
        refusals = [row for row in self.decisions if row.kind in REFUSING]
        return refusals[-1] if refusals and self.version.state == "rejected" else None

    @property
    def due_at(self) -> datetime | None:
        """The next deadline of the case."""
        return min((task.due_at for task in self.tasks if _is_due(task)), default=None)  # type: ignore[type-var]

    @property
    def asked_at(self) -> datetime | None:
        """Since when those who decide now are asked."""
        open_ = (task for task in self.tasks if task.state == Task.State.OPEN)
        return min((task.opened_at for task in open_ if task.verb == self.move), default=None)


def is_barred(dossier: Dossier, person_id: UUID | None, wanted: Part) -> bool:
    """Whether a part that somebody played in the version keeps them from another one."""
    return conflict(person_id, wanted, dossier.parts, dossier.excluded) is not None


def _is_due(task: Task) -> bool:
    return task.state == Task.State.OPEN and task.due_at is not None


def dossier_of(actor: Actor, name: str, number: int) -> Dossier:
    """The dossier of a version.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    version = version_numbered(actor, name, number)
    case = case_of(version)
    policy = case.policy_version if case else _policy_of(version)
    comparison = comparison_of(version.pk)
    champion = comparison.champion if comparison else champion_of(version.model_id)
    move = move_open_in(version)
    decisions = list(decisions_of(case)) if case else []
    promotions = promotions_of(version)
    return Dossier(
        version=version,
        case=case,
        policy=policy,
        definition=definition_of(policy) if policy else None,
        move=move,
        digest=_digest(version, case, move, decisions),
        champion=champion if champion != version else None,
        comparison=comparison,
        gates=gates_of(version.pk),
        findings=findings_of(version.pk),
        artifacts=artifacts_of(version.pk),
        evidence=evidence_of(version.pk),
        report=report_of(version.pk),
        waivers=waivers_of(version.pk),
        conditions=conditions_of(version.pk) if case else (),
        decisions=decisions,
        tasks=tasks_of_case(case.pk) if case else [],
        parts=played(version.pk),
        excluded=excluded_by(),
        route=route_for(version.model),
        promotions=promotions,
        pull_requests=_pull_requests(actor, version) if promotions else {},
        progress=checks_progress(version, case) if move else None,
        hold=_hold(version, policy),
        gave_up=parked_over(actor, promotions),
        alarms=open_alarms(promotions) if version.deployed_at else {},
        live_change=open_live_change(version.model_id) if version.deployed_at else None,
        revalidations=revalidations_of(version.pk) if _is_used(version, decisions) else (),
    )


def _is_used(version: ModelVersion, decisions: "Sequence[Decision]") -> bool:
    """Whether it was live, or has come on without a validation that passed."""
    if version.deployed_at is not None:
        return True
    passed = {one.round.move for one in decisions if one.round.state == "passed"}
    begins = version.state in {State.DRAFT.value, State.SUBMITTED.value}
    return Move.VALIDATE not in passed and not begins


def _hold(version: ModelVersion, policy: PolicyVersion | None) -> Hold | None:
    """What keeps it from going live now; nothing once it has been."""
    if policy is None or State(version.state) not in NOT_YET_LIVE:
        return None
    return hold_over(version.model, definition_of(policy))


def _pull_requests(actor: Actor, version: ModelVersion) -> dict[UUID, PullRequest]:
    rows = pull_requests(actor).filter(promotion__version=version.pk)
    return {row.promotion_id: row for row in rows}


def _policy_of(version: ModelVersion) -> PolicyVersion | None:
    try:
        return policy_for(version.model)
    except Unavailable:
        return None


def _digest(
    version: ModelVersion, case: Case | None, move: Move | None, decisions: "Sequence[Decision]"
) -> str | None:
    if case and move:
        return digest_of(version, case, move)
    return decisions[-1].digest if decisions else None


def version_of_finding(actor: Actor, finding_id: UUID) -> ModelVersion:
    """The version that a finding was raised against.

    Raises:
        NotFound: there is no such finding, or it is not the actor's to see.
    """
    rows = visible_to(actor, Finding.objects.select_related("version__model"))
    if (finding := rows.filter(pk=finding_id).first()) is None:
        raise NotFound(_("There is no such finding that you can see."))
    return finding.version


def content_of(version: ModelVersion, artifacts: Sequence[Artifact] = ()) -> Content:
    """What a version consists of, to be compared with another one."""
    artifacts = artifacts or artifacts_of(version.pk)
    return Content(
        parameters=version.parameters,
        columns={column["name"]: column.get("type", "") for column in version.input_schema},
        files={artifact.name: artifact.sha256 for artifact in artifacts},
        image=version.image,
    )
