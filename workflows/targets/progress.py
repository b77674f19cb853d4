"""Which way a promotion may go. Pure: the one table of its states.

    waiting → preparing → open → merged → deployed → superseded
                  ↘ held ↗   ↘ closed
                             ↘ diverged

A promotion that is `held` goes on when what holds it is gone; `closed`, `diverged` and
`superseded` are ends. A new promotion is made by a new approval, or by a person who asks for
another where one was closed (`request_promotion`).
"""

from governance.sentences import sentence as _

# Why one at a target is superseded.
LATER = _("A later promotion took its place.")
EDGES: dict[str, frozenset[str]] = {
    "waiting": frozenset({"preparing", "held", "closed", "superseded"}),
    "preparing": frozenset({"open", "held", "merged", "closed", "diverged", "superseded"}),
    "held": frozenset(
        {"waiting", "preparing", "open", "closed", "superseded", "merged", "diverged"}
    ),
    "open": frozenset({"merged", "closed", "diverged", "superseded", "held"}),
    "merged": frozenset({"deployed", "diverged", "superseded"}),
    "deployed": frozenset({"superseded"}),
    "diverged": frozenset(),
    "closed": frozenset(),
    "superseded": frozenset(),
}
ENDED = frozenset(state for state, onward in EDGES.items() if not onward)
# What has come to its target, or is about to be told that it did.
STANDS = frozenset({"merged", "deployed"})
# What has not merged, and may still.
UNDER_WAY = frozenset({"waiting", "preparing", "open", "held"})
# The forge may still change these: they are polled.
IN_FORGE = frozenset({"open", "held"})


def may_move(before: str, after: str) -> bool:
    """Whether the table has this edge."""
    return after in EDGES.get(before, frozenset())
