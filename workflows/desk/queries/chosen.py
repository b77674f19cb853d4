"""Cases that somebody chose among others, to do the same with each of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from governance.actors import Actor
from governance.inventory.models import ModelVersion
from workflows.cases.models import Case
from workflows.cases.naming import address_of, name_of
from workflows.desk.queries.people import People
from workflows.desk.queries.personal import case_seen
from workflows.lifecycle.queries import digest_of, move_open_in, who_could_decide
from workflows.policies.definition import Move


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of them; `move`: what is decided in it now, over `digest`."""

    case: Case
    version: ModelVersion
    move: Move | None = None
    digest: str = ""

    @property
    def title(self) -> str:
        """How it is called in a list."""
        return name_of(self.version)

    @property
    def url(self) -> str:
        """Its page."""
        return address_of(self.version)


def chosen_case(actor: Actor, case_id: UUID) -> Chosen:
    """A case to decide in.

    Raises:
        NotFound: there is no such open case that the actor may see.
    """
    case = case_seen(actor, case_id)
    version = case.version
    move = move_open_in(version) if case.kind == Case.Kind.SUBMISSION else None
    digest = digest_of(version, case, move) if move else None
    return Chosen(case, version, move if digest else None, digest or "")


def who_could_take_any(actor: Actor, chosen: Iterable[Chosen]) -> People:
    """Those who could decide at least one of these cases in the actor's place, by name."""
    people = {
        one.person.pk: one.person.full_name
        for row in chosen
        if row.move
        for one in who_could_decide(row.version, row.case, row.move).able
        if one.person.pk != actor.person_id
    }
    return sorted(((str(pk), name) for pk, name in people.items()), key=lambda one: one[1])
