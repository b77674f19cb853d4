"""Whether anybody could satisfy a policy: roles that exist and may, enough different people. Pure.

Separation of duties is looked at as it works: who validates does not approve, who approves does not
merge, and who built a version does none of it. So the seats of these three moves are filled by
different people, and one developer at least must be left whose work could be decided.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from workflows.policies.definition import Definition, Move, Step
from workflows.policies.labels import asked_words, role_words, step_title
from workflows.policies.plain_reader import Place, Problem
from workflows.policies.sufficiency import Holders, OpenSeat, seats_of, unfilled

# What somebody in a step must be permitted.
NEEDED = {
    Move.VALIDATE: Permission.VERSION_VALIDATE,
    Move.APPROVE: Permission.VERSION_APPROVE,
    Move.DEPLOY: Permission.PROMOTION_MERGE,
}
PERMITTED = {
    **NEEDED,
    Move.EMERGENCY: Permission.EMERGENCY_SIGN,
    Move.RETIRE: Permission.VERSION_RETIRE,
}
FOUR_EYES = 2


@dataclass(frozen=True, slots=True)
class House:
    """One place and the people in it: who holds which roles, and who builds models there."""

    title: str
    holders: Holders
    developers: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Site:
    """What roles permit, which calendars there are, and the places that a policy holds for."""

    permits: Mapping[str, frozenset[str]]
    calendars: frozenset[str]
    houses: tuple[House, ...] = field(default=())


def unsatisfiable(definition: Definition, site: Site) -> list[Problem]:
    """Why nobody could satisfy a policy, each with its place; empty when somebody can."""
    problems = [*_unknown(definition, site), *_lone_emergency(definition)]
    if problems:
        return problems
    problems = [p for house in site.houses for p in _lone_steps(definition, house)]
    return problems or [p for house in site.houses for p in _together(definition, house)]


def _unknown(definition: Definition, site: Site) -> Iterator[Problem]:
    if definition.calendar not in site.calendars:
        yield Problem(
            ("calendar",),
            _("There is no business calendar {name}.").format(name=definition.calendar),
            _("Known are {known}.").format(known=", ".join(sorted(site.calendars))),
        )
    for move, step, place in placed_steps(definition):
        higher = (step.escalation.role,) if step.escalation else ()
        for role in (*step.roles, *higher):
            if role not in site.permits:
                yield Problem(
                    (*place, "role"),
                    _("There is no role {role}.").format(role=role),
                    _("Add it first, or name another."),
                )
        for role in step.roles:
            needed = Permission.LIVE_CHANGE_REVIEW if place[-1] == "review" else PERMITTED[move]
            if role in site.permits and needed not in site.permits[role]:
                yield Problem(
                    (*place, "role"),
                    _("The role “{role}” does not permit {permission}.").format(
                        role=role_words(role), permission=needed
                    ),
                    _("Name a role that does."),
                )


def _lone_emergency(definition: Definition) -> Iterator[Problem]:
    """What may pass a freeze and skip a validation takes two who sign."""
    rules = definition.moves.get(Move.EMERGENCY)
    if rules is None:
        return
    place = ("moves", Move.EMERGENCY.value, "stages")
    if rules.signers < FOUR_EYES:
        yield Problem(place, _("An emergency takes two people at least."), _("Ask for one more."))
    if not all(step.signature for step in rules.steps):
        yield Problem(place, _("An emergency is signed by everybody."), _("Ask for signatures."))


def _lone_steps(definition: Definition, house: House) -> Iterator[Problem]:
    """Steps for which too few people are there even if each step had them all."""
    for _move, step, place in placed_steps(definition):
        able = {person for person, roles in house.holders.items() if roles & set(step.roles)}
        needed = max(step.among, step.quorum)
        if len(able) < needed:
            yield Problem(
                (*place, "quorum"),
                _("{place}: {asked} are asked, but {able} of {needed} people are there.").format(
                    place=house.title, asked=asked_words(step), able=len(able), needed=needed
                ),
                _("Grant the role to others, or ask for fewer."),
            )


def _together(definition: Definition, house: House) -> Iterator[Problem]:
    seats = [seat for move in NEEDED for seat in seats_of(definition.moves[move])]
    empty = _empty_for_the_luckiest(seats, house)
    if not empty:
        return
    short = {id(seat.step) for seat in empty}
    for _move, step, at in placed_steps(definition):
        if id(step) not in short:
            continue
        yield Problem(
            (*at, "quorum"),
            _(
                "{place}: “{step}” would have too few people, since nobody both validates, "
                "approves and merges, or decides on their own work."
            ).format(place=house.title, step=step_title(step)),
            _("Grant the role to somebody who has no other part."),
        )


def _empty_for_the_luckiest(seats: list[OpenSeat], house: House) -> list[OpenSeat]:
    """The seats that stay empty for the developer for whom the fewest do."""
    builders = house.developers or {None}
    return min(
        (
            unfilled(seats, {p: roles for p, roles in house.holders.items() if p != builder})
            for builder in builders
        ),
        key=len,
    )


def placed_steps(definition: Definition) -> Iterator[tuple[Move, Step, Place]]:
    """Every step with its place in the wording."""
    for move, rules in definition.moves.items():
        for at, stage in enumerate(rules.stages):
            for where, step in enumerate(stage):
                yield move, step, ("moves", move.value, "stages", at, where)
        if rules.review:
            yield move, rules.review, ("moves", move.value, "review")
