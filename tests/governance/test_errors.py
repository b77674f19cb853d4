"""One tree of refusals; every leaf has a status and words."""

import pytest

from governance import errors
from governance.errors import FoureyesError, JobError
from governance.project.middleware import problem


def leaves(kind: type[FoureyesError]) -> list[type[FoureyesError]]:
    """A kind and all below it."""
    return [kind, *(leaf for below in kind.__subclasses__() for leaf in leaves(below))]


OURS = [kind for kind in leaves(FoureyesError) if kind.__module__ == errors.__name__]


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_every_refusal_becomes_a_problem_with_message_and_remedy(
    kind: type[FoureyesError],
) -> None:
    """The same keys for each; the status is the kind's."""
    error = kind("It is wrong.", remedy="Mend it.")
    told = problem(error)
    assert (told["detail"], told["remedy"]) == ("It is wrong.", "Mend it.")
    assert told["status"] == kind.status
    assert told["code"] == kind.code
    assert str(error) == "It is wrong."
    assert 400 <= kind.status < 600


def test_the_tree_is_drawn_at_the_top_of_its_file() -> None:
    """Whoever adds a kind draws it."""
    drawn = errors.__doc__ or ""
    for kind in OURS:
        assert kind.__name__ in drawn


def test_codes_tell_kinds_apart() -> None:
    """A program can act on them."""
    codes = [kind.code for kind in OURS if not issubclass(kind, JobError)]
    assert len(codes) == len(set(codes))
