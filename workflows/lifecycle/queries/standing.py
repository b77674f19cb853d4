"""Who may decide on a move, and whose pair of eyes they are."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.models import Person
from governance.access.queries import (
    WhoCould,
    can,
    for_another,
    givers_for,
    held_against,
    held_before,
    part_words,
    roles_held,
    who_could,
)
from governance.access.separation import Part
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.queries import entries_of, views_of
from governance.inventory.models import ModelVersion
from workflows.cases.models import Case
from workflows.lifecycle.models import ApprovalRound, Decision
from workflows.lifecycle.queries.content import (
    AGREEING,
    OUT,
    PERMISSION_OF,
    SEAT_OF,
    digest_of,
    open_round,
    progress_in,
    voting,
)
from workflows.policies.definition import Move, MoveRules
from workflows.policies.labels import asked_words, step_title
from workflows.policies.progress import Progress, Seat
from workflows.policies.queries import definition_of


@dataclass(frozen=True, slots=True)
class Spoken:
    """That somebody agreed or refused, and on whose behalf."""

    agreed: bool
    giver: UUID | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands towards a move: the role they would decide in, or why they cannot."""

    role: str = ""
    step: str = ""
    reason: str = ""
    remedy: str = ""
    on_behalf_of: Person | None = None

    @property
    def may(self) -> bool:
        """Whether they may decide."""
        return not self.reason


def standing_of(
    actor: Actor, version: ModelVersion, case: Case, move: Move, digest: str | None
) -> Standing:
    """Whether this person may decide on this move now, and if not, why and what can be done.

    `digest` is what stands there now, from `digest_of`. What no administrator could change is
    said first.
    """
    seat = SEAT_OF.get(move)
    if seat and (barred := held_against(actor, seat, version.pk)):
        return _barred(actor, *barred)
    if not can(actor, PERMISSION_OF[move], version):
        return Standing(
            reason=_("You do not hold a role that decides this here."),
            remedy=_("An administrator can grant it."),
        )
    if reason := _out_of_round(actor, open_round(case, move)):
        return Standing(reason=reason, remedy=_("Somebody else decides in this round."))
    return _by_step(actor, version, case, move, digest)


def _out_of_round(actor: Actor, round_: ApprovalRound | None) -> str:
    """Who stepped aside or delegated stays out of the round, whatever changes in the case."""
    if round_ is None:
        return ""
    rows = round_.decisions.filter(person=actor.person_id, kind__in=OUT)
    if (decision := rows.select_related("delegate").first()) is None:
        return ""
    if decision.delegate is not None:
        return _("You handed this decision to {name}.").format(name=decision.delegate)
    return _("You stepped aside in this round.")


def _barred(actor: Actor, giver: Person | None, earlier: Part) -> Standing:
    own = _("You are {part} of this version.").format(part=part_words(earlier))
    return Standing(
        reason=for_another(actor, giver, earlier) if giver else own,
        remedy=_("Somebody who took no part in it decides, whatever roles you hold."),
    )


def _by_step(
    actor: Actor, version: ModelVersion, case: Case, move: Move, digest: str | None
) -> Standing:
    rules = definition_of(case.policy_version).moves[move]
    round_ = open_round(case, move)
    held = _held(roles_held(actor, PERMISSION_OF[move], version), rules)
    if not held:
        return _others(rules, _("An administrator can grant one of them."))
    before = timezone.now() if rules.late_grants else case.opened_at
    old = [r for r in held if held_before(actor, r, PERMISSION_OF[move], version, before)]
    if not old:
        return Standing(
            reason=_("Your role was given after this case was opened."),
            remedy=_("Somebody who held it before decides in this case."),
        )
    spoken = spoken_for(round_, digest) if round_ and digest else {}
    if said := _said(actor, spoken):
        return Standing(reason=said)
    progress = progress_in(round_, rules, digest)
    if not {r for step in rules.steps for r in step.roles} & set(old) and not progress.seat_for(
        old
    ):
        return _others(rules, _("Your role is asked when they are late."))
    seat = progress.seat_for(old)
    if seat is None:
        return _not_now(old, progress)
    givers = givers_for(actor, seat.role, version)
    out = _left_out(round_, digest) if givers else set()
    return _in_seat(seat, givers, spoken, out)


def _others(rules: MoveRules, remedy: str) -> Standing:
    asked = ", ".join(asked_words(step) for step in rules.steps)
    reason = _("The policy asks for other roles: {roles}.").format(roles=asked)
    return Standing(reason=reason, remedy=remedy)


