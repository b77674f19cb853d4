"""The page of a validation of what is used: why it is due, what was found, what may be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, QuerySet, Subquery, UUIDField
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import can, held_against
from governance.access.separation import Part
from governance.actors import Actor
from governance.inventory.models import ModelVersion, RegisteredModel
from governance.inventory.states import State
from workflows.cases.models import Revalidation, Task, UseException
from workflows.cases.naming import label_of
from workflows.lifecycle.queries import next_validation
from workflows.policies.definition import Move, Trigger
from workflows.policies.labels import role_words
from workflows.policies.models import PolicyVersion
from workflows.policies.queries import definition_of


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who is asked now: to do what, by when."""

    who: str
    what: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class RevalidationPage:
    """What the page shows. `exception`: the one that lets it be used meanwhile, or did."""

    revalidation: Revalidation
    title: str
    asked: tuple[Asked, ...]
    exception: UseException | None
    may_decide: bool
    barred: bool


def revalidation_page(actor: Actor, found: Revalidation) -> RevalidationPage:
    """The page as this person sees it."""
    version = found.version
    tasks = found.case.tasks.filter(state=Task.State.OPEN).select_related("person")
    open_ = not found.outcome and found.case.closed_at is None
    holds = open_ and can(actor, Permission.VERSION_VALIDATE, version)
    barred = holds and held_against(actor, Part.VALIDATOR, version.pk) is not None
    return RevalidationPage(
        revalidation=found,
        title=_("Validate {model} {version}").format(
            model=version.model.title, version=label_of(version)
        ),
        asked=tuple(_asked(task) for task in tasks.order_by("due_at")),
        exception=getattr(found, "use_exception", None),
        may_decide=holds and not barred,
        barred=barred,
    )


def _asked(task: Task) -> Asked:
    who = task.person.full_name if task.person else role_words(task.role_id or "")
    return Asked(who[:1].upper() + who[1:], str(task.get_verb_display()), task.due_at)


# In lists ----------------------------------------------------------------------------------------
def with_validations(models: Sequence[RegisteredModel]) -> list[RegisteredModel]:
    """The same models with the open validation of what is used of them: `asked_by`, `asked_case`.

    `excepted_until` is when a live exception ends.
    """
    asked = Revalidation.objects.filter(version__model=OuterRef("pk"), case__closed_at=None)
    asked = asked.exclude(version__state__in=[State.SUBMITTED.value]).order_by("due_on")
    live = UseException.objects.filter(
        version__model=OuterRef("pk"), state=UseException.State.LIVE
    ).order_by("expires_at")
    rows = RegisteredModel.objects.select_related("portfolio", "owner").annotate(
        asked_by=Subquery(asked.values("due_on")[:1]),
        asked_case=Subquery(asked.values("case")[:1], output_field=UUIDField()),
        excepted_until=Subquery(live.values("expires_at")[:1]),
    )
    known = rows.in_bulk([model.pk for model in models])
    return [known[model.pk] for model in models]


def with_judged(versions: QuerySet[ModelVersion]) -> QuerySet[ModelVersion]:
    """Versions with when each was validated last while in use: `judged_at`."""
    judged = Revalidation.objects.filter(version=OuterRef("pk"), decided_at__isnull=False)
    last = judged.order_by("-decided_at").values("decided_at")
    return versions.annotate(judged_at=Subquery(last[:1]))


@dataclass(frozen=True, slots=True)
class NextValidation:
    """By when what is live of a model is validated next, and whether that is over."""

    due_on: date

    @property
    def overdue(self) -> bool:
        """Whether the day is over."""
        return self.due_on < timezone.localdate()


def next_of(
    policy: PolicyVersion, deployed_at: datetime | None, judged_at: datetime | None
) -> NextValidation | None:
    """When the policy asks for the next validation by time; None where it does not."""
    validity = definition_of(policy).moves[Move.APPROVE].validity
    since = max(filter(None, (deployed_at, judged_at)), default=None)
    if since is None or not validity.review_after_days or Trigger.TIME not in validity.review_on:
        return None
    return NextValidation(next_validation(validity, since))
