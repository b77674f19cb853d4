"""The page of a change of what is live: what is asked and why, who signed, what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.access.permissions import Permission
from governance.access.queries import can, holders_of
from governance.actors import Actor
from governance.templatetags.foureyes import day
from workflows.cases.models import Case, LiveChange
from workflows.cases.naming import name_of
from workflows.desk.panel import Rule, Seat
from workflows.desk.queries.asked import Answered, answered_in
from workflows.desk.queries.deployments import ParkedJob, parked_over
from workflows.gitops.models import PullRequest
from workflows.lifecycle.queries import (
    AGREEING,
    Standing,
    digest_of,
    live_change_by_id,
    live_meaning,
    round_of,
    shall_stand,
    standing_of,
)
from workflows.policies.definition import Move, Step
from workflows.policies.labels import role_words, step_title
from workflows.policies.queries import definition_of
from workflows.targets.models import Promotion

if TYPE_CHECKING:
    from workflows.lifecycle.models import ApprovalRound, Decision

TITLES = {
    Case.Kind.SUSPEND: gettext_lazy("Suspend {version}"),
    Case.Kind.RESUME: gettext_lazy("Resume {version}"),
    Case.Kind.ROLL_BACK: gettext_lazy("Roll back to {version}"),
    Case.Kind.RETIRE: gettext_lazy("Retire {version}"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One target and what became of the change there; nothing of it before it is signed."""

    promotion: Promotion
    pull_request: PullRequest | None
    parked: ParkedJob | None = None

    @property
    def state(self) -> str:
        """The promotion's state as people see it; where its job gave up nothing is on its way."""
        return "parked" if self.parked else self.promotion.state


@dataclass(frozen=True, slots=True)
class LiveChangePage:
    """What the page shows. `standing` is the reader's towards signing, None when nobody is asked.

    `digest` is what a signature would bind to; `signed` whether this step takes one.
    """

    change: LiveChange
    title: str
    effect: str
    rules: Sequence[Rule]
    refusals: "Sequence[Decision]"
    places: Sequence[Place]
    digest: str
    standing: Standing | None
    signed: bool
    step: Step | None
    answered: Sequence[Answered]
    meaning: str
    mine: bool
    may_review: bool

    @property
    def open(self) -> bool:
        """Whether people are asked now."""
        return self.standing is not None

    @property
    def may_end(self) -> bool:
        """Whether the reader can refuse it, or take it back."""
        return self.standing is not None and (self.mine or self.standing.may)


def live_change_page(actor: Actor, case_id: UUID) -> LiveChangePage:
    """The page as this person sees it.

    Raises:
        NotFound: there is no such change, or it is not the actor's to see.
    """
    change = live_change_by_id(actor, case_id)
    case, round_ = change.case, round_of(change)
    move = Move(round_.move) if round_ else Move.EMERGENCY
    asked = round_ is not None and round_.state == "open"
    digest = digest_of(case.version, case, move) or ""
    standing = standing_of(actor, case.version, case, move, digest) if asked else None
    steps = definition_of(case.policy_version).moves[move].steps
    decisions = list(round_.decisions.select_related("person", "role", "round")) if round_ else []
    held = digest if asked else (round_.digest if round_ else "")
    step = standing.step if standing else ""
    return LiveChangePage(
        change=change,
        title=str(TITLES[Case.Kind(case.kind)]).format(version=name_of(case.version)),
        effect=_effect(change),
        rules=[_rule(change, one, decisions, held, asked=asked) for one in steps],
        refusals=[one for one in decisions if one.kind not in AGREEING],
        places=_places(actor, round_),
        digest=digest if asked else "",
        standing=standing,
        signed=any(one.signature for one in steps if one.name == step),
        step=next((one for one in steps if one.name == step), None),
        answered=answered_in(definition_of(case.policy_version), decisions),
        meaning=live_meaning(change, standing.role) if standing and standing.may else "",
        mine=change.asked_by_id == actor.person_id,
        may_review=_may_review(actor, change, decisions),
    )


def _effect(change: LiveChange) -> str:
    """What the pull requests will do, in a sentence."""
    if change.instead is not None:
        return _("{version} takes its place; the suspended one takes no request any more.").format(
            version=name_of(shall_stand(change)[0])
        )
    return {
        Case.Kind.SUSPEND: _("It stays where it is and takes no request any more."),
        Case.Kind.RESUME: _("It takes requests again, as it was approved."),
        Case.Kind.ROLL_BACK: _("It takes the place of the champion, as it was approved."),
        Case.Kind.RETIRE: _("Its files are removed. It can never come back."),
    }[Case.Kind(change.case.kind)]


def _rule(
    change: LiveChange, step: Step, decisions: "Sequence[Decision]", digest: str, *, asked: bool
) -> Rule:
    signers = [
        one
        for one in decisions
        if one.step == step.name and one.kind in AGREEING and one.digest == digest
    ]
    said = {one.person_id for one in decisions}
    able = holders_of(step.roles, change, before=change.case.opened_at).order_by("full_name")
    names = [person.full_name for person in able if person.pk not in said] if asked else []
    seats = [Seat("signed", one.person.full_name) for one in signers]
    return Rule(
        role=step_title(step) if step.title else role_words(step.role, step.quorum),
        signed=len(signers),
        needed=step.quorum,
        seats=[*seats, *[Seat("open")] * (step.quorum - len(seats))],
        done=", ".join(f"{one.person.full_name}, {day(one.decided_at)}" for one in signers),
        open=", ".join(names) if len(signers) < step.quorum else "",
    )


def _places(actor: Actor, round_: "ApprovalRound | None") -> list[Place]:
    if round_ is None:
        return []
    rows = Promotion.objects.filter(approval_round=round_.pk)
    rows = rows.select_related("target", "pull_request", "version__model")
    found = list(rows.order_by("target__position"))
    stuck = parked_over(actor, found)
    return [Place(row, getattr(row, "pull_request", None), stuck.get(row.pk)) for row in found]


def _may_review(actor: Actor, change: LiveChange, decisions: "Sequence[Decision]") -> bool:
    """By who may, and had no hand in it."""
    if change.review_case is None or change.reviewed_at is not None:
        return False
    hands = {change.asked_by_id, *(one.person_id for one in decisions)}
    return actor.person_id not in hands and can(actor, Permission.LIVE_CHANGE_REVIEW, change)
