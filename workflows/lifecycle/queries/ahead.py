"""What the digests of many rounds are made of, read for all of them at once."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from governance.errors import Invalid
from governance.evaluation.queries import comparison_of, gates_of
from governance.inventory.models import ModelVersion
from governance.inventory.queries import artifacts_of, champion_of, evidence_of, findings_of
from governance.reading import ReadEach, one_reading
from workflows.cases.models import LIVE, Case
from workflows.lifecycle.queries.conditions import standing_conditions
from workflows.lifecycle.queries.content import (
    decided_in,
    digest_of,
    passed_round,
    passed_rounds,
    report_of,
)
from workflows.lifecycle.queries.live_parts import approval_of, change_in, shall_stand
from workflows.lifecycle.queries.revalidations import exception_of
from workflows.lifecycle.queries.waivers import waivers_of
from workflows.policies.definition import Move
from workflows.targets.queries import route_through, standing_in

Readings = tuple[ReadEach[UUID, Any], ...]
OF_A_VERSION: Readings = (waivers_of, comparison_of, artifacts_of, evidence_of, findings_of)
OF_AN_APPROVAL: Readings = (standing_conditions, report_of)
OF_A_MODEL: Readings = (champion_of, standing_in)


class Matter(NamedTuple):
    """What a decision would be about: the case with its policy, the version with its portfolio."""

    version: ModelVersion
    case: Case
    move: Move


def digests_of(matters: Mapping[UUID, Matter]) -> dict[UUID, str | None]:
    """The digests that decisions would bind to now, by the same keys as the matters.

    The number of queries does not grow with them.
    """
    if not matters:
        return {}
    with one_reading():
        read_ahead(matters.values())
        return {key: _digest(matter) for key, matter in matters.items()}


def _digest(matter: Matter) -> str | None:
    """One whose targets can give no files keeps nobody from the others."""
    try:
        return digest_of(*matter)
    except Invalid:
        return None


def read_ahead(matters: Collection[Matter]) -> None:
    """Read what the digests of these are made of; within `one_reading`."""
    gates_of.ahead({one.version.pk for one in matters})
    approvals = [one for one in matters if one.move is Move.APPROVE]
    submitted = [one for one in matters if one.case.kind not in LIVE]
    _read_parts([*submitted, *approvals])
    _read_approvals([one for one in approvals if one.case.kind not in LIVE])
    _read_live_parts({one.case.pk for one in matters if one.case.kind in LIVE})


def _read_parts(matters: Collection[Matter]) -> None:
    for reading in OF_A_VERSION:
        reading.ahead({one.version.pk for one in matters})
    route_through.ahead({one.version.model.portfolio_id for one in matters})


def _read_approvals(matters: Collection[Matter]) -> None:
    for reading in OF_AN_APPROVAL:
        reading.ahead({one.version.pk for one in matters})
    passed_rounds.ahead({one.case.pk for one in matters})
    validated = {one.version.pk: passed_round(one.case, Move.VALIDATE) for one in matters}
    decided_in.ahead(found.pk for found in validated.values() if found)
    exception_of.ahead(version for version, found in validated.items() if not found)


def _read_live_parts(cases: Collection[UUID]) -> None:
    change_in.ahead(cases)
    versions = [shall_stand(change_in(case))[0] for case in cases]
    approval_of.ahead({one.pk for one in versions})
    artifacts_of.ahead({one.pk for one in versions})
    for reading in OF_A_MODEL:
        reading.ahead({one.model_id for one in versions})
    route_through.ahead({one.model.portfolio_id for one in versions})
