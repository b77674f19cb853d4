"""How much there is behind each tab and each filter of the inbox, whatever is narrowed."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from governance.access.queries import visible_to
from governance.actors import Actor
from workflows.cases.models import Case
from workflows.desk.queries.done import done_tasks
from workflows.desk.queries.personal import about_followed
from workflows.desk.queries.team import asked_of_team
from workflows.lifecycle.queries import decisions_by, tasks_waiting_for


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is behind each tab and each filter that every inbox has."""

    waiting: int
    overdue: int
    first_tier: int
    team: int
    submitted: int
    followed: int
    done: int


def inbox_counts(actor: Actor) -> Counts:
    """The numbers of the inbox."""
    waiting = tasks_waiting_for(actor).aggregate(
        waiting=Count("pk"),
        overdue=Count("pk", filter=Q(due_at__lt=timezone.now())),
        first_tier=Count("pk", filter=Q(case__version__model__tier=1)),
    )
    seen = visible_to(actor, Case.objects.filter(closed_at=None)).order_by()
    around = seen.aggregate(
        team=Count("pk", filter=asked_of_team(actor)),
        followed=Count("pk", filter=about_followed(actor)),
        submitted=Count("pk", filter=Q(version__submitted_by=actor.person_id)),
    )
    done = decisions_by(actor).count() + done_tasks(actor).count()
    return Counts(**waiting, **around, done=done)
