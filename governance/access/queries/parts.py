"""Who played which part in a version, and whom that keeps from another part."""

from uuid import UUID

from django.utils.translation import gettext as _

from governance.access.models import (
    Involvement,
)
from governance.access.separation import Part, Played, conflict
from governance.actors import Actor
from governance.errors import NotAllowed


def played(version_id: UUID) -> list[Played]:
    """The parts that persons have played in a version."""
    rows = Involvement.objects.filter(version=version_id).values_list("person", "part")
    return [Played(person, Part(part)) for person, part in rows]


def require_separate(actor: Actor, wanted: Part, version_id: UUID) -> None:
    """Refuses who has already played a part that does not go with `wanted`.

    Raises:
        NotAllowed: the message names the earlier part.
    """
    earlier = conflict(actor.person_id, wanted, played(version_id))
    if earlier:
        raise NotAllowed(
            _("{name} is {earlier} of this version and so cannot be its {wanted}.").format(
                name=actor.name, earlier=part_words(earlier), wanted=part_words(wanted)
            ),
            remedy=_("Somebody who took no part in it must do this."),
        )


def part_words(part: Part) -> str:
    """A part as a person would say it."""
    return {
        Part.AUTHOR: _("an author"),
        Part.UPLOADER: _("an uploader"),
        Part.SUBMITTER: _("the submitter"),
        Part.VALIDATOR: _("the validator"),
        Part.APPROVER: _("an approver"),
        Part.MERGER: _("the merger"),
    }[part]
