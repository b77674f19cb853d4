"""Verification of the whole log: everything is computed again from the lines, nothing believed.

Memory stays bounded at any size: each pass is one ordered reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import DatabaseError, connection

from governance.audit import triggers
from governance.audit.entry_checks import (
    check_entries,
    check_left_behind,
    check_subjects,
    replayed,
)
from governance.audit.models import AuditEntry, AuditKey, AuditLeaf
from governance.audit.notes import BadNote, Verifier, parse_vkey
from governance.audit.rotation import retirements, trusted_keys
from governance.audit.snapshots import snapshot
from governance.audit.tree_checks import check_tree
from governance.audit.verification import Fold, Kind, Problem, Verification, Watch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Fold", "Kind", "Problem", "Verification", "verify_log"]


def verify_log(
    *,
    folds: Sequence[Fold] = (),
    vkeys: Sequence[str] = (),
    outside: Sequence[str] = (),
    watch: Watch | None = None,
) -> Verification:
    """Check every byte of the log as it stands now; writers may go on meanwhile.

    `vkeys` are public keys got on another way; without them the keys in the database are believed.
    `outside` are notes of checkpoints that were kept outside: with a stolen key a log can be
    rewritten whole, and only these show it. `watch` is told how far it is.

    Raises:
        governance.audit.verification.Stopped: as the watch asked.
    """
    outcome, watch = Verification(), watch or Watch()
    with snapshot():
        brought = [parse_vkey(vkey) for vkey in vkeys]
        verifiers = trusted_keys(brought) if brought else _own_verifiers(outcome)
        outcome.add(_guarded(_missing_triggers()))
        watch.begin("entries", AuditEntry.objects.count())
        outcome.add(_guarded(check_entries(outcome, watch)))
        outcome.add(_guarded(check_subjects()))
        outcome.add(_guarded(check_left_behind()))
        watch.begin("leaves", AuditLeaf.objects.count())
        outcome.add(_guarded(check_tree(outcome, verifiers, outside, retirements(), watch)))
        for fold in folds:
            watch.begin(fold.subject_type)
            watch.step(0)
            outcome.add(_guarded(_replay(fold)))
    return outcome


def _replay(fold: Fold) -> Iterator[Problem]:
    yield from fold(replayed(fold.subject_type))


def _guarded(problems: Iterable[Problem]) -> Iterator[Problem]:
    """A check that meets rows of impossible types reports so and ends; the others still run."""
    try:
        yield from problems
    except (AttributeError, LookupError, TypeError, ValueError, DatabaseError) as error:
        yield Problem(Kind.UNREADABLE, f"a row cannot be read: {error!r}")


def _own_verifiers(outcome: Verification) -> list[Verifier]:
    verifiers = []
    for vkey in AuditKey.objects.values_list("vkey", flat=True):
        try:
            verifiers.append(parse_vkey(vkey))
        except BadNote as error:
            outcome.add([Problem(Kind.UNREADABLE, f"a key of the log is none: {error}")])
    return verifiers


def _missing_triggers() -> Iterator[Problem]:
    with connection.cursor() as cursor:
        cursor.execute(triggers.installed_sql(connection.vendor))
        installed = dict(cursor.fetchall())
    for name, definition in triggers.definitions(connection.vendor).items():
        if installed.get(name) != definition:
            text = f"the trigger {name} is gone or hollow"
            yield Problem(Kind.TRIGGER_MISSING, text)
