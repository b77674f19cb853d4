"""What a scope leaves out stays out, even where the log itself says otherwise (T26)."""

from collections.abc import Iterator
from datetime import timedelta

from governance.audit.canonical import moment
from governance.trail.scopes import Scope
from tests.tampering.forging import ONE_VERSION, RETAIL_ONLY, Case, case
from tests.tampering.logs import PEOPLE, START, Log, told

MIDDLE = moment(START + timedelta(minutes=8))
SCOPES = {
    "a portfolio": RETAIL_ONLY,
    "a subject": ONE_VERSION,
    "a person": Scope(person=str(PEOPLE[0])),
    "an action": Scope(action="version."),
    "what came later": Scope(since=MIDDLE),
    "what came before": Scope(until=MIDDLE),
}


class Lying(Log):
    """A log that takes every entry for one of the scope, closes the export so, and signs that."""

    def chosen(self, scope: Scope, size: int) -> list[int]:
        """All of them."""
        assert 0 < len(super().chosen(scope, size)) < size
        return list(range(size))


def scopes_overstepped() -> Iterator[Case]:
    """By each filter alone."""
    for name, scope in SCOPES.items():
        yield case("T26", f"{name}, honest", told().members(scope))
        lying = told()
        lying.__class__ = Lying
        yield case("T26", f"more than {name}", lying.members(scope), "scope_violated")
