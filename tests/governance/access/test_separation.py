"""What one person may not both do to one version. Pure, so all pairs are looked at."""

from itertools import product
from uuid import uuid4

import pytest

from governance.access.queries import excluded_by
from governance.access.separation import MAKERS, Part, Played, conflict

pytestmark = pytest.mark.django_db
CHECKERS = {Part.VALIDATOR, Part.APPROVER}


@pytest.mark.parametrize(("earlier", "wanted"), list(product(Part, Part)))
def test_who_made_it_never_checks_it_and_no_one_checks_twice(earlier: Part, wanted: Part) -> None:
    """As the rules ship: makers, validator and approvers are different people, before or after."""
    person = uuid4()
    made_and_checks = (earlier in MAKERS and wanted in CHECKERS | {Part.MERGER}) or (
        wanted in MAKERS and earlier in CHECKERS | {Part.MERGER}
    )
    checks_twice = {earlier, wanted} == CHECKERS
    merges_own_check = earlier in CHECKERS and wanted is Part.MERGER
    found = conflict(person, wanted, [Played(person, earlier)], excluded_by())
    if earlier is Part.MERGER and wanted in CHECKERS:
        return  # a version is merged after its approval; nothing is said of the other way round
    assert (found is not None) == (made_and_checks or checks_twice or merges_own_check)


def test_the_parts_of_others_do_not_matter() -> None:
    """Rules look at persons."""
    others = [Played(uuid4(), part) for part in Part]
    assert conflict(uuid4(), Part.APPROVER, others, excluded_by()) is None


def test_the_first_part_is_named() -> None:
    """So that the refusal says the same each time."""
    person = uuid4()
    played = [Played(person, Part.UPLOADER), Played(person, Part.AUTHOR)]
    assert conflict(person, Part.APPROVER, played, excluded_by()) is Part.AUTHOR
