"""What another wording would do: to a case that is open, and to a decision that was made. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.evaluation.gates import GateDefinition
from workflows.policies.definition import Definition, Move
from workflows.policies.labels import step_title
from workflows.policies.progress import Vote, progress_of
from workflows.policies.sufficiency import Holders, OpenSeat, seats_left, seats_of, unfilled

# What people decide about a submission, in order.
JUDGED = (Move.VALIDATE, Move.APPROVE)


class Effect(StrEnum):
    """What a wording would do to an open case, the worst first."""

    NOBODY = "nobody"
    FAILS = "fails"
    MORE = "more"
    FEWER = "fewer"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class GateFact:
    """One gate as it ended: its value and outcome, as rows keep them."""

    name: str
    value: str
    outcome: str


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """An open case: the move it is in, who could decide, and what was measured.

    `holders` are, for this move and for each that is still to come, those who could take a seat:
    with the right role, and without a part in it.
    """

    title: str
    move: Move
    now: Definition
    holders: Mapping[Move, Holders] = field(default_factory=dict)
    gates: Sequence[GateFact] = ()

    @property
    def moves(self) -> tuple[Move, ...]:
        """What is still to be decided: what waits for its validator needs its signers, too."""
        return JUDGED[JUDGED.index(self.move) :]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would happen: `more` people than today (negative: fewer), and why it would stop."""

    title: str
    effect: Effect
    more: int = 0
    why: tuple[str, ...] = ()


def outcome_of(case: CaseFacts, wording: Definition) -> Outcome:
    """What a wording would do to an open case if it were applied: everybody is asked anew."""
    more = sum(wording.moves[move].signers - case.now.moves[move].signers for move in case.moves)
    if empty := [seat for move in case.moves for seat in _empty(move, case, wording)]:
        names = tuple(dict.fromkeys(step_title(seat.step) for seat in empty))
        return Outcome(case.title, Effect.NOBODY, more, names)
    failing = failing_gates(wording.moves[Move.VALIDATE].gates, case.gates)
    if failing:
        return Outcome(case.title, Effect.FAILS, more, tuple(failing))
    effect = Effect.MORE if more > 0 else Effect.FEWER if more < 0 else Effect.SAME
    return Outcome(case.title, effect, more)


def _empty(move: Move, case: CaseFacts, wording: Definition) -> list[OpenSeat]:
    """The seats of a move for which nobody is left."""
    return unfilled(seats_of(wording.moves[move]), case.holders.get(move, {}))


def failing_gates(asked: Sequence[GateDefinition], known: Sequence[GateFact]) -> list[str]:
    """The required gates that would not pass with what was measured; not measured: not judged."""
    facts = {fact.name: fact for fact in known}
    return [
        gate.name
        for gate in asked
        if gate.required and gate.name in facts and not _passes(gate, facts[gate.name])
    ]


def _passes(gate: GateDefinition, fact: GateFact) -> bool:
    """Where no value was compared, the outcome that stands by itself stays."""
    if not fact.value:
        return fact.outcome != "failed"
    return gate.holds(fact.value) or fact.outcome == "waived"


@dataclass(frozen=True, slots=True)
class PastFacts:
    """A decision that was made: who agreed in which role, and what was measured."""

    title: str
    votes: Sequence[Vote]
    gates: Sequence[GateFact] = ()


def would_have_passed(past: PastFacts, wording: Definition) -> tuple[str, ...]:
    """Why an approval would not have stood under a wording; empty when it would."""
    rules = wording.moves[Move.APPROVE]
    holders = {vote.person: frozenset({vote.role}) for vote in past.votes}
    # A step that was late had its higher role asked, too.
    late = [step.name for step in rules.steps if step.escalation]
    empty = unfilled(seats_left(progress_of(rules, (), late)), holders)
    steps = dict.fromkeys(step_title(seat.step) for seat in empty)
    missing = [_("too few for “{step}”").format(step=step) for step in steps]
    failing = failing_gates(wording.moves[Move.VALIDATE].gates, past.gates)
    return (*missing, *(_("the gate {gate}").format(gate=gate) for gate in failing))


def effect_words(effect: Effect, more: int) -> str:
    """What would happen to a case, as the end of a sentence about it."""
    number = abs(more)
    if effect is Effect.MORE:
        words = ngettext(
            "would need {number} more person", "would need {number} more people", number
        )
    elif effect is Effect.FEWER:
        words = ngettext(
            "would need {number} person fewer", "would need {number} people fewer", number
        )
    else:
        words = {
            Effect.NOBODY: _("would have nobody"),
            Effect.FAILS: _("would fail a required gate"),
            Effect.SAME: _("would go on as it is"),
        }[effect]
    return words.format(number=number)


def counted(outcomes: Collection[Outcome]) -> Mapping[Effect, list[Outcome]]:
    """Outcomes by what would happen, the worst first; what happens to none is left out."""
    found = {effect: [one for one in outcomes if one.effect is effect] for effect in Effect}
    return {effect: rows for effect, rows in found.items() if rows}
