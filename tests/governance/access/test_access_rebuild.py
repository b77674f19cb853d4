"""guardian's rows against the assignments: equal after every act, told and mended when not."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.contrib.auth.models import Permission as DjangoPermission
from django.core.management import call_command

from governance.access.models import Portfolio, PortfolioGroupPermission, Team, User
from governance.access.operations import (
    Holder,
    add_member,
    add_role,
    change_role,
    deactivate_person,
    grant,
    rebuild_projection,
    remove_member,
    revoke,
)
from governance.access.operations.rebuilding import check_projection
from governance.inventory.models import RegisteredModel, RegisteredModelGroupPermission
from tests.governance.access.people import held, holder, lend, person
from tests.stories import people
from workflows.management.cast import actor_named, give

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def house(module_db: None) -> Portfolio:
    return people()


def run(*words: str) -> tuple[int, str]:
    """The command: how it ended and what it said."""
    out = StringIO()
    try:
        call_command("access_rebuild", *words, stdout=out, stderr=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_both_are_equal_after_all_that_changes_access(house: Portfolio) -> None:
    """Grants, teams, deputies, roles that change, people who go."""
    alma = actor_named("alma")
    team = Team.objects.create(name="line", title="Line")
    give("model_validator", Holder(team=team), portfolio=house, reason="x")
    add_member(team.pk, person("sam"), reason="x", actor=alma)
    add_member(team.pk, person("ada"), reason="x", actor=alma)
    lend("rita", "hanna")
    add_role(name="reader", title="Reader", permissions=["model:view"], actor=alma)
    give("reader", holder("mo"), reason="x")
    change_role("reader", permissions=["model:view", "log:view"], actor=alma)
    bare = RegisteredModel.objects.create(
        portfolio=house, name="bare", title="Bare", tier=3, owner=person("dana")
    )
    grant("auditor", holder("dana"), model=bare, reason="x", actor=alma)
    remove_member(team.pk, person("ada"), reason="x", actor=alma)
    revoke(held("rolf").pk, reason="x", actor=alma)
    deactivate_person(person("victor").pk, reason="x", actor=alma)
    assert check_projection() == []
    assert run("--check") == (0, "Assignments and projection are equal.\n")


def test_whatever_was_changed_by_hand_is_told_and_mended(house: Portfolio) -> None:
    """A member too many and one too few, a row too many and one too few, a group of nobody's."""
    dana, rita = (User.objects.get(username=name) for name in ("dana", "rita"))
    officers = Group.objects.get(name=f"risk_officer@{house.pk}")
    officers.user_set.add(dana)
    officers.user_set.remove(rita)
    rows = PortfolioGroupPermission.objects.filter(group=officers)
    rows.filter(permission__codename="version:approve").delete()
    stray = Group.objects.create(name="strays")
    stray.user_set.add(dana)
    kept = rows.get(permission__codename="model:view")
    PortfolioGroupPermission.objects.create(
        group=stray, content_object=house, permission=kept.permission
    )
    dana.user_permissions.add(kept.permission)
    status, words = run("--check")
    assert status == 1
    for line in (
        "dana is too many",
        "rita is missing",
        f"version:approve@{house.pk} is missing",
        f"strays: model:view@{house.pk} is too many",
        "dana: right beside all groups",
    ):
        assert line in words
    assert run()[0] == 0
    assert check_projection() == []
    assert rebuild_projection() == []
    assert officers.user_set.filter(pk=rita.pk).exists()
    assert not Group.objects.filter(name="strays").exists()


def test_rows_for_another_place_are_taken_away(house: Portfolio) -> None:
    """A group of one portfolio that permits something at a model."""
    bare = RegisteredModel.objects.create(
        portfolio=house, name="bare", title="Bare", tier=3, owner=person("dana")
    )
    officers = Group.objects.get(name=f"risk_officer@{house.pk}")
    permission = DjangoPermission.objects.get(
        codename="version:approve", content_type__model="registeredmodel"
    )
    RegisteredModelGroupPermission.objects.create(
        group=officers, content_object=bare, permission=permission
    )
    assert [one.what for one in check_projection()] == [f"version:approve@{bare.pk} is too many"]
    rebuild_projection()
    assert not RegisteredModelGroupPermission.objects.exists()
