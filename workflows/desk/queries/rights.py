"""What the reader of a case may do besides deciding, so that the page offers only that."""

from dataclasses import dataclass

from governance.access.permissions import Permission
from governance.access.queries import held_now, roles_held
from governance.access.separation import Part
from governance.actors import Actor
from governance.inventory.states import NOT_YET_LIVE, State
from workflows.desk.queries.dossier import Dossier, is_barred
from workflows.lifecycle.queries import waiver_role
from workflows.policies.definition import Move

UNDER_REVIEW = frozenset({State.SUBMITTED, State.VALIDATED})
VERBS = {
    "submit": (Permission.VERSION_SUBMIT, frozenset({State.DRAFT})),
    "cancel_checks": (Permission.VERSION_SUBMIT, UNDER_REVIEW),
    "withdraw": (Permission.VERSION_WITHDRAW, NOT_YET_LIVE),
    "resume": (Permission.VERSION_RESUME, frozenset({State.SUSPENDED})),
    "retire": (
        Permission.VERSION_RETIRE,
        frozenset({State.DEPLOYED, State.SUPERSEDED, State.SUSPENDED}),
    ),
    "roll_back": (Permission.VERSION_ROLL_BACK, frozenset({State.SUPERSEDED})),
    "suspend": (Permission.VERSION_SUSPEND, frozenset({State.DEPLOYED})),
}
# What cannot be asked while something is asked about the model already.
LIVE = frozenset({"resume", "retire", "roll_back", "suspend"})


@dataclass(frozen=True, slots=True)
class Rights:
    """`verbs` holds those of `VERBS`; the others are about findings and the report.

    What the product itself saw is answered and closed in any state: `answer_seen`, `close_seen`.
    """

    verbs: frozenset[str]
    report: bool
    raise_finding: bool
    close_finding: bool
    answer_finding: bool
    close_seen: bool
    answer_seen: bool
    waive_gate: bool
    admit: bool
    meet_condition: bool
    close_condition: bool
    request_evidence: bool
    comment: bool


def rights_of(actor: Actor, dossier: Dossier) -> Rights:
    """What to offer; the operations ask again under the lock."""
    state = State(dossier.version.state)
    held = _permissions(actor, dossier)
    reviewed = state in UNDER_REVIEW
    independent = not is_barred(dossier, actor.person_id, Part.VALIDATOR)
    separate = reviewed and independent
    named = separate and Permission.GATE_WAIVE in held and _is_named(actor, dossier)
    return Rights(
        verbs=frozenset(
            verb
            for verb, (needed, states) in VERBS.items()
            if state in states and needed in held and not (verb in LIVE and dossier.live_change)
        )
        | _ending(held, dossier),
        report=separate and dossier.move is Move.VALIDATE and Permission.VERSION_VALIDATE in held,
        raise_finding=separate and Permission.FINDING_RAISE in held,
        close_finding=separate and Permission.FINDING_CLOSE in held,
        answer_finding=reviewed and Permission.FINDING_ANSWER in held,
        close_seen=independent and Permission.FINDING_CLOSE in held,
        answer_seen=Permission.FINDING_ANSWER in held,
        waive_gate=named,
        admit=named and dossier.move is Move.VALIDATE,
        meet_condition=Permission.CONDITION_MEET in held,
        close_condition=Permission.CONDITION_CLOSE in held
        and not is_barred(dossier, actor.person_id, Part.APPROVER),
        request_evidence=Permission.LOG_VIEW in held,
        comment=Permission.VERSION_COMMENT in held,
    )


def _ending(held: set[str], dossier: Dossier) -> frozenset[str]:
    """Whoever could withdraw may say that no successor will come, while one is asked for."""
    asked = any(task.verb == "revise" and task.state == "open" for task in dossier.tasks)
    may = asked and Permission.VERSION_WITHDRAW in held
    return frozenset({"abandon_revision"}) if may else frozenset()


def _is_named(actor: Actor, dossier: Dossier) -> bool:
    """Whether the policy lets a role of the actor waive gates."""
    if dossier.definition is None:
        return False
    role = waiver_role(dossier.definition)
    return role in roles_held(actor, Permission.GATE_WAIVE, dossier.version)


def _permissions(actor: Actor, dossier: Dossier) -> set[str]:
    held = held_now(actor)
    here = held.covering(dossier.version.access_scope())
    return {permission for one in here for permission in held.gives.get(one.role, ())}
