"""Which rules hold for a model, read as frozen values."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from governance.access.models import Portfolio
from governance.access.queries import visible_to
from governance.actors import Actor
from governance.errors import NotFound, Unavailable
from governance.inventory.models import RegisteredModel
from workflows.policies.calendars import Calendar
from workflows.policies.definition import Definition
from workflows.policies.models import BusinessCalendar, PolicyVersion
from workflows.policies.wording import parse


def policy_for(model: RegisteredModel) -> PolicyVersion:
    """The wording in force for a model: its own, else its portfolio's, else its tier's.

    Raises:
        Unavailable: no policy is in force; without rules nobody could decide.
    """
    rows = PolicyVersion.objects.select_related("policy").filter(
        Q(policy__model=model)
        | Q(policy__model=None, policy__portfolio=model.portfolio_id)
        | Q(policy__model=None, policy__portfolio=None),
        policy__tier=model.tier,
        state=PolicyVersion.State.IN_FORCE,
    )
    ordered = sorted(rows, key=_narrowest_first)
    if not ordered:
        raise Unavailable(
            _("No policy is in force for tier {tier}.").format(tier=model.tier),
            remedy=_("An administrator must put one in force."),
        )
    return ordered[0]


def _narrowest_first(version: PolicyVersion) -> tuple[bool, bool]:
    return version.policy.model_id is None, version.policy.portfolio_id is None


def definition_of(version: PolicyVersion) -> Definition:
    """What a wording says."""
    return parse(version.definition)


def calendar_of(version: PolicyVersion) -> Calendar:
    """The business calendar that the due times of a wording count in."""
    return calendar_named(definition_of(version).calendar)


def calendar_named(name: str) -> Calendar:
    """A business calendar by name.

    Raises:
        NotFound: there is none.
    """
    if (row := BusinessCalendar.objects.filter(name=name).first()) is None:
        raise NotFound(
            _("There is no business calendar {name}.").format(name=name),
            remedy=_("Choose one of the calendars on the page of policies."),
            field="calendar",
        )
    days = {date.fromisoformat(day): title for day, title in row.holidays.items()}
    return Calendar(row.name, frozenset(row.weekend), days)


def wordings_for(actor: Actor) -> QuerySet[PolicyVersion]:
    """The wordings in force that an actor may know of: those of tiers, and of places they see.

    By tier, the general one first.
    """
    own = visible_to(actor, RegisteredModel.objects.all())
    places = visible_to(actor, Portfolio.objects.all())
    rows = PolicyVersion.objects.filter(
        Q(policy__portfolio=None) | Q(policy__portfolio__in=places),
        Q(policy__model=None) | Q(policy__model__in=own),
        state=PolicyVersion.State.IN_FORCE,
    )
    found = rows.select_related("policy__portfolio", "policy__model", "put_in_force_by")
    return found.order_by("policy__tier", "policy__name")


def wording_named(actor: Actor, name: str) -> PolicyVersion:
    """The wording in force of one policy.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    if (found := wordings_for(actor).filter(policy__name=name).first()) is None:
        raise NotFound(
            _("There is no policy {name} in force that you can see.").format(name=name),
            remedy=_("Look at the list of policies."),
        )
    return found


def models_under(actor: Actor, version: PolicyVersion) -> int:
    """How many of the models that an actor sees are of the tier and place of a policy."""
    policy = version.policy
    rows = visible_to(actor, RegisteredModel.objects.filter(tier=policy.tier))
    if policy.model_id:
        rows = rows.filter(pk=policy.model_id)
    if policy.portfolio_id:
        rows = rows.filter(portfolio=policy.portfolio_id)
    return rows.count()


def past_wordings(version: PolicyVersion) -> list[PolicyVersion]:
    """All wordings of the same policy, newest first."""
    rows = PolicyVersion.objects.filter(policy=version.policy_id).exclude(
        state=PolicyVersion.State.DRAFT
    )
    return list(rows.select_related("put_in_force_by").order_by("-number"))
