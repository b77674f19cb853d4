"""Changes of what is live: those that are asked for, and what could be asked for."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from governance.access.queries import visible_to
from governance.actors import Actor
from governance.errors import NotFound
from governance.inventory.models import ModelVersion
from governance.inventory.states import State
from governance.reading import ReadEach
from workflows.cases.models import LIVE, Case, LiveChange
from workflows.lifecycle.models import ApprovalRound
from workflows.policies.labels import role_words
from workflows.targets.queries import standing

MEANING = {
    Case.Kind.SUSPEND: gettext_noop(
        "I have read why, and agree that {version} is suspended, as {role}."
    ),
    Case.Kind.RESUME: gettext_noop(
        "I have read why, and agree that {version} is live again, as {role}."
    ),
    Case.Kind.ROLL_BACK: gettext_noop(
        "I have read why, and agree to roll back to {version}, as {role}."
    ),
    Case.Kind.RETIRE: gettext_noop(
        "I have read why, and agree that {version} is retired, as {role}."
    ),
}


def live_change_by_id(actor: Actor, case_id: UUID) -> LiveChange:
    """One change of what is live, by its case.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    rows = visible_to(actor, _whole(LiveChange.objects.filter(case=case_id)))
    if (found := rows.first()) is None:
        raise NotFound(_("There is no such change that you can see."))
    return found


def live_change_of(case_id: UUID) -> LiveChange:
    """The change that a case is about."""
    return _whole(LiveChange.objects.filter(case=case_id)).get()


def open_live_change(model_id: UUID) -> LiveChange | None:
    """What is being asked about the live versions of a model at the moment."""
    rows = LiveChange.objects.filter(
        case__version__model=model_id, case__kind__in=LIVE, case__closed_at=None
    )
    return _whole(rows).first()


def _whole(rows: QuerySet[LiveChange]) -> QuerySet[LiveChange]:
    return rows.select_related(
        "case__version__model__portfolio",
        "case__policy_version__policy",
        "instead__model__portfolio",
        "asked_by",
        "reviewed_by",
        "review_case",
    )


def round_of(change: LiveChange) -> ApprovalRound | None:
    """The round in which people decide on a change; the newest."""
    return change.case.rounds.order_by("-opened_at").first()


@ReadEach
def is_ending(version_ids: Collection[UUID]) -> dict[UUID, bool]:
    """Whether it is signed that a version is suspended or retired, and not carried out yet."""
    rounds = ApprovalRound.objects.filter(
        version__in=version_ids,
        state=ApprovalRound.State.PASSED,
        case__kind__in=[Case.Kind.SUSPEND, Case.Kind.RETIRE],
        case__closed_at=None,
    )
    ending = set(rounds.values_list("version", flat=True))
    return {version: version in ending for version in version_ids}


def returnable(model_id: UUID) -> QuerySet[ModelVersion]:
    """The versions that could come back: those that others have superseded, newest first."""
    rows: QuerySet[ModelVersion] = ModelVersion.objects.filter(
        model=model_id, state=State.SUPERSEDED.value
    )
    return rows.select_related("model__portfolio").order_by("-deployed_at", "-number")


def stands_somewhere(version: ModelVersion) -> bool:
    """Whether a target has the version by the last report, running or stopped."""
    return standing().filter(version=version).exists()


def live_meaning(change: LiveChange, role: str) -> str:
    """The sentence that a signer of a change signs."""
    version = change.case.version
    name = f"{version.model.title} {version.label or version.number}"
    words = _(MEANING[Case.Kind(change.case.kind)])
    return words.format(version=name, role=role_words(role))
