"""What a person follows, and what they have put off."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.queries import visible_to
from governance.actors import Actor
from governance.errors import NotFound
from governance.inventory.models import RegisteredModel
from workflows.cases.models import Case, Follow, Snooze, Task
from workflows.desk.queries.cases import open_cases
from workflows.desk.queries.lists import Narrowing


def followed_cases(actor: Actor, narrowing: Narrowing) -> QuerySet[Case]:
    """The open cases of models that the actor follows and may still see."""
    models = Follow.objects.filter(person=actor.person_id).values("model")
    return open_cases(actor, narrowing).filter(version__model__in=models)


def follows(actor: Actor, model: RegisteredModel) -> bool:
    """Whether the actor follows a model."""
    return Follow.objects.filter(person=actor.person_id, model=model).exists()


def put_off(tasks: QuerySet[Task], actor: Actor, *, only: bool) -> QuerySet[Task]:
    """The tasks of cases that the actor looks at later, or all others; asks nothing by itself."""
    later = Snooze.objects.filter(person=actor.person_id, until__gt=timezone.now()).values("case")
    return tasks.filter(case__in=later) if only else tasks.exclude(case__in=later)


def case_seen(actor: Actor, case_id: UUID) -> Case:
    """An open case that the actor may see.

    Raises:
        NotFound: there is none, or it is not theirs to see.
    """
    rows = Case.objects.filter(pk=case_id, closed_at=None)
    if (case := visible_to(actor, rows).first()) is None:
        raise NotFound(_("There is no such open case that you can see."))
    return case
