"""Following a model: its open cases stand in one's inbox, whether or not one is asked."""

import pytest

from governance.access.models import RoleAssignment
from governance.inventory.models import ModelVersion
from tests.stories import signed_in, validated_version
from workflows.cases.models import Follow

pytestmark = pytest.mark.django_db
MODEL = "/models/credit-default/"


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """A case that waits for the risk officers."""
    return validated_version()


def page(username: str, address: str) -> str:
    return signed_in(username).get(address).content.decode()


def follow(username: str, wanted: str = "yes", status: int = 302) -> None:
    answer = signed_in(username).post(f"{MODEL}follow/", {"follow": wanted})
    assert answer.status_code == status


def test_what_is_followed_stands_in_the_inbox_until_it_is_not(version: ModelVersion) -> None:
    """Ada is never asked, and follows; pressing twice follows once."""
    assert "Nothing is open about what you follow" in page("ada", "/?tab=followed")
    follow("ada")
    follow("ada")
    assert Follow.objects.count() == 1
    assert version.model.title in page("ada", "/?tab=followed")
    assert 'Followed <span class="fe-count">1</span>' in page("ada", "/")
    assert "Follow no longer" in page("ada", MODEL)
    assert version.model.title not in page("rita", "/?tab=followed")
    follow("ada", "no")
    assert "Nothing is open about what you follow" in page("ada", "/?tab=followed")


def test_following_shows_nothing_that_one_may_not_see(version: ModelVersion) -> None:
    """A stranger cannot follow, and whoever loses their role loses the sight of it."""
    follow("sam", status=404)
    follow("victor")
    RoleAssignment.objects.filter(person__full_name__startswith="Victor").update(
        revoked_at="2020-01-01T00:00:00Z"
    )
    assert version.model.title not in page("victor", "/?tab=followed")
