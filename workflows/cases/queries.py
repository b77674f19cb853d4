"""What waits for whom."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from governance.access.models import Involvement, RoleAssignment
from governance.access.queries import assignments_of, excluded_by, visible_to
from governance.access.separation import Part
from governance.actors import Actor
from workflows.cases.models import Case, Task

# What a task asks a person to become; who played an excluding part is not asked.
PARTS = {
    Task.Verb.VALIDATE: Part.VALIDATOR,
    Task.Verb.APPROVE: Part.APPROVER,
    Task.Verb.MERGE: Part.MERGER,
}


def tasks_for(actor: Actor, *, again: Collection[UUID] = ()) -> QuerySet[Task]:
    """The open tasks that this person could do now: asked by name or by a role held in scope.

    A task whose part the person cannot play (an author asked to approve) is left out, and so is
    one that the person has decided on, but for those cases that ask `again`.
    """
    rows = _with_case(Task.objects.filter(state=Task.State.OPEN).filter(_asked(actor)))
    rows = rows.exclude(_conflicting(actor)).exclude(_decided(actor) & ~Q(case__in=again))
    return visible_to(actor, rows).order_by(F("due_at").asc(nulls_last=True), "opened_at")


def _asked(actor: Actor) -> Q:
    held = assignments_of(actor).filter(role=OuterRef("role"))
    scope = (
        Q(scope_kind=RoleAssignment.ScopeKind.ORGANISATION)
        | Q(portfolio=OuterRef("case__version__model__portfolio"))
        | Q(model=OuterRef("case__version__model"))
    )
    return Q(person=actor.person_id) | (Q(person=None) & Q(Exists(held.filter(scope))))


def _conflicting(actor: Actor) -> Q:
    mine = Involvement.objects.filter(person=actor.person_id, version=OuterRef("case__version"))
    condition, excluded = Q(pk__in=[]), excluded_by()
    for verb, part in PARTS.items():
        condition |= Q(verb=verb) & Q(Exists(mine.filter(part__in=excluded.get(part, ()))))
    return condition


def _decided(actor: Actor) -> Q:
    """In the round that is open: after a fallen approval everybody is asked anew."""
    mine = Case.objects.filter(
        pk=OuterRef("case"),
        rounds__state="open",
        rounds__move=OuterRef("verb"),
        rounds__decisions__person=actor.person_id,
    )
    return Q(Exists(mine))


def tasks_of_case(case_id: UUID) -> list[Task]:
    """All tasks of a case, open ones first."""
    return list(Task.objects.filter(case=case_id).select_related("role", "person", "closed_by"))


def submitted_by(actor: Actor) -> QuerySet[Case]:
    """The open submissions of this person's versions."""
    rows = Case.objects.filter(closed_at=None, version__submitted_by=actor.person_id)
    return visible_to(actor, rows.select_related("version__model__portfolio"))


def tasks_done_by(actor: Actor) -> QuerySet[Task]:
    """What this person has done, newest first."""
    rows = _with_case(Task.objects.filter(state=Task.State.DONE, closed_by=actor.person_id))
    return visible_to(actor, rows).order_by("-closed_at")


def _with_case(rows: QuerySet[Task]) -> QuerySet[Task]:
    return rows.select_related(
        "case__version__model__portfolio", "case__version__submitted_by", "role"
    )


def submission_of(version_id: UUID) -> Case | None:
    """The submission case of a version, open or closed; the newest when there were several."""
    rows = Case.objects.filter(version=version_id, kind=Case.Kind.SUBMISSION)
    return rows.select_related("policy_version__policy").order_by("-opened_at").first()


def cases_of(version_id: UUID) -> Iterable[Case]:
    """All cases that hang on a version."""
    return Case.objects.filter(version=version_id).select_related("policy_version__policy")
