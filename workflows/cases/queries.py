"""What waits for whom."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from governance.access.models import Involvement, Person, User
from governance.access.permissions import Permission
from governance.access.queries import (
    excluded_by,
    givers_of,
    held_now,
    members_since,
    visible_to,
    who_could,
    within,
)
from governance.access.reach import Held, Places
from governance.access.separation import Part
from governance.actors import Actor
from governance.errors import NotFound
from governance.inventory.models import ModelVersion
from governance.reading import ReadEach, last_of, read_once
from workflows.cases.models import Case, Comment, Task

# What a task asks a person to become; who played an excluding part is not asked.
PARTS = {
    Task.Verb.VALIDATE: Part.VALIDATOR,
    Task.Verb.APPROVE: Part.APPROVER,
    Task.Verb.EMERGENCY: Part.APPROVER,
    Task.Verb.MERGE: Part.MERGER,
    Task.Verb.REVALIDATE: Part.VALIDATOR,
}
# What a task asks a role to give; for decisions (`DECIDED`) roles must be old enough.
PERMISSIONS = {
    Task.Verb.VALIDATE: Permission.VERSION_VALIDATE,
    Task.Verb.APPROVE: Permission.VERSION_APPROVE,
    Task.Verb.MERGE: Permission.PROMOTION_MERGE,
    Task.Verb.EMERGENCY: Permission.EMERGENCY_SIGN,
    Task.Verb.RETIRE: Permission.VERSION_RETIRE,
    Task.Verb.REVIEW: Permission.LIVE_CHANGE_REVIEW,
    Task.Verb.REVALIDATE: Permission.VERSION_VALIDATE,
}
DECIDED = (Task.Verb.VALIDATE, Task.Verb.APPROVE, Task.Verb.EMERGENCY, Task.Verb.RETIRE)


def tasks_for(actor: Actor, *, again: Collection[UUID] = ()) -> QuerySet[Task]:
    """The open tasks that this person could do now: asked by name or by a role held in scope.

    Left out is what would only be refused: a task whose part the person, or somebody they stand in
    for, cannot play; one whose role they got after the case was opened; and one that they have
    decided on, but for those cases that ask `again`.
    """
    rows = _with_case(Task.objects.filter(state=Task.State.OPEN).filter(_asked(actor)))
    rows = rows.exclude(_conflicting(actor))
    if settled := _settled(actor, again):
        rows = rows.exclude(settled)
    return visible_to(actor, rows).order_by(F("due_at").asc(nulls_last=True), "opened_at")


def _asked(actor: Actor) -> Q:
    """By name, or by a role held there that gives what the task takes."""
    held = held_now(actor)
    asked = Q(person=actor.person_id) if actor.person_id else Q(pk__in=())
    for (role, since), places in _by_age(actor, held).items():
        takes = _takes(held.gives.get(role, frozenset()), since)
        asked |= Q(person=None, role=role) & within(places, "case__version__model") & takes
    return asked


def _by_age(actor: Actor, held: Held) -> dict[tuple[str, datetime | None], Places]:
    """Where each role is held, and since when if that counts: for roles that decide."""
    joined = members_since(actor)
    found: defaultdict[tuple[str, datetime | None], Places] = defaultdict(Places)
    for one in held.holdings:
        decides = any(held.gives_to(one, PERMISSIONS[verb]) for verb in DECIDED)
        member = (joined.get(one.team) if one.team else None) or one.granted_at
        since = max(one.granted_at, member) if decides else None
        found[one.role, since].add(one.scope)
    return dict(found)


def _takes(gives: Collection[str], since: datetime | None) -> Q:
    """The tasks that a role may be asked for. To decide, it must be older than the case.

    A higher role is asked to see to what is late, whether or not it could do it itself.
    """
    permitted = [verb for verb, permission in PERMISSIONS.items() if permission in gives]
    plain = [verb for verb in Task.Verb if verb not in PERMISSIONS]
    plain += [verb for verb in permitted if verb not in DECIDED]
    takes = Q(verb__in=plain) | Q(escalated_by__isnull=False)
    for verb in permitted:
        if verb in DECIDED:
            takes |= Q(verb=verb) & _old_enough(verb, since)
    return takes


def _old_enough(verb: Task.Verb, since: datetime | None) -> Q:
    """Unless the policy lets late ones count."""
    late = f"case__policy_version__definition__moves__{verb.value}__late_grants"
    return Q(case__opened_at__gte=since) | Q(**{late: True})


def _conflicting(actor: Actor) -> Q:
    """Who stands in for somebody is one pair of eyes with them."""
    eyes = [actor.person_id]
    if held_now(actor).lent:
        eyes += givers_of(actor).values_list("pk", flat=True)
    mine = Involvement.objects.filter(person__in=eyes, version=OuterRef("case__version"))
    condition, excluded = Q(pk__in=()), excluded_by()
    for part, verbs in _verbs_by_part().items():
        if parts := excluded.get(part):
            condition |= Q(verb__in=verbs) & Q(Exists(mine.filter(part__in=parts)))
    return condition


def _verbs_by_part() -> dict[Part, list[Task.Verb]]:
    verbs: defaultdict[Part, list[Task.Verb]] = defaultdict(list)
    for verb, part in PARTS.items():
        verbs[part].append(verb)
    return dict(verbs)


def _settled(actor: Actor, again: Collection[UUID]) -> Q:
    """What they have decided on and are not asked about again; empty for most people."""
    settled = Q()
    for move, cases in decided_by(actor).items():
        settled |= Q(verb=move, case__in=cases - set(again))
    return settled


@read_once
def decided_by(actor: Actor) -> dict[str, set[UUID]]:
    """The cases in whose open round this person decided, by the move.

    In the round that is open: after a fallen approval everybody is asked anew.
    """
    if actor.person_id is None:
        return {}
    rows = Case.objects.filter(rounds__state="open", rounds__decisions__person=actor.person_id)
    found: defaultdict[str, set[UUID]] = defaultdict(set)
    for case, move in rows.order_by().values_list("pk", "rounds__move"):
        found[move].add(case)
    return dict(found)


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


@ReadEach
def submission_of(version_ids: Collection[UUID]) -> dict[UUID, Case | None]:
    """The submission case of a version, open or closed; the newest when there were several."""
    rows = Case.objects.filter(version__in=version_ids, kind=Case.Kind.SUBMISSION)
    found = rows.select_related("policy_version__policy").order_by("opened_at")
    return last_of(version_ids, ((row.version_id, row) for row in found))


def is_asked_to_revise(case: Case) -> bool:
    """Whether somebody is asked for a successor that brings the changes."""
    return case.tasks.filter(verb=Task.Verb.REVISE, state=Task.State.OPEN).exists()


def cases_of(version_id: UUID) -> Iterable[Case]:
    """All cases that hang on a version."""
    return Case.objects.filter(version=version_id).select_related("policy_version__policy")


def callable_about(version: ModelVersion) -> dict[str, Person]:
    """Whoever can be called in a comment on a version, by account name: people who see it."""
    able = [one.person for one in who_could(Permission.MODEL_VIEW, version).able]
    known = {one.pk: one for one in able}
    rows = User.objects.filter(person__in=known, kind=User.Kind.PERSON, is_active=True)
    found = rows.order_by("username").values_list("username", "person")
    return {username.casefold(): known[person] for username, person in found}


def callable_begun(version: ModelVersion, begun: str) -> list[tuple[str, Person]]:
    """Those of `callable_about` whose account, or a word of whose name, begins so; by name."""
    wanted = begun.casefold()
    found = [
        (account, person)
        for account, person in callable_about(version).items()
        if any(one.startswith(wanted) for one in (account, *person.full_name.casefold().split()))
    ]
    return sorted(found, key=lambda one: (one[1].full_name, one[0]))


def comment_by_id(actor: Actor, comment_id: UUID) -> Comment:
    """The newest wording of an own comment.

    Raises:
        NotFound: there is none, it is another's, or it was replaced.
    """
    rows = Comment.objects.filter(pk=comment_id, author=actor.person_id, replaced_by=None)
    if (found := visible_to(actor, rows).first()) is None:
        raise NotFound(_("There is no such comment of yours."))
    return found
