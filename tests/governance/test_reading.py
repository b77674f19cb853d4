"""One reading: what a page has read it does not read again, until something has changed."""

from collections.abc import Collection

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.access.models import RoleAssignment
from governance.access.operations import revoke
from governance.access.permissions import Permission
from governance.access.queries import can_anywhere
from governance.reading import ReadEach, forget, one_reading
from tests.stories import house
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db


def test_a_page_asks_for_rights_once() -> None:
    """However many questions it has."""
    house()
    rita = actor_named("rita")
    with one_reading(), CaptureQueriesContext(connection) as asked:
        assert can_anywhere(rita, Permission.VERSION_APPROVE)
        assert not can_anywhere(rita, Permission.PROMOTION_MERGE)
    assert len(asked) == 1


def test_outside_of_a_page_every_question_is_asked_anew() -> None:
    """An operation never acts on what was true before."""
    house()
    rita = actor_named("rita")
    with CaptureQueriesContext(connection) as asked:
        can_anywhere(rita, Permission.VERSION_APPROVE)
        can_anywhere(rita, Permission.VERSION_APPROVE)
    assert len(asked) == 2


def test_a_change_ends_what_was_read() -> None:
    """A sign-in by a provider comes with a GET and changes roles: they hold at once."""
    house()
    rita = actor_named("rita")
    held = RoleAssignment.objects.get(person=rita.person_id)
    with one_reading():
        assert can_anywhere(rita, Permission.VERSION_APPROVE)
        revoke(held.pk, reason="Left", actor=actor_named("alma"))
        assert not can_anywhere(rita, Permission.VERSION_APPROVE)


def test_what_was_asked_ahead_is_answered_from_memory() -> None:
    """All keys in one question; one that nobody asked ahead for is asked for by itself."""
    asked: list[set[str]] = []

    @ReadEach
    def length_of(words: Collection[str]) -> dict[str, int]:
        asked.append(set(words))
        return {word: len(word) for word in words}

    with one_reading():
        length_of.ahead(["a", "bb"])
        length_of.ahead(["bb"])
        assert [length_of("bb"), length_of("ccc"), length_of("ccc")] == [2, 3, 3]
        assert asked == [{"a", "bb"}, {"ccc"}]
        forget()
        assert length_of("a") == 1
    length_of.ahead(["a"])
    assert length_of("a") == 1
    assert asked[2:] == [{"a"}, {"a"}]
