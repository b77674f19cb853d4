"""What the digests of many rounds are made of, read for all of them at once."""

from collections.abc import Collection, Mapping
from typing import NamedTuple
from uuid import UUID

from governance.evaluation.queries import comparison_of, gates_of
from governance.inventory.models import ModelVersion
from governance.inventory.queries import artifacts_of, champion_of, evidence_of, findings_of
from governance.reading import one_reading
from workflows.cases.models import LIVE, Case
from workflows.lifecycle.queries.conditions import standing_conditions
from workflows.lifecycle.queries.content import decided_in, digest_of, passed_rounds, report_of
from workflows.lifecycle.queries.live_parts import approval_of, change_in, shall_stand
from workflows.lifecycle.queries.revalidations import exception_of
from workflows.lifecycle.queries.waivers import waivers_of
from workflows.policies.definition import Move
from workflows.targets.queries import route_through, standing_in

OF_A_VERSION = (
    gates_of,
    waivers_of,
    comparison_of,
    artifacts_of,
    evidence_of,
    findings_of,
    standing_conditions,
    report_of,
    exception_of,
)


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
        _read_parts(matters.values())
        _read_live_parts([one.case.pk for one in matters.values() if one.case.kind in LIVE])
        return {key: digest_of(*matter) for key, matter in matters.items()}


def _read_parts(matters: Collection[Matter]) -> None:
    versions = {one.version.pk for one in matters}
    for reading in OF_A_VERSION:
        reading.ahead(versions)
    route_through.ahead({one.version.model.portfolio_id for one in matters})
    cases = {one.case.pk for one in matters}
    passed_rounds.ahead(cases)
    decided_in.ahead(
        passed.pk
        for case in cases
        for passed in passed_rounds(case)
        if passed.move == Move.VALIDATE
    )


def _read_live_parts(cases: Collection[UUID]) -> None:
    change_in.ahead(cases)
    versions = [shall_stand(change_in(case))[0] for case in cases]
    approval_of.ahead({one.pk for one in versions})
    artifacts_of.ahead({one.pk for one in versions})
    for reading in (champion_of, standing_in):
        reading.ahead({one.model_id for one in versions})
    route_through.ahead({one.model.portfolio_id for one in versions})
