"""Verification of the whole log: everything is computed again from the lines, nothing believed.

Memory stays bounded at any size: each pass is one ordered reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from governance.audit import triggers
from governance.audit.entry_checks import check_entries, check_subjects, replayed
from governance.audit.models import AuditKey
from governance.audit.notes import parse_vkey
from governance.audit.snapshots import snapshot
from governance.audit.tree_checks import check_tree
from governance.audit.verification import Fold, Kind, Problem, Verification

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Fold", "Kind", "Problem", "Verification", "verify_log"]


def verify_log(
    *, folds: Sequence[Fold] = (), vkeys: Sequence[str] = (), outside: Sequence[str] = ()
) -> Verification:
    """Check every byte of the log as it stands now; writers may go on meanwhile.

    `vkeys` are public keys got on another way; without them the keys in the database are believed.
    `outside` are notes of checkpoints that were kept outside: with a stolen key a log can be
    rewritten whole, and only these show it.
    """
    outcome = Verification()
    with snapshot():
        verifiers = [parse_vkey(vkey) for vkey in vkeys or _own_vkeys()]
        outcome.add(_missing_triggers())
        outcome.add(check_entries(outcome))
        outcome.add(check_subjects())
        outcome.add(check_tree(outcome, verifiers, outside))
        for fold in folds:
            outcome.add(fold(replayed(fold.subject_type)))
    return outcome


def _own_vkeys() -> list[str]:
    return list(AuditKey.objects.values_list("vkey", flat=True))


def _missing_triggers() -> Iterator[Problem]:
    with connection.cursor() as cursor:
        cursor.execute(triggers.installed_sql(connection.vendor))
        installed = {name for (name,) in cursor.fetchall()}
    for name in triggers.names(connection.vendor):
        if name not in installed:
            yield Problem(Kind.TRIGGER_MISSING, f"the database has lost the trigger {name}")
