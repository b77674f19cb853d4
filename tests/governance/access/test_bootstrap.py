"""The first start of a site."""

import pytest

from governance.access.models import Person, RoleAssignment, User
from governance.access.operations import bootstrap
from governance.access.permissions import Permission
from governance.access.queries import can
from governance.actors import Actor
from governance.audit.models import AuditEntry
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db
START = Actor.system("up")


def test_two_administrators_are_named_and_it_is_written_down() -> None:
    """Two, because one alone could neither be stopped nor helped."""
    named = bootstrap(actor=START)
    assert [one.username for one in named] == ["admin1", "admin2"]
    assert len({one.password for one in named}) == 2
    for one in named:
        assert User.objects.get(username=one.username).check_password(one.password)
        assert can(actor_named(one.username), Permission.ASSIGNMENT_GRANT)
        assert not can(actor_named(one.username), Permission.VERSION_APPROVE)
    actions = sorted(AuditEntry.objects.values_list("action", flat=True))
    assert actions == ["assignment.granted", "assignment.granted", "site.bootstrapped"]


def test_it_happens_once() -> None:
    """A second start changes nothing, also when the first administrators are gone."""
    bootstrap(actor=START)
    RoleAssignment.objects.update(revoked_reason="gone")
    assert bootstrap(actor=START) == []
    assert (Person.objects.count(), AuditEntry.objects.count()) == (2, 3)
