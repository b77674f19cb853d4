"""What waits for the roles that somebody holds, and for the people in their teams."""

from collections import defaultdict

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.access.models import Person
from governance.access.queries import held_now, within
from governance.access.reach import Places
from governance.actors import Actor
from workflows.cases.models import Case, Task
from workflows.desk.queries.cases import open_cases
from workflows.desk.queries.lists import Narrowing


def team_cases(actor: Actor, narrowing: Narrowing) -> QuerySet[Case]:
    """The open cases in which a role of the actor's, or somebody of their teams, is asked.

    Also where the actor could not act: they built it, have decided already, or came too late.
    """
    return open_cases(actor, narrowing).filter(asked_of_team(actor))


def asked_of_team(actor: Actor) -> Q:
    """That of a case; asks nothing by itself."""
    asked = Task.objects.filter(_of_team(actor), case=OuterRef("pk"), state=Task.State.OPEN)
    return Q(Exists(asked))


def _of_team(actor: Actor) -> Q:
    places: defaultdict[str, Places] = defaultdict(Places)
    for one in held_now(actor).holdings:
        places[one.role].add(one.scope)
    asked = Q(person__in=Person.objects.filter(teams__members=actor.person_id).values("pk"))
    for role, held in places.items():
        asked |= Q(person=None, role=role) & within(held, "case__version__model")
    return asked
