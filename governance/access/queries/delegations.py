"""Who stands in for whom, and whose right an act is done by."""

from uuid import UUID

from django.db.models import Q, QuerySet

from governance.access.models import Delegation, Person, RoleAssignment
from governance.access.permissions import Permission
from governance.access.queries.assignments import covering, held_by, lent_to, live, open_delegations
from governance.access.queries.rights import can, let_pass, portfolios_where
from governance.access.reach import Scoped
from governance.actors import Actor, ActorKind


def givers_of(actor: Actor) -> QuerySet[Person]:
    """The people whom an actor stands in for at this moment."""
    if actor.kind is not ActorKind.PERSON or actor.person_id is None:
        return Person.objects.none()
    return Person.objects.filter(pk__in=open_delegations(actor.person_id).values("giver"))


def one_pair_of_eyes(actor: Actor) -> set[UUID]:
    """The actor's person, those they stand in for and those who stand in for them, now."""
    me = actor.person_id
    rows = open_delegations().filter(Q(deputy=me) | Q(giver=me))
    pairs = rows.values_list("giver", "deputy")
    return {person for pair in pairs for person in pair} | ({me} if me else set())


def acting_for(actor: Actor, role: str, thing: Scoped) -> Person | None:
    """Whose role an actor acts in here: None when it is their own, or when they hold it not at all.

    With several givers the first by name.
    """
    return next(iter(givers_for(actor, role, thing)), None)


def givers_for(actor: Actor, role: str, thing: Scoped) -> list[Person]:
    """Everybody who lends the actor a role here, by name; nobody when it is the actor's own."""
    here = covering(thing.access_scope())
    if any(live(rows.filter(here, role=role)).exists() for rows in held_by(actor.person_id)):
        return []
    lent = [live(rows.filter(here, role=role)) for rows in lent_to(actor.person_id)]
    assignments = RoleAssignment.objects.filter(
        pk__in=[row.pk for rows in lent for row in rows.only("pk")]
    )
    holders = Q(assignments__in=assignments) | Q(teams__assignments__in=assignments)
    found = Person.objects.filter(holders, pk__in=givers_of(actor).values("pk"))
    return list(found.distinct().order_by("full_name", "pk"))


def delegations_of(person_id: UUID) -> QuerySet[Delegation]:
    """What a person gave or holds as a deputy, past ones too, newest first."""
    rows = Delegation.objects.filter(Q(giver=person_id) | Q(deputy=person_id))
    return rows.select_related("giver", "deputy", "portfolio")


def delegations_seen(actor: Actor, person_id: UUID) -> QuerySet[Delegation]:
    """Those of a person in the places where the actor may see people; one's own all of them."""
    rows = delegations_of(person_id)
    if person_id == actor.person_id or can(actor, Permission.PERSON_VIEW):
        return rows
    seen = portfolios_where(actor, Permission.PERSON_VIEW)
    return rows.filter(Q(portfolio__isnull=True) | Q(portfolio__in=seen))


def may_end(delegation: Delegation, actor: Actor) -> bool:
    """Its giver, its deputy, and who may take roles back where it lends them."""
    own = actor.person_id in {delegation.giver_id, delegation.deputy_id}
    return own or let_pass(actor, Permission.ASSIGNMENT_REVOKE, delegation.portfolio)
