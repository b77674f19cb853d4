"""Any definition that can be written, for properties; and short ones for stories."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from governance.evaluation.gate_rules import RULES
from governance.evaluation.gates import GateDefinition, parse_definition
from workflows.management.cast import actor_named
from workflows.policies.definition import (
    AtEnd,
    ChecklistItem,
    Definition,
    Ending,
    Escalation,
    FieldKind,
    FormField,
    Freeze,
    Move,
    MoveRules,
    OnReject,
    Step,
    Trigger,
    Validity,
)
from workflows.policies.models import Policy
from workflows.policies.operations import draft_policy, put_policy_in_force
from workflows.policies.queries import digest_of_wording
from workflows.policies.shipped import SHIPPED
from workflows.policies.wording import EVIDENCE_KINDS, parse
from workflows.policies.yaml_form import Head

NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,11}", fullmatch=True)
# Every sign that one line of words may hold, trimmed.
WORDS = (
    st.text(
        st.characters(
            exclude_categories=["Cc", "Cs", "Zl", "Zp"],
            exclude_characters=map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))),
        ),
        max_size=60,
    )
    .map(str.strip)
    .filter(bool)
)
DAYS = st.dates().map(lambda day: day.isoformat()[5:]).filter(lambda day: day != "02-29")


def tier(number: int = 1) -> dict[str, Any]:
    """A shipped wording, to be changed."""
    return deepcopy(SHIPPED[number - 1][3])


def step(role: str, quorum: int = 1, **more: Any) -> dict[str, Any]:
    """A signed step in its plain form, due in five days."""
    plain = {"name": role, "role": role, "quorum": quorum, "signature": True}
    return plain | {"due_business_days": 5} | more


def approving(*stages: list[dict[str, Any]], number: int = 1) -> dict[str, Any]:
    """A shipped wording with other stages of approval."""
    plain = tier(number)
    plain["moves"]["approve"]["stages"] = list(stages)
    return plain


def _unique(items: Any) -> Any:
    return st.lists(items, max_size=3, unique_by=lambda item: item.name).map(tuple)


CHECKS = st.builds(ChecklistItem, NAMES, WORDS, st.booleans())


@st.composite
def _fields(draw: Any) -> FormField:
    kind = draw(st.sampled_from(FieldKind))
    choices = (
        tuple(draw(st.lists(WORDS, min_size=1, max_size=3))) if kind is FieldKind.CHOICE else ()
    )
    return FormField(draw(NAMES), draw(WORDS), kind, draw(st.booleans()), choices)


@st.composite
def steps(draw: Any) -> Step:
    """Any step that is no contradiction."""
    role, quorum = draw(NAMES), draw(st.integers(1, 5))
    required = draw(st.dictionaries(NAMES, st.integers(1, 2), max_size=2))
    while sum(required.values()) > quorum:
        required.popitem()
    others = NAMES.filter(lambda name: name not in {role, *required})
    escalation = draw(st.none() | st.builds(Escalation, others, st.integers(0, 9)))
    actions = [action for action in AtEnd if escalation or action is not AtEnd.ESCALATE]
    return Step(
        name=draw(NAMES),
        role=role,
        quorum=quorum,
        signature=draw(st.booleans()),
        due_business_days=draw(st.integers(0, 30)),
        title=draw(st.just("") | WORDS),
        required=required,
        among=draw(st.just(0) | st.integers(quorum, 9)),
        checklist=draw(_unique(CHECKS)),
        fields=draw(_unique(_fields())),
        reminders=tuple(sorted(draw(st.sets(st.integers(-5, 5), max_size=3)))),
        escalation=escalation,
        ending=draw(st.builds(Ending, st.sampled_from(actions), st.integers(0, 9))),
    )


@st.composite
def _gates(draw: Any) -> tuple[GateDefinition, ...]:
    names = draw(st.lists(st.sampled_from(sorted(RULES)), unique=True, max_size=4))
    values = st.decimals("-1", "1", places=4).map(str)
    return tuple(
        parse_definition({"gate": name, "threshold": draw(values), "required": draw(st.booleans())})
        for name in names
    )


@st.composite
def rules(draw: Any) -> MoveRules:
    """Any rules of a move."""
    found = draw(st.lists(st.lists(steps(), min_size=1, max_size=3), min_size=1, max_size=3))
    named = iter(range(100))
    stages = tuple(
        tuple(_renamed(one, f"{one.name[:8]}-{next(named)}") for one in stage) for stage in found
    )
    return MoveRules(
        stages=stages,
        gates=draw(_gates()),
        evidence=tuple(draw(st.lists(st.sampled_from(EVIDENCE_KINDS), unique=True))),
        validity=draw(
            st.builds(
                Validity,
                st.integers(0, 400),
                st.integers(0, 400),
                st.integers(0, 400),
                st.lists(st.sampled_from(Trigger), unique=True).map(tuple),
            )
        ),
        freezes=tuple(draw(st.lists(st.builds(Freeze, WORDS, DAYS, DAYS), max_size=2))),
        on_reject=draw(st.sampled_from(OnReject)),
        waived_by=draw(st.sampled_from(["head_of_model_risk", "model_owner"])),
        late_grants=draw(st.booleans()),
        review=draw(st.none() | steps()),
    )


def _renamed(one: Step, name: str) -> Step:
    values = {key: getattr(one, key) for key in Step.__dataclass_fields__}
    return Step(**values | {"name": name})


@st.composite
def definitions(draw: Any) -> Definition:
    """Any definition."""
    shipped = parse(tier()).moves
    drawn = draw(st.sampled_from(Move))
    left_out = draw(st.sets(st.sampled_from([Move.RETIRE, Move.EMERGENCY]))) - {drawn}
    moves = {move: asked for move, asked in shipped.items() if move not in left_out}
    margin = draw(st.decimals("0", "0.5", places=4))
    return Definition(
        moves=moves | {drawn: draw(rules())},
        margin=Decimal(margin),
        calendar=draw(NAMES),
    )


def tier_policy(plain: dict[str, Any], number: int = 1) -> Any:
    """The next wording of a tier, drafted by one administrator and put in force by another."""
    policy = Policy.objects.get(name=f"tier-{number}")
    head = Head(policy.name, policy.title, number)
    draft = draft_policy(head, parse(plain), actor=actor_named("alma"))
    seen = digest_of_wording(draft.definition)
    return put_policy_in_force(draft.pk, digest=seen, actor=actor_named("admin1"))


def own_policy(model: Any, plain: dict[str, Any], *, name: str = "own") -> Any:
    """Rules of a model's own, drafted by one administrator and put in force by another."""
    head = Head(name, "Own", model.tier, model=model.name)
    draft = draft_policy(head, parse(plain), actor=actor_named("alma"))
    seen = digest_of_wording(draft.definition)
    return put_policy_in_force(draft.pk, digest=seen, actor=actor_named("admin1"))
