"""What does not hang in your scope is not there for you, in whatever list."""

from typing import Any

import pytest
from django.apps import apps

from governance.access.models import Portfolio, RoleAssignment
from governance.access.operations import Holder, grant
from governance.access.permissions import Permission
from governance.access.queries import visible_to
from governance.actors import Actor
from governance.inventory.models import ModelVersion, RegisteredModel
from tests import stories
from tests.governance.access.tokens import token_actor_of
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db
SCOPED = sorted(
    (
        m
        for m in apps.get_models()
        if isinstance(getattr(m, "scope", None), str) and not m._meta.proxy
    ),
    key=lambda m: m.__name__,
)


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """With findings, decisions, comparisons: a row in nearly every table."""
    found = stories.validated_version()
    stories.sign(found, "rita")
    return found


@pytest.mark.parametrize("table", SCOPED, ids=lambda m: m.__name__)
def test_a_stranger_sees_no_row_of_any_table_that_has_a_scope(
    version: ModelVersion, table: Any
) -> None:
    """Who holds a role there sees all of them."""
    rows = table.objects.all()
    assert not visible_to(actor_named("sam"), rows).exists()
    assert visible_to(actor_named("rita"), rows).count() == rows.count()
    assert visible_to(Actor.system("x"), rows).count() == rows.count()


def test_a_role_for_one_model_shows_that_model_only(version: ModelVersion) -> None:
    """The narrowest scope."""
    other = stories.registered_model("other", "Other")
    alma = actor_named("alma")
    person = RoleAssignment.objects.get(person__accounts__username="ada").person
    sam = actor_named("sam")
    given = grant(
        "auditor", Holder(person=person), portfolio=stories.house(), reason="x", actor=alma
    )
    assert given.scope_kind == "portfolio"
    assert not visible_to(sam, RegisteredModel.objects.filter(pk=other.pk)).exists()


def test_lists_can_be_locked(version: ModelVersion) -> None:
    """PostgreSQL locks no row of a DISTINCT or an outer join."""
    rows = visible_to(actor_named("rita"), ModelVersion.objects.all())
    assert list(rows.select_for_update(of=("self",)))


def test_a_token_without_the_right_to_look_sees_nothing(version: ModelVersion) -> None:
    """It narrows what its account may see."""
    narrow = token_actor_of("dana", Permission.KPI_RECORD)
    assert not visible_to(narrow, ModelVersion.objects.all()).exists()
    assert not visible_to(narrow, Portfolio.objects.all()).exists()
    wide = token_actor_of("dana", Permission.MODEL_VIEW)
    assert visible_to(wide, ModelVersion.objects.all()).exists()
