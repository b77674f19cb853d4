"""Scored tables: taken in after all of it was read, and read again when it is measured."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from uuid import UUID

from governance.actors import Actor
from governance.errors import Invalid
from governance.evaluation.scored_data import (
    ScoredColumns,
    ScoredData,
    Told,
    UnreadableScores,
    check_scored,
    read_scored,
)
from governance.evaluation.scored_inputs import kinds_of
from governance.inventory.models import Evidence, ModelVersion
from governance.inventory.operations import add_evidence
from governance.inventory.queries import (
    columns_remembered,
    files_named,
    scored_data_of,
    version_by_id,
)
from governance.inventory.storage import Stored, kept_if_named, path_of
from governance.sentences import sentence as _


def add_scored_data(
    version_id: UUID, *, name: str, stored: Stored, columns: ScoredColumns, actor: Actor
) -> Evidence:
    """Adds a version's scored table, after reading all of it in a process of its own.

    What the table predicts is what the model was registered for.

    Raises:
        Invalid: a column is missing or a row is bad; message and field name row and column.
        and all that `add_evidence` raises.
    """
    columns = replace(columns, kind=version_by_id(actor, version_id).model.kind)
    with _refusing():
        check_scored(path_of(stored.sha256), columns)
    return add_evidence(
        version_id,
        name=name,
        kind=Evidence.Kind.SCORED_DATA,
        stored=stored,
        columns=columns.as_plain(),
        actor=actor,
    )


def upload_evidence(
    version_id: UUID,
    *,
    name: str,
    kind: str,
    stored: Stored,
    columns: Mapping[str, str],
    actor: Actor,
) -> Evidence:
    """Adds a file as evidence; a scored table only after all of it was read.

    Where no column is named, those of the model's newest scored table are meant if they are all
    there, else those of the usual names. The bytes of a file that is refused go at once.

    Raises:
        as `add_scored_data` and `add_evidence`.
    """
    with kept_if_named(stored, files_named):
        if kind == Evidence.Kind.SCORED_DATA:
            return _upload_table(version_id, name, stored, columns, actor)
        return add_evidence(
            version_id, name=name, kind=kind, stored=stored, columns={}, actor=actor
        )


def _upload_table(
    version_id: UUID, name: str, stored: Stored, columns: Mapping[str, str], actor: Actor
) -> Evidence:
    add = partial(add_scored_data, version_id, name=name, stored=stored, actor=actor)
    if not columns and (known := columns_remembered(version_by_id(actor, version_id).model_id)):
        named = ScoredColumns.from_plain(known)
        try:
            return add(columns=named)
        except Invalid as error:
            if not _lacks_column(error):
                raise
    return add(columns=ScoredColumns.from_plain(columns))


def _lacks_column(error: Invalid) -> bool:
    """Whether a table was refused by its header, before any of its rows was read."""
    cause = error.__cause__
    return isinstance(cause, UnreadableScores) and cause.refusal.code.startswith("column_missing")


def scored(version: ModelVersion, told: Told | None = None) -> tuple[ScoredData, str]:
    """A version's scored table and its digest; `told` hears how many rows were read.

    Raises:
        Invalid: it came without one, or the file cannot be read any more.
    """
    evidence = scored_data_of(version.pk)
    if evidence is None:
        raise Invalid(
            _("{version} came without scored data.", version=str(version)),
            remedy=_("Upload a table with its scores and what happened, with the next version."),
            field="scored_data",
        )
    columns = replace(
        ScoredColumns.from_plain(evidence.columns), inputs=kinds_of(version.input_schema)
    )
    return _read(evidence.sha256, columns, told), evidence.sha256


def _read(sha256: str, columns: ScoredColumns, told: Told | None = None) -> ScoredData:
    with _refusing():
        return read_scored(path_of(sha256), columns, told)


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except UnreadableScores as error:
        raise Invalid(error.said, remedy=error.advice, field="scored_data") from error
