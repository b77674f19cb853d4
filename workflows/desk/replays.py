"""The list of replays: what entries tell, against what tables say. `audit_verify --replay` runs it.

A raw change of business data leaves no entry, and so shows here: `governance.audit.verify` hands in
the entries, each subject's pure `replay` folds them, and the rows are read beside them.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, groupby
from typing import TYPE_CHECKING, Final

from governance.access.models import RoleAssignment
from governance.access.operations.assigning import granted_facts
from governance.access.replay import LATER, fold_assignment
from governance.audit.canonical import moment
from governance.audit.commitments import paths_of
from governance.audit.entry_checks import replayed
from governance.audit.queries import erased_values
from governance.audit.verify import Kind, Problem
from governance.inventory.models import ModelVersion
from governance.inventory.replay import fold_version
from governance.trail.replay import fold_erasures
from workflows.lifecycle.queries import decisions_about
from workflows.lifecycle.replay import decision, fold_decisions
from workflows.policies.models import Policy, PolicyVersion
from workflows.policies.queries import digest_of_wording, digests_shipped
from workflows.policies.replay import beyond_shipped, fold_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from uuid import UUID

    from governance.audit.lines import Line
    from governance.audit.verify import Fold

    Told = dict[str, object]

CHUNK: Final = 500
MOST_SHOWN: Final = 80


class TableFold:
    """Compares what entries of one type of subject tell with rows, both in the order of ids."""

    def __init__(
        self,
        subject_type: str,
        fold: Callable[[Iterable[Line]], Told],
        rows: Callable[[], Iterator[tuple[UUID, Told]]],
        later: Collection[str] = (),
    ) -> None:
        """`later`: facts that earlier releases did not tell; compared where an entry does."""
        self.subject_type = subject_type
        self._later = frozenset(later)
        self._fold = fold
        self._rows = rows

    def __call__(self, entries: Iterator[Line], /) -> Iterator[Problem]:
        """What differs, in both directions."""
        rows = self._rows()
        row = next(rows, None)
        for subject_id, lines in groupby(entries, key=lambda line: line.subject_id):
            while row is not None and row[0] < subject_id:
                yield self._problem(row[0], "there is a row that no entry tells of")
                row = next(rows, None)
            told = self._fold(lines)
            if row is not None and row[0] == subject_id:
                yield from self._differences(subject_id, told, row[1])
                row = next(rows, None)
            elif told:  # what was drafted and discarded leaves neither
                yield self._problem(subject_id, "the row that entries tell of is gone")
        while row is not None:
            yield self._problem(row[0], "there is a row that no entry tells of")
            row = next(rows, None)

    def _differences(self, subject_id: UUID, told: Told, row: Told) -> Iterator[Problem]:
        for name in sorted(told.keys() | row.keys() - self._later):
            if told.get(name) != row.get(name):
                log, table = (str(side.get(name))[:MOST_SHOWN] for side in (told, row))
                yield self._problem(subject_id, f"{name} is {table}, in the log {log}")

    def _problem(self, subject_id: UUID, text: str) -> Problem:
        return Problem(Kind.REPLAY_DIFFERS, f"{self.subject_type} {subject_id}: {text}")


class ErasureFold:
    """Compares what was erased beside the log with the entries of erasures and of retention."""

    subject_type = "erasure"

    def __call__(self, entries: Iterator[Line], /) -> Iterator[Problem]:
        """What was erased without an entry, and what an entry says is gone and is not."""
        told = fold_erasures(chain(entries, replayed("retention")))
        for at, values in erased_values():
            found, due = paths_of(values), told.pop(moment(at), None)
            if found != due:
                said = f"{due.number} values or others" if due else "nothing of it"
                yield self._problem(f"{found.number} values at {moment(at)}, in the log {said}")
        for said_at, kept in told.items():
            yield self._problem(f"nothing at {said_at}, in the log {kept.number} values")

    def _problem(self, text: str) -> Problem:
        return Problem(Kind.REPLAY_DIFFERS, f"personal values: erased are {text}")


def replays() -> list[Fold]:
    """Every replay there is."""
    return [
        ErasureFold(),
        TableFold("assignment", fold_assignment, _assignments, LATER),
        TableFold("policy", fold_policy, _policies),
        TableFold("version", fold_version, _versions),
        TableFold("version", fold_decisions, _decisions),
    ]


def _assignments() -> Iterator[tuple[UUID, Told]]:
    rows = RoleAssignment.objects.select_related("portfolio", "model").order_by("pk")
    for row in rows.iterator(chunk_size=CHUNK):
        yield row.pk, granted_facts(row) | {"revoked": row.revoked_at is not None}


def _policies() -> Iterator[tuple[UUID, Told]]:
    """Policies with what goes beyond the wording that ships; without that, none."""
    shipped = digests_shipped()
    for policy in Policy.objects.prefetch_related("versions").order_by("pk"):
        told: Told = {"in force": 0}
        for row in policy.versions.all():
            told[f"wording {row.number}"] = digest_of_wording(row.definition)
            if row.state == PolicyVersion.State.IN_FORCE:
                told["in force"] = row.number
        if rest := beyond_shipped(told, shipped[policy.name] if policy.shipped else ""):
            yield policy.pk, rest


def _versions() -> Iterator[tuple[UUID, Told]]:
    rows = ModelVersion.objects.select_related("model", "retrained_from")
    rows = rows.prefetch_related("artifacts", "evidence")
    for row in rows.order_by("pk").iterator(chunk_size=CHUNK):
        yield (
            row.pk,
            {
                "model": row.model.name,
                "number": row.number,
                "label": row.label,
                "state": row.state,
                "moved": row.audit_seq,
            }
            | ({"retrained_from": row.retrained_from.number} if row.retrained_from else {})
            | {f"artifact {file.name}": file.sha256 for file in row.artifacts.all()}
            | {f"evidence {file.name}": file.sha256 for file in row.evidence.all()},
        )


def _decisions() -> Iterator[tuple[UUID, Told]]:
    rows = ModelVersion.objects.order_by("pk").values_list("pk", flat=True)
    chunk: list[UUID] = []
    for pk in rows.iterator(chunk_size=CHUNK):
        chunk.append(pk)
        if len(chunk) == CHUNK:
            yield from _decided(chunk)
            chunk = []
    yield from _decided(chunk)


def _decided(versions: list[UUID]) -> Iterator[tuple[UUID, Told]]:
    told: dict[UUID, Told] = defaultdict(dict)
    for version_id, row in decisions_about(versions):
        told[version_id][f"decision {row.pk}"] = decision(
            row.person_id, row.role_id, row.kind, row.digest
        )
    yield from ((pk, told[pk]) for pk in versions)
