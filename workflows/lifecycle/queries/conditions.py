"""What approvals demand: the conditions of a version, and those whose day has come."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.queries import visible_to
from governance.actors import Actor
from governance.errors import NotFound
from governance.inventory.models import ModelVersion
from governance.inventory.states import State
from governance.reading import ReadEach, gathered
from workflows.lifecycle.conditions import ConditionFacts
from workflows.lifecycle.models import Condition

TO_COME = (Condition.State.OPEN, Condition.State.ANSWERED)
OWED = (*TO_COME, Condition.State.BREACHED)


def conditions_of(version_id: UUID) -> list[Condition]:
    """All conditions that stand in a version's case, in their order; taken-back ones too."""
    rows = Condition.objects.filter(version=version_id).order_by("number")
    return list(rows.select_related("owner", "decision__person", "answered_by", "closed_by"))


@ReadEach
def standing_conditions(version_ids: Collection[UUID]) -> dict[UUID, list[ConditionFacts]]:
    """What a signature binds to of the conditions of a version that were set before it."""
    rows = Condition.objects.filter(version__in=version_ids).exclude(state=Condition.State.VOID)
    facts = (
        (
            row.version_id,
            ConditionFacts(row.text, row.owner_id, row.due_on, row.demands_roll_back),
        )
        for row in rows.order_by("number")
    )
    return gathered(version_ids, facts)


def condition_by_id(actor: Actor, condition_id: UUID) -> Condition:
    """One condition.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    rows = visible_to(actor, Condition.objects.filter(pk=condition_id))
    if (found := rows.select_related("version__model", "owner").first()) is None:
        raise NotFound(_("There is no such condition that you can see."))
    return found


def overdue_conditions() -> QuerySet[Condition]:
    """Conditions whose day is over and that nobody has found met, of versions that rest on them."""
    return Condition.objects.filter(
        state__in=TO_COME,
        due_on__lt=timezone.localdate(),
        version__state__in=[State.APPROVED.value, State.DEPLOYED.value],
    )


def owed_by(version: ModelVersion) -> QuerySet[Condition]:
    """The conditions of a version that somebody still has to meet."""
    return Condition.objects.filter(version=version.pk, state__in=OWED).select_related("owner")
