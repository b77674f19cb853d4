"""Whether one wording asks at least what another asks. Pure.

Stricter means: whoever satisfies the new one has satisfied the old one too. So every seat of the
old has a seat of its own in the new, whose holders would have fitted; every gate, document, freeze
and limit is there at least as hard. Who is reminded, when something is due and in which calendar
does not matter: that changes no outcome.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from governance.evaluation.gates import GateDefinition
from governance.evaluation.labels import gate_title
from workflows.policies.definition import Definition, MoveRules, OnReject, Step
from workflows.policies.labels import move_title, role_words, step_title
from workflows.policies.progress import StepProgress
from workflows.policies.sufficiency import OpenSeat, seats_in


def looser_in(new: Definition, old: Definition) -> list[str]:
    """In what the new wording asks less than the old, in words; empty when it is as strict."""
    found = [
        f"{move_title(move)}: {words}"
        for move, rules in old.moves.items()
        for words in _looser_rules(new.moves.get(move), rules)
    ]
    if new.margin > old.margin:
        found.append(_("The margin to the champion is wider."))
    return found


def is_stricter(new: Definition, old: Definition) -> bool:
    """Whether whoever satisfies `new` has satisfied `old`."""
    return not looser_in(new, old)


def _looser_rules(new: MoveRules | None, old: MoveRules) -> Iterator[str]:
    if new is None:
        yield _("it is not ruled any more")
        return
    yield from _looser_people(new, old)
    yield from _looser_gates(new, old)
    yield from _looser_limits(new, old)


# People ----------------------------------------------------------------------------------------
def _looser_people(new: MoveRules, old: MoveRules) -> Iterator[str]:
    for seat in _uncovered(new, old):
        roles = ", ".join(role_words(role) for role in sorted(seat.roles))
        yield _("a seat for {roles} is gone").format(roles=roles)
    if len(new.stages) < len(old.stages):
        yield _("people are asked at once who were asked one after the other")
    if old.on_reject is OnReject.ENDS and new.on_reject is OnReject.VOTE:
        yield _("one rejection no longer ends it")
    if new.late_grants and not old.late_grants:
        yield _("roles given later count")
    if old.review and not new.review:
        yield _("nobody reviews it afterwards")
    names = {item for step in new.steps for item in _asked_of(step)}
    for step in old.steps:
        if missing := _asked_of(step) - names:
            yield _("{step} answers less: {missing}").format(
                step=step_title(step), missing=", ".join(sorted(missing))
            )


def _asked_of(step: Step) -> set[str]:
    required = {item.name for item in step.checklist if item.required}
    return required | {one.name for one in step.fields if one.required}


def _uncovered(new: MoveRules, old: MoveRules) -> list[OpenSeat]:
    """The seats of the old wording that no seat of the new one stands for."""
    offered, taken = _seats(new), dict[int, int]()
    wanted = _seats(old)
    return [seat for at, seat in enumerate(wanted) if not _cover(at, wanted, offered, taken, set())]


def _seats(rules: MoveRules) -> list[OpenSeat]:
    return [seat for step in rules.steps for seat in seats_in(StepProgress(step))]


def _cover(
    at: int,
    wanted: list[OpenSeat],
    offered: list[OpenSeat],
    taken: dict[int, int],
    tried: set[int],
) -> bool:
    for place, seat in enumerate(offered):
        if place in tried or not _stands_for(seat, wanted[at]):
            continue
        tried.add(place)
        if place not in taken or _cover(taken[place], wanted, offered, taken, tried):
            taken[place] = at
            return True
    return False


def _stands_for(new: OpenSeat, old: OpenSeat) -> bool:
    """The higher role that a step escalates to can take its seats too, so it must be no other."""
    higher, known = new.step.escalation, old.step.escalation
    fitting = old.roles | ({known.role} if known else set())
    if higher is not None and higher.role not in fitting:
        return False
    return new.roles <= old.roles and (new.step.signature or not old.step.signature)


# Gates and limits ------------------------------------------------------------------------------
def _looser_gates(new: MoveRules, old: MoveRules) -> Iterator[str]:
    there = {gate.name: gate for gate in new.gates}
    for gate in old.gates:
        found = there.get(gate.name)
        if found is None:
            yield _("the gate {gate} is gone").format(gate=gate_title(gate.name))
        elif gate.required and not found.required:
            yield _("the gate {gate} is only advisory").format(gate=gate_title(gate.name))
        elif not _as_hard(found, gate):
            yield _("the gate {gate} is easier").format(gate=gate_title(gate.name))
    for kind in old.evidence:
        if kind not in new.evidence:
            yield _("{kind} need not come with it").format(kind=kind)


def _as_hard(new: GateDefinition, old: GateDefinition) -> bool:
    first, second = Decimal(new.threshold), Decimal(old.threshold)
    if (first < second) if old.operator == ">=" else (first > second):
        return False
    return _settings_as_hard(new.settings, old.settings)


def _settings_as_hard(new: Mapping[str, object], old: Mapping[str, object]) -> bool:
    """A segment must be the same, or none, which asks it of all; rows and documents no fewer."""
    if new.get("segment") not in {old.get("segment"), None}:
        return False
    if int(str(new.get("rows", 0))) < int(str(old.get("rows", 0))):
        return False
    rest = {key for key in (*new, *old) if key not in {"segment", "rows", "documents"}}
    if any(new.get(key) != old.get(key) for key in rest):
        return False
    return set(_listed(old.get("documents"))) <= set(_listed(new.get("documents")))


def _listed(given: object) -> list[str]:
    return [str(one) for one in given] if isinstance(given, list | tuple) else []


def _looser_limits(new: MoveRules, old: MoveRules) -> Iterator[str]:
    limits = (
        (new.validity.days, old.validity.days, _("it holds longer")),
        (
            new.validity.evidence_max_age_days,
            old.validity.evidence_max_age_days,
            _("evidence may be older"),
        ),
        (
            new.validity.review_after_days,
            old.validity.review_after_days,
            _("it is reviewed later"),
        ),
    )
    for now, before, words in limits:
        if before and (not now or now > before):
            yield words
    if set(old.validity.review_on) - set(new.validity.review_on):
        yield _("less asks for a review")
    for freeze in old.freezes:
        if (freeze.first, freeze.last) not in {(one.first, one.last) for one in new.freezes}:
            yield _("the freeze {freeze} is gone").format(freeze=freeze.title)
