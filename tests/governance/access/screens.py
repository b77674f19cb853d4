"""What stories on administrators' screens share: the cast, its people, and forms sent."""

from collections.abc import Mapping

from governance.access.models import Person
from tests.stories import signed_in


def person(username: str) -> Person:
    """One of the cast."""
    return Person.objects.get(accounts__username=username)


def seen(username: str, address: str) -> str:
    """A page that answers."""
    answer = signed_in(username).get(address)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def sent(username: str, address: str, typed: Mapping[str, object] | None = None) -> tuple[int, str]:
    """Status and page of a form that was sent."""
    answer = signed_in(username).post(address, dict(typed or {}))
    return answer.status_code, answer.content.decode()
