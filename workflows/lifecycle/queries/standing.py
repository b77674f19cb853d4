"""Who may decide on a move, and whose pair of eyes they are."""

from dataclasses import dataclass
from uuid import UUID

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
    role_held,
    who_could,
)
from governance.access.separation import Part
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.queries import entries_of, views_of
from governance.inventory.models import ModelVersion
from workflows.cases.models import Case
from workflows.lifecycle.models import ApprovalRound
from workflows.lifecycle.queries.content import (
    PART_OF,
    PERMISSION_OF,
    counting,
    digest_of,
    open_round,
)
from workflows.policies.definition import Move
from workflows.policies.labels import role_words
from workflows.policies.queries import definition_of


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands towards a move: the role they would decide in, or why they cannot."""

    role: str = ""
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
    if barred := held_against(actor, PART_OF[move], version.pk):
        return _barred(actor, *barred)
    if not can(actor, PERMISSION_OF[move], version):
        return Standing(
            reason=_("You do not hold a role that decides this here."),
            remedy=_("An administrator can grant it."),
        )
    return _by_step(actor, version, case, move, digest)


def _barred(actor: Actor, giver: Person | None, earlier: Part) -> Standing:
    own = _("You are {part} of this version.").format(part=part_words(earlier))
    return Standing(
        reason=for_another(actor, giver, earlier) if giver else own,
        remedy=_("Somebody who took no part in it decides, whatever roles you hold."),
    )


def _by_step(
    actor: Actor, version: ModelVersion, case: Case, move: Move, digest: str | None
) -> Standing:
    steps = definition_of(case.policy_version).moves[move].steps
    held = [s.role for s in steps if role_held(actor, s.role, PERMISSION_OF[move], version)]
    if not held:
        return Standing(
            reason=_("The policy asks for other roles: {roles}.").format(
                roles=", ".join(role_words(step.role, step.quorum) for step in steps)
            ),
            remedy=_("An administrator can grant one of them."),
        )
    rules = definition_of(case.policy_version).moves[move]
    before = timezone.now() if rules.late_grants else case.opened_at
    old = [r for r in held if held_before(actor, r, PERMISSION_OF[move], version, before)]
    if not old:
        return Standing(
            reason=_("Your role was given after this case was opened."),
            remedy=_("Somebody who held it before decides in this case."),
        )
    round_ = open_round(case, move)
    signed = signed_for(round_, digest) if round_ and digest else {}
    return _by_eyes(actor, version, old[0], signed)


def _by_eyes(
    actor: Actor, version: ModelVersion, role: str, signed: dict[UUID, UUID | None]
) -> Standing:
    """A deputy and whom they stand in for are one pair of eyes: one of them signs."""
    if actor.person_id in signed:
        return Standing(reason=_("You have signed this already."))
    if actor.person_id in signed.values():
        return Standing(reason=_("Your deputy has signed this for you already."))
    givers = givers_for(actor, role, version)
    free = [one for one in givers if one.pk not in signed and one.pk not in signed.values()]
    if givers and not free:
        return Standing(
            reason=_("{name}, for whom you stand in, has signed already.").format(name=givers[0])
        )
    return Standing(role=role, on_behalf_of=free[0] if free else None)


def signed_for(round_: ApprovalRound, digest: str) -> dict[UUID, UUID | None]:
    """Who agreed in a round to what is there now, and on whose behalf, as the log tells it."""
    people = list(counting(round_, digest).values_list("pk", "person"))
    if not people:
        return {}
    entries = entries_of("version", round_.version_id).filter(action=Action.DECISION_RECORDED)
    behalf = {
        view.line.after["decision"]: view.line.details["on_behalf_of"]
        for view in views_of(entries)
        if view.line.details.get("on_behalf_of")
    }
    return {
        person: UUID(str(behalf[str(pk)])) if str(pk) in behalf else None for pk, person in people
    }


def who_could_decide(version: ModelVersion, case: Case, move: Move) -> WhoCould:
    """Who could decide on this move today, who cannot and why, and whether they are enough."""
    rules = definition_of(case.policy_version).moves[move]
    found = who_could(
        PERMISSION_OF[move],
        version,
        roles={step.role for step in rules.steps},
        needed=sum(step.quorum for step in rules.steps),
        before=None if rules.late_grants else case.opened_at,
    )
    round_, digest = open_round(case, move), digest_of(version, case, move)
    signed = signed_for(round_, digest) if round_ and digest else {}
    return found.without(set(signed) | {one for one in signed.values() if one}, len(signed))