def _held(held: set[str], rules: MoveRules) -> list[str]:
    """The roles among those held that some step asks, in the order of the steps."""
    asked = [role for step in rules.steps for role in step.roles]
    higher = [step.escalation.role for step in rules.steps if step.escalation]
    return [role for role in dict.fromkeys((*asked, *higher)) if role in held]


def _said(actor: Actor, spoken: dict[UUID, Spoken]) -> str:
    mine = spoken.get(actor.person_id) if actor.person_id else None
    if mine is not None and not mine.agreed:
        return _("You have said no to this already; others may still agree.")
    if mine is not None:
        return _("You have signed this already.")
    deputies = [one for one in spoken.values() if one.giver == actor.person_id]
    if any(one.agreed for one in deputies):
        return _("Your deputy has signed this for you already.")
    return _("Your deputy has said no to this for you already.") if deputies else ""


def _in_seat(
    seat: Seat, givers: list[Person], spoken: dict[UUID, Spoken], out: set[UUID]
) -> Standing:
    """A deputy and whom they stand in for are one pair of eyes: one of them signs, or neither."""
    gone = _eyes(spoken) | out
    free = [one for one in givers if one.pk not in gone]
    if givers and not free:
        return Standing(reason=_giver_spoke(givers[0], spoken, out))
    return Standing(role=seat.role, step=seat.step.name, on_behalf_of=free[0] if free else None)


def _not_now(roles: list[str], progress: Progress) -> Standing:
    """Why somebody with the right role is not asked: their turn comes later, or is over."""
    asked = ", ".join(step_title(one.step) for one in progress.open_steps)
    later = [
        one.step
        for stage in progress.stages[progress.stage + 1 :]
        for one in stage
        if set(roles) & set(one.step.roles)
    ]
    if later:
        return Standing(
            reason=_("Others are asked first: {steps}.").format(steps=asked),
            remedy=_("You are asked as soon as they have agreed."),
        )
    return Standing(
        reason=_("Nobody in your role is needed any more."),
        remedy=_("Now asked: {steps}.").format(steps=asked) if asked else "",
    )


def _left_out(round_: ApprovalRound | None, digest: str | None) -> set[UUID]:
    """Who abstained, stepped aside or handed it over: what they lend decides no more than they."""
    if round_ is None:
        return set()
    rows = round_.decisions.filter(_aside(digest))
    return set(rows.values_list("person", flat=True))


def _aside(digest: str | None) -> Q:
    """Out of the round for good, or of what is there now."""
    return Q(kind__in=OUT) | Q(kind=Decision.Kind.ABSTAIN, digest=digest or "")


def _giver_spoke(giver: Person, spoken: dict[UUID, Spoken], out: set[UUID]) -> str:
    if giver.pk in out:
        return _("{name}, for whom you stand in, is out of this decision.").format(name=giver)
    said = [one for person, one in spoken.items() if giver.pk in {person, one.giver}]
    if any(one.agreed for one in said):
        return _("{name}, for whom you stand in, has signed already.").format(name=giver)
    return _("{name}, for whom you stand in, has said no already.").format(name=giver)


def _eyes(spoken: dict[UUID, Spoken]) -> set[UUID]:
    """Everybody who has spoken, and everybody for whom somebody has."""
    return set(spoken) | {one.giver for one in spoken.values() if one.giver}


def spoken_for(round_: ApprovalRound, digest: str) -> dict[UUID, Spoken]:
    """Who agreed or refused in a round what is there now, and for whom, as the log tells it."""
    people = list(voting(round_, digest).values_list("pk", "person", "kind"))
    if not people:
        return {}
    entries = entries_of("version", round_.version_id).filter(action=Action.DECISION_RECORDED)
    behalf = {
        view.line.after["decision"]: view.line.details["on_behalf_of"]
        for view in views_of(entries)
        if view.line.details.get("on_behalf_of")
    }
    return {
        person: Spoken(kind in AGREEING, UUID(str(behalf[str(pk)])) if str(pk) in behalf else None)
        for pk, person, kind in people
    }


def who_could_decide(version: ModelVersion, case: Case, move: Move) -> WhoCould:
    """Who could decide on this move today, who cannot and why, and whether they are enough."""
    rules = definition_of(case.policy_version).moves[move]
    found = who_could(
        PERMISSION_OF[move],
        version,
        roles={role for step in rules.steps for role in step.roles},
        needed=rules.signers,
        before=None if rules.late_grants else case.opened_at,
    )
    round_, digest = open_round(case, move), digest_of(version, case, move)
    spoken = spoken_for(round_, digest) if round_ and digest else {}
    gone = _eyes(spoken)
    if round_:
        gone |= _left_out(round_, digest)
    return found.without(gone, sum(one.agreed for one in spoken.values()))
