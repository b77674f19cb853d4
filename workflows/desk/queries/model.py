"""Everything that the page of a model shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import can, holders_of, visible_to
from governance.actors import Actor
from governance.audit.queries import EntryView, entries, views_of
from governance.evaluation.labels import metric_title
from governance.evaluation.models import ComparisonReport
from governance.inventory.models import ModelVersion, RegisteredModel
from governance.inventory.queries import model_named, versions_of
from governance.inventory.states import State
from governance.monitoring.figures import KpiFigure
from governance.monitoring.labels import broken_words
from governance.monitoring.models import Alert, Threshold
from governance.monitoring.queries import alerts_for, kpi_figures, thresholds_of
from workflows.cases.naming import label_of
from workflows.desk.queries.deciders import short_of_people
from workflows.desk.queries.deployments import open_alarms
from workflows.desk.queries.inbox import CaseRow, waiting_rows, waiting_tasks
from workflows.desk.queries.lists import Narrowing
from workflows.desk.queries.revalidation import NextValidation, next_of, with_judged
from workflows.desk.timeline import PERSON, SYSTEM, TimelineEntry
from workflows.gitops.models import PromotionAlarm
from workflows.lifecycle.queries import Agreed, agreed_to
from workflows.policies.models import PolicyVersion
from workflows.policies.queries import policy_for
from workflows.targets.models import Promotion
from workflows.targets.queries import standing

SHOWN_HISTORY = 30
# What a reader of a model's page wants to see of its log; the rest stands in each dossier.
TOLD = r"^(alert|decision|model|threshold|version)\."
SUBJECTS = ("alert", "model", "version")
# What is shown of a version in one number, by what its model predicts.
LEADING = ("auc", "rmse", "macro_auc")
PEOPLE = ("model_developer", "model_validator", "risk_officer", "mlops_engineer")


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version in the table: what was measured and what to know."""

    version: ModelVersion
    label: str
    value: str
    verdict: str


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert with what it says."""

    alert: Alert
    words: str


def alert_rows(alerts: Iterable[Alert]) -> list[AlertRow]:
    """The lines of these alerts."""
    return [
        AlertRow(one, broken_words(one.kpi, one.value, one.bound, one.threshold)) for one in alerts
    ]


@dataclass(frozen=True, slots=True)
class ModelPage:
    """One model and all that is known of it; of its alerts the page shows some at a time."""

    model: RegisteredModel
    versions: tuple[VersionRow, ...]
    champion: VersionRow | None
    agreed: tuple[Agreed, ...]
    standing: tuple[Promotion, ...]
    alarms: tuple[PromotionAlarm, ...]
    policy: PolicyVersion
    figures: tuple[KpiFigure, ...]
    thresholds: tuple[Threshold, ...]
    alerts: QuerySet[Alert]
    open_alerts: int
    waiting: tuple[CaseRow, ...]
    people: tuple[tuple[str, str], ...]
    short: str
    history: tuple[TimelineEntry, ...]
    may_set_threshold: bool
    may_set_tier: bool
    may_submit: bool
    validation: NextValidation | None = None

    @property
    def measure(self) -> str:
        """What the one number of each version is."""
        kinds = dict(zip(RegisteredModel.Kind.values, LEADING, strict=True))
        return str(metric_title(kinds[self.model.kind]))


def model_page(actor: Actor, name: str) -> ModelPage:
    """The page of a model.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    model = model_named(actor, name)
    policy = policy_for(model)
    versions = version_rows(list(with_judged(versions_of(actor, model))), actor)
    alerts = alerts_for(actor).filter(version__model=model)
    champion = next((r for r in versions if r.version.state == State.DEPLOYED.value), None)
    standing_now = tuple(_standing(actor, model))
    return ModelPage(
        model=model,
        versions=tuple(versions),
        champion=champion,
        agreed=tuple(agreed_to(champion.version)) if champion else (),
        standing=standing_now,
        alarms=tuple(open_alarms(standing_now).values()) if standing_now else (),
        policy=policy,
        figures=tuple(kpi_figures(model.pk)),
        thresholds=tuple(thresholds_of(model.pk)),
        alerts=alerts.order_by(F("closed_at").desc(nulls_first=True), "-raised_at", "pk"),
        open_alerts=alerts.filter(closed_at=None).count(),
        waiting=tuple(_waiting(actor, model)),
        people=tuple(_people(model)),
        short=short_of_people(model, policy),
        history=tuple(_history(model, [row.version for row in versions], alerts)),
        may_set_threshold=can(actor, Permission.THRESHOLD_SET, model),
        may_set_tier=can(actor, Permission.MODEL_SET_TIER, model),
        may_submit=can(actor, Permission.VERSION_CREATE, model),
        validation=_next_validation(policy, champion),
    )


