"""Each action has the doors that it should have, and no other."""

from tests.attacks.surfaces import (
    ADMIN,
    AT_THE_SERVER,
    BULK,
    COMMAND,
    FORM,
    FROM_FILES,
    IN_BULK,
    allowed,
    offered,
    operations,
)


def test_no_action_has_a_door_that_it_should_not_have() -> None:
    """A decision through a token, a grant by a command: absent, not just refused."""
    beyond = {
        name: sorted(surfaces - allowed(name))
        for name, surfaces in offered().items()
        if surfaces - allowed(name)
    }
    assert not beyond, beyond


def test_what_decides_has_a_screen_and_nothing_else() -> None:
    """Approve, reject and validate are where a person stands before the whole case."""
    doors = offered()
    for name in ("approve_version", "reject_version", "request_changes", "validate_version"):
        assert doors[name] == {FORM}


def test_nothing_is_done_in_the_django_admin_in_bulk_or_by_commands() -> None:
    """But for the first start, the way out of a site without administrators, and drafts.

    That the Django admin takes nothing in at all is attacked in test_django_admin.
    """
    for name, surfaces in offered().items():
        assert ADMIN not in surfaces, name
        assert BULK not in surfaces or name in IN_BULK, name
        assert COMMAND not in surfaces or name in AT_THE_SERVER | FROM_FILES, name


def test_the_list_of_actions_is_not_empty() -> None:
    """Else everything above would be true of nothing."""
    assert {"grant", "approve_version", "add_artifact", "merge_pull_request"} <= set(operations())
