"""Who played which part in a version, and whom that keeps from another part."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from governance.access.models import ConflictRule, Involvement, Person
from governance.access.queries.delegations import givers_of
from governance.access.separation import PART_WORDS, Part, Played, conflict
from governance.actors import Actor
from governance.errors import NotAllowed
from governance.reading import ReadEach, gathered, read_once


@ReadEach
def played(version_ids: Collection[UUID]) -> dict[UUID, list[Played]]:
    """The parts that persons have played in a version."""
    rows = Involvement.objects.filter(version__in=version_ids)
    found = rows.values_list("version", "person", "part")
    parts = ((version, Played(person, Part(part))) for version, person, part in found)
    return gathered(version_ids, parts)


@read_once
def excluded_by() -> dict[Part, set[Part]]:
    """For each part, those which nobody may have played before: the rules as they stand now."""
    rules: dict[Part, set[Part]] = defaultdict(set)
    rows = ConflictRule.objects.filter(kind=ConflictRule.Kind.PART)
    for first, second in rows.values_list("first", "second"):
        rules[Part(second)].add(Part(first))
    return dict(rules)


def require_separate(actor: Actor, wanted: Part, version_id: UUID) -> None:
    """Refuses who has played a part that does not go with `wanted`, or stands in for who has.

    Raises:
        NotAllowed: the message names the earlier part, and whose it was.
    """
    reason = against(actor, wanted, version_id)
    if reason:
        raise NotAllowed(reason, remedy=_("Somebody who took no part in it must do this."))


def against(actor: Actor, wanted: Part, version_id: UUID) -> str:
    """Why an actor cannot play a part in a version, in words; empty when nothing forbids it.

    Who stands in for somebody is one pair of eyes with them for as long as that lasts.
    """
    if (found := held_against(actor, wanted, version_id)) is None:
        return ""
    giver, earlier = found
    if giver is not None:
        return for_another(actor, giver, earlier)
    return _("{name} is {earlier} of this version and so cannot be its {wanted}.").format(
        name=actor.name, earlier=part_words(earlier), wanted=part_words(wanted)
    )


def held_against(actor: Actor, wanted: Part, version_id: UUID) -> tuple[Person | None, Part] | None:
    """The earlier part that forbids it, and whom the actor stands in for if it was theirs."""
    parts = played(version_id)
    if not parts:
        return None
    excluded = excluded_by()
    if earlier := conflict(actor.person_id, wanted, parts, excluded):
        return None, earlier
    for giver in givers_of(actor):
        if earlier := conflict(giver.pk, wanted, parts, excluded):
            return giver, earlier
    return None


def for_another(actor: Actor, giver: Person, earlier: Part) -> str:
    """Why somebody cannot, because of what the one they stand in for did."""
    return _(
        "{name} stands in for {giver}, who is {earlier} of this version: both are one pair of eyes."
    ).format(name=actor.name, giver=giver, earlier=part_words(earlier))


def part_words(part: Part) -> str:
    """A part as a person would say it."""
    return str(PART_WORDS[part])
