"""Who could decide about a version or a model today, under its policy, and who is missing."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from governance.access.queries import WhoCould, holders_of, who_could
from governance.inventory.models import ModelVersion, RegisteredModel
from workflows.lifecycle.queries import (
    PART_OF,
    PERMISSION_OF,
    case_of,
    move_open_in,
    who_could_decide,
)
from workflows.policies.definition import Definition, Move
from workflows.policies.labels import asked_words
from workflows.policies.models import PolicyVersion
from workflows.policies.queries import definition_of, policy_for


@dataclass(frozen=True, slots=True)
class Deciders:
    """One move: what the policy asks for, who could today, and whether it is asked at present."""

    move: Move
    title: str
    asked: str
    who: WhoCould
    open: bool = False


def deciders_of_version(version: ModelVersion) -> list[Deciders]:
    """For each decision about a version: who could take it today, and why the others cannot.

    Of a draft what would hold if it were submitted now.
    """
    case = case_of(version)
    policy = case.policy_version if case else policy_for(version.model)
    definition, open_move = definition_of(policy), move_open_in(version)
    found = []
    for move in _moves(definition):
        if case is None:
            who = _who_could(definition, move, version)
        else:
            who = who_could_decide(version, case, move)
        found.append(_deciders(definition, move, who, is_open=move is open_move))
    return found


def deciders_of_model(model: RegisteredModel) -> list[Deciders]:
    """The same for a version that nobody has had a hand in yet."""
    definition = definition_of(policy_for(model))
    return [
        _deciders(definition, move, _who_could(definition, move, model))
        for move in _moves(definition)
    ]


def _moves(definition: Definition) -> list[Move]:
    return [move for move in PART_OF if move in definition.moves]


def _who_could(
    definition: Definition, move: Move, thing: ModelVersion | RegisteredModel
) -> WhoCould:
    rules = definition.moves[move]
    roles = {role for step in rules.steps for role in step.roles}
    return who_could(PERMISSION_OF[move], thing, roles=roles, needed=rules.signers)


def _deciders(
    definition: Definition, move: Move, who: WhoCould, *, is_open: bool = False
) -> Deciders:
    asked = ", ".join(asked_words(step) for step in definition.moves[move].steps)
    titles = {Move.VALIDATE: _("Validate"), Move.APPROVE: _("Approve")}
    return Deciders(move, titles[move], asked, who, is_open)


def short_of_people(model: RegisteredModel, policy: PolicyVersion) -> str:
    """A warning when fewer people hold a role at a model than its policy asks for; else nothing.

    One query a step; whether somebody had a hand in a certain version is told on its own page.
    """
    definition = definition_of(policy)
    for move in _moves(definition):
        for step in definition.moves[move].steps:
            number = holders_of(step.roles, model).count()
            if number < step.quorum:
                return _("Asked for: {asked}. Only {number} can be asked.").format(
                    asked=asked_words(step), number=number
                )
    return ""
