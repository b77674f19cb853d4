"""What a person follows, what they have put off or are done with, and their filters by name."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.queries import visible_to
from governance.actors import Actor
from governance.errors import NotFound
from governance.inventory.models import RegisteredModel
from workflows.cases.models import Case, Comment, Follow, SavedFilter, Snooze, Task, TimerEvent
from workflows.desk.queries.cases import open_cases
from workflows.desk.queries.lists import Narrowing
from workflows.lifecycle.queries import decided_since


def followed_cases(actor: Actor, narrowing: Narrowing) -> QuerySet[Case]:
    """The open cases of models that the actor follows and may still see."""
    return open_cases(actor, narrowing).filter(about_followed(actor))


def about_followed(actor: Actor) -> Q:
    """That of a case; asks nothing by itself."""
    models = Follow.objects.filter(person=actor.person_id).values("model")
    return Q(version__model__in=models)


def follows(actor: Actor, model: RegisteredModel) -> bool:
    """Whether the actor follows a model."""
    return Follow.objects.filter(person=actor.person_id, model=model).exists()


def put_off(tasks: QuerySet[Task], actor: Actor, *, only: bool) -> QuerySet[Task]:
    """The tasks of cases that the actor looks at later, or all others; asks nothing by itself."""
    rows = Snooze.objects.filter(person=actor.person_id)
    later = rows.filter(Q(until__gt=timezone.now()) | Q(until=None) & ~_something_new())
    hidden = Q(case__in=later.values("case"))
    return tasks.filter(hidden) if only else tasks.exclude(hidden)


def _something_new() -> Q:
    """Somebody is asked, decided or said something, a deadline passed or a timer went off."""
    since = OuterRef("since")
    tasks = Task.objects.filter(case=OuterRef("case"), state=Task.State.OPEN)
    timers = TimerEvent.objects.filter(task__case=OuterRef("case"), went_off_at__gt=since)
    asked = tasks.filter(Q(opened_at__gt=since) | Q(due_at__lt=timezone.now()))
    said = Comment.objects.filter(version=OuterRef("case__version"), written_at__gt=since)
    return Q(Exists(asked)) | Q(Exists(timers)) | Q(Exists(decided_since())) | Q(Exists(said))


def filters_of(actor: Actor) -> list[SavedFilter]:
    """The views of the inbox that the actor named."""
    return list(SavedFilter.objects.filter(person=actor.person_id))


def case_seen(actor: Actor, case_id: UUID) -> Case:
    """An open case that the actor may see.

    Raises:
        NotFound: there is none, or it is not theirs to see.
    """
    known = ("version__model__portfolio", "policy_version")
    rows = Case.objects.filter(pk=case_id, closed_at=None).select_related(*known)
    if (case := visible_to(actor, rows).first()) is None:
        raise NotFound(_("There is no such open case that you can see."))
    return case
