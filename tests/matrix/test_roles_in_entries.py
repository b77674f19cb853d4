"""Whatever people did in the story of two portfolios, its entry says in which role."""

import pytest
from django.db.models import Q

from governance.access.models import RoleAssignment
from governance.actors import ActorKind
from governance.audit.lines import Line, parse
from governance.audit.models import AuditEntry
from tests.matrix.world import tell

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def acts(module_db: None) -> list[Line]:
    """What people and programs did, as the log tells it."""
    tell()
    rows = AuditEntry.objects.order_by("pk").values_list("line", flat=True)
    lines = [parse(bytes(raw)) for raw in rows]
    return [one for one in lines if one.author.kind != ActorKind.SYSTEM]


def test_whoever_acts_acts_in_a_role(acts: list[Line]) -> None:
    """Some forty kinds of acts of every subject, and none of them by nobody's leave."""
    assert len({one.action for one in acts}) >= 40
    assert {one.action for one in acts if not one.author.roles} == set()


def test_the_role_was_held_when_they_acted(acts: list[Line]) -> None:
    """By that person or account, at that moment: nothing is left over from an earlier act."""
    for line in acts:
        at, who = line.occurred_at, line.author
        rows = RoleAssignment.objects.filter(
            Q(person=who.person_id) | Q(account=who.account_id), starts_at__lte=at
        ).exclude(revoked_at__lt=at)
        told = {one.role for one in who.roles or () if one.delegation is None}
        assert told <= set(rows.values_list("role", flat=True)), line.action
