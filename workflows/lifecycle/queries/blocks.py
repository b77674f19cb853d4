"""What keeps people from deciding, read for many cases at once; `against.py` says it of one.

The number of queries does not grow with the cases.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, Subquery, UUIDField
from django.utils import timezone

from governance.evaluation.models import ComparisonReport
from governance.inventory.models import Evidence, ModelVersion
from governance.inventory.states import State
from workflows.cases.models import Case, UseException
from workflows.lifecycle.models import ApprovalRound
from workflows.lifecycle.queries.enough import Left, left_in_rounds
from workflows.lifecycle.queries.revalidations import holding_exceptions
from workflows.policies.definition import Move
from workflows.policies.queries import definition_of

Rounds = Mapping[UUID, ApprovalRound]


@dataclass(frozen=True, slots=True)
class Blocks:
    """What stands against a case besides its gates and findings.

    `aged` names evidence that is too old to count; `outrun`: another champion went live since the
    comparison; `ended`: the exception for its use before validation has; `left`: who can decide.
    """

    aged: tuple[str, ...] = ()
    outrun: bool = False
    ended: bool = False
    left: Left | None = None


def blocks_of(cases: Sequence[Case], rounds: Rounds) -> dict[UUID, Blocks]:
    """The blocks of these cases, by case."""
    submissions = [case for case in cases if case.kind == Case.Kind.SUBMISSION]
    left, aged = left_in_rounds(rounds, cases), _aged(submissions, rounds)
    outrun, ended = _outrun_and_ended(submissions)
    return {
        case.pk: Blocks(
            aged.get(case.pk, ()),
            outrun=case.pk in left and case.version_id in outrun,
            ended=_is_approved_now(case, rounds) and case.version_id in ended,
            left=left.get(case.pk),
        )
        for case in cases
    }


def _is_approved_now(case: Case, rounds: Rounds) -> bool:
    return case.pk in rounds and rounds[case.pk].move == Move.APPROVE


def _outrun_and_ended(cases: Sequence[Case]) -> tuple[set[UUID], set[UUID]]:
    """The versions compared with a former champion, and those used by an exception that is over."""
    newest = ComparisonReport.objects.filter(version=OuterRef("pk")).order_by("-completed_at")
    live = ModelVersion.objects.filter(model=OuterRef("model"), state=State.DEPLOYED.value)
    passed = ApprovalRound.objects.filter(
        version=OuterRef("pk"), move=Move.VALIDATE, state=ApprovalRound.State.PASSED
    )
    excepted = UseException.objects.filter(version=OuterRef("pk"))
    rows = ModelVersion.objects.filter(pk__in=[case.version_id for case in cases]).values_list(
        "pk",
        Subquery(newest.values("pk")[:1]),
        Subquery(newest.values("champion")[:1], output_field=UUIDField()),
        Subquery(live.values("pk")[:1]),
        Exists(excepted) & ~Exists(passed) & ~Exists(holding_exceptions(OuterRef("pk"))),
    )
    outrun, ended = set(), set()
    for version, comparison, against, champion, over in rows:
        outrun |= {version} if comparison and against != champion else set()
        ended |= {version} if over else set()
    return outrun, ended


def _aged(cases: Sequence[Case], rounds: Rounds) -> dict[UUID, tuple[str, ...]]:
    """By case the evidence that no longer counts; asks only where a policy says so."""
    oldest = {case.pk: found for case in cases if (found := _oldest(case, rounds))}
    wanted = [case for case in cases if case.pk in oldest]
    since = _uploads([case.version_id for case in wanted]) if wanted else {}
    return {
        case.pk: tuple(name for name, at in since.get(case.version_id, ()) if at < oldest[case.pk])
        for case in wanted
    }


def _oldest(case: Case, rounds: Rounds) -> datetime | None:
    """Since when evidence counts for what is asked now; None: however old it is."""
    move = Move(rounds[case.pk].move) if case.pk in rounds else None
    rules = definition_of(case.policy_version).moves[move] if move else None
    days = rules.validity.evidence_max_age_days if rules else 0
    return timezone.now() - timedelta(days=days) if days else None


def _uploads(versions: Sequence[UUID]) -> dict[UUID, list[tuple[str, datetime]]]:
    """The evidence of these versions, and when its bytes were first uploaded for the model."""
    same = Evidence.objects.filter(
        version__model=OuterRef("version__model"), sha256=OuterRef("sha256")
    )
    first = same.order_by().values("sha256").annotate(first=Min("uploaded_at")).values("first")
    rows = Evidence.objects.filter(version__in=versions).order_by("name")
    found: dict[UUID, list[tuple[str, datetime]]] = {}
    for version, name, at in rows.values_list("version", "name", Subquery(first)):
        found.setdefault(version, []).append((name, at))
    return found