def _next_validation(policy: PolicyVersion, champion: VersionRow | None) -> NextValidation | None:
    if champion is None:
        return None
    judged_at = getattr(champion.version, "judged_at", None)
    return next_of(policy, champion.version.deployed_at, judged_at)


def version_rows(versions: Sequence[ModelVersion], actor: Actor) -> list[VersionRow]:
    """The lines of these versions with what their newest comparison found."""
    rows = ComparisonReport.objects.filter(version__in=versions).order_by("completed_at")
    facts = visible_to(actor, rows).values_list("version", "verdict", "payload__metrics")
    measured = {version: (verdict, metrics) for version, verdict, metrics in facts}
    return [_version_row(version, *measured.get(version.pk, ("", ()))) for version in versions]


def _version_row(version: ModelVersion, verdict: str, metrics: Sequence[Any]) -> VersionRow:
    value = next((line["challenger"] for line in metrics if line["metric"] in LEADING), "")
    return VersionRow(version, label_of(version), value or "", verdict)


def _standing(actor: Actor, model: RegisteredModel) -> QuerySet[Promotion]:
    rows = visible_to(actor, standing()).filter(version__model=model)
    return rows.select_related("target", "version", "pull_request").order_by("target__position")


def _waiting(actor: Actor, model: RegisteredModel) -> list[CaseRow]:
    tasks = waiting_tasks(actor, Narrowing()).filter(case__version__model=model)
    return waiting_rows(list(tasks), actor)


def _people(model: RegisteredModel) -> list[tuple[str, str]]:
    titles = {
        "model_developer": _("Developers"),
        "model_validator": _("Validators"),
        "risk_officer": _("Risk officers"),
        "mlops_engineer": _("MLOps"),
    }
    found = [(titles[role], holders_of([role], model)) for role in PEOPLE]
    return [(title, ", ".join(str(person) for person in people)) for title, people in found]


def _history(
    model: RegisteredModel, versions: Sequence[ModelVersion], alerts: QuerySet[Alert]
) -> list[TimelineEntry]:
    """The newest entries about a model, its versions and alerts, newest first.

    What is told of an alert is that it was raised and that it was closed: those that were so last
    are all that the newest entries can be about.
    """
    labels = {version.pk: label_of(version) for version in versions}
    raised = alerts.order_by("-raised_at").values_list("pk", flat=True)
    closed = alerts.exclude(closed_at=None).order_by("-closed_at").values_list("pk", flat=True)
    about = [model.pk, *labels, *raised[:SHOWN_HISTORY], *closed[:SHOWN_HISTORY]]
    rows = entries().filter(subject_type__in=SUBJECTS, subject_id__in=about, action__regex=TOLD)
    views = views_of(rows[:SHOWN_HISTORY])
    return [_line(view, labels.get(view.line.subject_id, "")) for view in views]


def _line(view: EntryView, label: str) -> TimelineEntry:
    by_product = view.line.author.kind == SYSTEM
    what = _("{what}: {version}").format(what=view.label, version=label) if label else view.label
    return TimelineEntry(
        who=view.actor_name,
        kind=SYSTEM if by_product else PERSON,
        what=what if by_product else f"· {what}",
        state="",
        quote=view.personal.get("reason", "") or view.personal.get("comment", ""),
        quote_note="",
        at=view.line.occurred_at,
        number=view.index,
        url=_entry_address(view.id),
    )


def _entry_address(entry_id: UUID) -> str:
    try:
        return reverse("entry", args=[entry_id])
    except NoReverseMatch:
        return ""
