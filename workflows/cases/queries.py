"""What waits for whom."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from governance.access.models import Involvement, RoleAssignment
from governance.access.permissions import Permission
from governance.access.queries import (
    assignments_of,
    excluded_by,
    givers_of,
    giving,
    members_since,
    visible_to,
)
from governance.access.separation import Part
from governance.actors import Actor
from workflows.cases.models import Case, Task

# What a task asks a person to become; who played an excluding part is not asked.
PARTS = {
    Task.Verb.VALIDATE: Part.VALIDATOR,
    Task.Verb.APPROVE: Part.APPROVER,
    Task.Verb.MERGE: Part.MERGER,
}
# What a task asks a role to give; the first two are decisions, for which roles must be old enough.
PERMISSIONS = {
    Task.Verb.VALIDATE: Permission.VERSION_VALIDATE,
    Task.Verb.APPROVE: Permission.VERSION_APPROVE,
    Task.Verb.MERGE: Permission.PROMOTION_MERGE,
}
DECIDED = (Task.Verb.VALIDATE, Task.Verb.APPROVE)


def tasks_for(actor: Actor, *, again: Collection[UUID] = ()) -> QuerySet[Task]:
    """The open tasks that this person could do now: asked by name or by a role held in scope.

    Left out is what would only be refused: a task whose part the person, or somebody they stand in
    for, cannot play; one whose role they got after the case was opened; and one that they have
    decided on, but for those cases that ask `again`.
    """
    rows = _with_case(Task.objects.filter(state=Task.State.OPEN).filter(_asked(actor)))
    rows = rows.exclude(_conflicting(actor)).exclude(_decided(actor) & ~Q(case__in=again))
    return visible_to(actor, rows).order_by(F("due_at").asc(nulls_last=True), "opened_at")


def _asked(actor: Actor) -> Q:
    """By name, or by a role held here that gives what the task takes."""
    held = assignments_of(actor).filter(_here(), role=OuterRef("role"))
    teams = members_since(actor)
    by_role = ~Q(verb__in=PERMISSIONS) & Q(Exists(held))
    for verb, permission in PERMISSIONS.items():
        by_role |= Q(verb=verb) & _able(verb, held.filter(giving(permission)), teams)
    return Q(person=actor.person_id) | (Q(person=None) & by_role)


def _able(
    verb: Task.Verb, held: QuerySet[RoleAssignment], teams: Mapping[UUID, datetime | None]
) -> Q:
    """To decide, the role must be older than the case, unless the policy lets late ones count."""
    if verb not in DECIDED:
        return Q(Exists(held))
    old = held.filter(granted_at__lte=OuterRef("case__opened_at"))
    able = Q(Exists(old.filter(team=None)))
    for team, since in teams.items():
        joined = Q(case__opened_at__gte=since) if since else Q()
        able |= joined & Q(Exists(old.filter(team=team)))
    late = f"case__policy_version__definition__moves__{verb.value}__late_grants"
    return able | (Q(**{late: True}) & Q(Exists(held)))


def _here() -> Q:
    """Assignments that cover the version of a task."""
    return (
        Q(scope_kind=RoleAssignment.ScopeKind.ORGANISATION)
        | Q(portfolio=OuterRef("case__version__model__portfolio"))
        | Q(model=OuterRef("case__version__model"))
    )


def _conflicting(actor: Actor) -> Q:
    """Who stands in for somebody is one pair of eyes with them."""
    eyes = Q(person=actor.person_id) | Q(person__in=givers_of(actor))
    mine = Involvement.objects.filter(eyes, version=OuterRef("case__version"))
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
