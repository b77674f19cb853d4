"""Every edge of a version's life, in one table. Pure.

The transitions of `workflows/lifecycle/models.py` and the trigger in the database are both made
from it, so an edge that does not stand here exists nowhere.
"""

from dataclasses import dataclass

from governance.inventory.states import NOT_YET_LIVE, State


@dataclass(frozen=True, slots=True)
class Edge:
    """One move: its verb, the states it may start from, and the state it ends in."""

    verb: str
    sources: tuple[State, ...]
    target: State


def _edge(verb: str, target: State, *sources: State) -> Edge:
    return Edge(verb, sources, target)


EDGES: dict[str, Edge] = {
    edge.verb: edge
    for edge in (
        _edge("submit", State.SUBMITTED, State.DRAFT),
        _edge("validate", State.VALIDATED, State.SUBMITTED),
        _edge("admit", State.VALIDATED, State.SUBMITTED),
        _edge("approve", State.APPROVED, State.VALIDATED),
        _edge("deploy", State.DEPLOYED, State.APPROVED),
        _edge("supersede", State.SUPERSEDED, State.DEPLOYED),
        _edge("reject", State.REJECTED, State.SUBMITTED, State.VALIDATED),
        _edge("withdraw", State.WITHDRAWN, *(s for s in State if s in NOT_YET_LIVE)),
        _edge("reopen", State.VALIDATED, State.APPROVED),
        _edge("roll_back", State.DEPLOYED, State.SUPERSEDED),
        _edge("suspend", State.SUSPENDED, State.DEPLOYED),
        _edge("resume", State.DEPLOYED, State.SUSPENDED),
        _edge("revalidate", State.SUBMITTED, State.VALIDATED, State.APPROVED),
        _edge("retire", State.RETIRED, State.DEPLOYED, State.SUPERSEDED, State.SUSPENDED),
    )
}


def pairs() -> list[tuple[State, State]]:
    """All (from, to) pairs that the database lets through, in a stable order."""
    return sorted({(source, e.target) for e in EDGES.values() for source in e.sources})
