"""What a policy says, as plain frozen values. Pure.

A definition has rules for each move; a move is asked in stages, one after the other; a stage holds
steps, all asked at once. `wording.py` reads and writes the JSON form, `yaml_form.py` the YAML one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from governance.evaluation.gates import GateDefinition

# Who may waive a gate where a policy does not say.
WAIVED_BY = "head_of_model_risk"


class Move(StrEnum):
    """What a policy governs, in the order of a version's life."""

    VALIDATE = "validate"
    APPROVE = "approve"
    DEPLOY = "deploy"
    RETIRE = "retire"
    EMERGENCY = "emergency"


class AtEnd(StrEnum):
    """What happens by itself when nobody acted until a step's end."""

    NONE = "none"
    ESCALATE = "escalate"
    REJECT = "reject"


class OnReject(StrEnum):
    """What one rejection does: it ends the round, or it is a vote like the others."""

    ENDS = "ends"
    VOTE = "vote"


class Trigger(StrEnum):
    """What asks for a review of what is live."""

    CHANGE = "change"
    BREACH = "breach"
    TIER = "tier"
    TIME = "time"


class FieldKind(StrEnum):
    """What a person writes into a field of a step."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One line that a signer ticks; a required one must be ticked to agree."""

    name: str
    text: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class FormField:
    """One thing that a signer writes down; `choices` only for the kind choice."""

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who is asked besides when a step is late: from so many business days after it was due."""

    role: str
    after_business_days: int = 0


@dataclass(frozen=True, slots=True)
class Ending:
    """What happens by itself so many business days after a step was due."""

    action: AtEnd = AtEnd.NONE
    after_business_days: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """Who must agree: `quorum` different people who hold `role`, some of them with another role.

    `required` holds seats within the quorum for other roles: {"head_of_model_risk": 1}. `among`
    is how many people must be there to be asked ("2 of 3"); 0: as many as there are. `reminders`
    are business days from the due time, negative before it.
    """

    name: str
    role: str
    quorum: int
    signature: bool
    due_business_days: int
    title: str = ""
    required: Mapping[str, int] = field(default_factory=dict)
    among: int = 0
    checklist: tuple[ChecklistItem, ...] = ()
    fields: tuple[FormField, ...] = ()
    reminders: tuple[int, ...] = ()
    escalation: Escalation | None = None
    ending: Ending = Ending()

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role that can take a seat, the step's own first."""
        return (self.role, *(role for role in self.required if role != self.role))


Stage = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Freeze:
    """Days in which a move rests, both included: "2026-12-18" once, or "12-18" every year."""

    title: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Validity:
    """How long what was agreed holds, and what asks for it again. 0: no limit.

    `days` ends an approval that is not live yet. `evidence_max_age_days` is the age beyond which
    evidence no longer counts. `review_after_days` is how long a version runs before it is due.
    """

    days: int = 0
    evidence_max_age_days: int = 0
    review_after_days: int = 0
    review_on: tuple[Trigger, ...] = ()


@dataclass(frozen=True, slots=True)
class MoveRules:
    """What one move asks for. `review` is a step after the fact that holds nothing up."""

    stages: tuple[Stage, ...]
    gates: tuple[GateDefinition, ...] = ()
    evidence: tuple[str, ...] = ()
    validity: Validity = Validity()
    freezes: tuple[Freeze, ...] = ()
    on_reject: OnReject = OnReject.ENDS
    # The one role whose holders may waive a gate of this move.
    waived_by: str = WAIVED_BY
    # Whether a role that was given after the case was opened may decide in it.
    late_grants: bool = False
    review: Step | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step of every stage, in order."""
        return tuple(step for stage in self.stages for step in stage)

    @property
    def signers(self) -> int:
        """How many different people must agree."""
        return sum(step.quorum for step in self.steps)


@dataclass(frozen=True, slots=True)
class Definition:
    """One wording of a policy. `calendar` names the business calendar that due times count in."""

    moves: Mapping[Move, MoveRules]
    margin: Decimal
    calendar: str = "weekdays"

    def steps(self) -> Iterator[tuple[Move, Step]]:
        """Every step of every move, reviews included."""
        for move, rules in self.moves.items():
            for step in (*rules.steps, *((rules.review,) if rules.review else ())):
                yield move, step
