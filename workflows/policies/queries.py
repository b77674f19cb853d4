"""Which rules hold for a model, read as frozen values."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

import rfc8785
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.models import Portfolio
from governance.access.permissions import Permission
from governance.access.queries import holdings_in, roles, visible_to
from governance.actors import Actor
from governance.errors import NotFound, Unavailable
from governance.inventory.models import RegisteredModel
from governance.sentences import Words
from governance.sentences import sentence as said
from workflows.policies.calendars import Calendar
from workflows.policies.definition import Definition, Move
from workflows.policies.feasibility import House, Site, unsatisfiable
from workflows.policies.freezes import frozen_until
from workflows.policies.models import BusinessCalendar, Freeze, Policy, PolicyVersion
from workflows.policies.narrowing import holding, is_written_for, wider_first
from workflows.policies.plain_reader import Problem
from workflows.policies.shipped import SHIPPED
from workflows.policies.wording import parse
from workflows.policies.yaml_form import Head


def policy_for(model: RegisteredModel) -> PolicyVersion:
    """The wording in force for a model: its own, else its portfolio's, else its tier's.

    A narrower one that asks less than a wider one is passed over (`narrowing.py`).

    Raises:
        Unavailable: no policy is in force; without rules nobody could decide.
    """
    return policies_for([model])[model.pk]


def policies_for(models: Collection[RegisteredModel]) -> dict[UUID, PolicyVersion]:
    """The same for each of these models. One query.

    Raises:
        Unavailable: no policy is in force for one of them.
    """
    rows = PolicyVersion.objects.select_related("policy").filter(
        Q(policy__model__in=models)
        | Q(policy__model=None, policy__portfolio__in={model.portfolio_id for model in models})
        | Q(policy__model=None, policy__portfolio=None),
        policy__tier__in={model.tier for model in models},
        state=PolicyVersion.State.IN_FORCE,
    )
    wordings = wider_first(rows)
    return {model.pk: _holding_for(model, wordings) for model in models}


def _holding_for(model: RegisteredModel, wordings: Iterable[PolicyVersion]) -> PolicyVersion:
    written = [one for one in wordings if is_written_for(one.policy, model)]
    if not written:
        raise Unavailable(
            _("No policy is in force for tier {tier}.").format(tier=model.tier),
            remedy=_("An administrator must put one in force."),
        )
    return holding(written)


def in_force_of_tier(tier: int) -> list[PolicyVersion]:
    """Every wording in force in a tier, wherever it holds."""
    rows = PolicyVersion.objects.filter(policy__tier=tier, state=PolicyVersion.State.IN_FORCE)
    return list(rows.select_related("policy__portfolio", "policy__model"))


def definition_of(version: PolicyVersion) -> Definition:
    """What a wording says."""
    return _parsed(json.dumps(version.definition))


@lru_cache(maxsize=64)
def _parsed(text: str) -> Definition:
    """Wordings are few and asked for at every step; what they say is frozen."""
    return parse(json.loads(text))


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


def wordings_for(
    actor: Actor, state: PolicyVersion.State = PolicyVersion.State.IN_FORCE
) -> QuerySet[PolicyVersion]:
    """The wordings in force that an actor may know of: those of tiers, and of places they see.

    By tier, the general one first.
    """
    own = visible_to(actor, RegisteredModel.objects.all())
    places = visible_to(actor, Portfolio.objects.all())
    rows = PolicyVersion.objects.filter(
        Q(policy__portfolio=None) | Q(policy__portfolio__in=places),
        Q(policy__model=None) | Q(policy__model__in=own),
        state=state,
    )
    found = rows.select_related(
        "policy__portfolio", "policy__model", "put_in_force_by", "drafted_by"
    )
    return found.order_by("policy__tier", "policy__name")


def drafts_for(actor: Actor) -> QuerySet[PolicyVersion]:
    """The drafts of policies that an actor may know of."""
    return wordings_for(actor, PolicyVersion.State.DRAFT)


def draft_by_id(actor: Actor, draft_id: UUID) -> PolicyVersion:
    """One draft.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    if (found := drafts_for(actor).filter(pk=draft_id).first()) is None:
        raise NotFound(
            _("There is no such draft that you can see."), remedy=_("It may be in force by now.")
        )
    return found


def draft_named(actor: Actor, name: str) -> PolicyVersion | None:
    """The draft of a policy, if there is one."""
    return drafts_for(actor).filter(policy__name=name).first()


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


def former_of(draft: PolicyVersion) -> PolicyVersion | None:
    """The wording in force that a draft would replace."""
    rows = PolicyVersion.objects.filter(policy=draft.policy_id)
    return rows.filter(state=PolicyVersion.State.IN_FORCE).first()


def wording_of_tier(tier: int) -> PolicyVersion:
    """The wording in force for every portfolio in a tier.

    Raises:
        Unavailable: there is none to begin from.
    """
    rows = PolicyVersion.objects.filter(state=PolicyVersion.State.IN_FORCE)
    found = rows.filter(policy__tier=tier, policy__portfolio=None, policy__model=None).first()
    if found is None:
        raise Unavailable(
            _("No policy is in force for tier {tier}.").format(tier=tier),
            remedy=_("An administrator must put one in force."),
        )
    return found


def calendars() -> list[tuple[str, str]]:
    """The business calendars: name and title."""
    return [(row.name, str(row)) for row in BusinessCalendar.objects.all()]


def calendar_title(name: str) -> str:
    """What a business calendar is called."""
    return str(BusinessCalendar.objects.get(name=name))


def models_under(actor: Actor, version: PolicyVersion) -> int:
    """How many of the models that an actor sees are of the tier and place of a policy."""
    return visible_to(actor, models_of(version.policy)).count()


def models_of(policy: Policy) -> QuerySet[RegisteredModel]:
    """The models of the tier and place of a policy, those with narrower rules among them."""
    rows: QuerySet[RegisteredModel] = RegisteredModel.objects.filter(tier=policy.tier)
    if policy.model_id:
        return rows.filter(pk=policy.model_id)
    return rows.filter(portfolio=policy.portfolio_id) if policy.portfolio_id else rows


def past_wordings(version: PolicyVersion) -> list[PolicyVersion]:
    """All wordings of the same policy, newest first."""
    rows = PolicyVersion.objects.filter(policy=version.policy_id).exclude(
        state=PolicyVersion.State.DRAFT
    )
    return list(rows.select_related("put_in_force_by").order_by("-number"))


def head_of(policy: Policy) -> Head:
    """Which policy it is, as its text says it."""
    return Head(
        name=policy.name,
        title=policy.title,
        tier=policy.tier,
        portfolio=policy.portfolio.name if policy.portfolio else "",
        model=policy.model.name if policy.model else "",
    )


def digest_of_wording(plain: Mapping[str, Any]) -> str:
    """SHA-256 over the RFC 8785 form of a wording, as 64 hex digits."""
    return sha256(rfc8785.dumps(dict(plain))).hexdigest()


def digests_shipped() -> dict[str, str]:
    """The digest of each wording that ships, by the name of its policy."""
    return {name: digest_of_wording(plain) for name, _title, _tier, plain in SHIPPED}


# Whether anybody could satisfy it --------------------------------------------------------------
def site_of(policy: Policy) -> Site:
    """What a policy is held against: roles, calendars, and the people of its places."""
    permits = {
        role.pk: frozenset(row.permission for row in role.permissions.all()) for role in roles()
    }
    builders = {role for role, given in permits.items() if Permission.VERSION_CREATE in given}
    places = _places(policy)
    return Site(
        permits=permits,
        calendars=frozenset(BusinessCalendar.objects.values_list("name", flat=True)),
        houses=tuple(_house(place, builders) for place in places),
    )


def unsatisfied(policy: Policy, definition: Definition) -> list[Problem]:
    """Why nobody could satisfy a definition where a policy holds; empty when people can."""
    return unsatisfiable(definition, site_of(policy))


def _places(policy: Policy) -> Iterable[Portfolio | RegisteredModel]:
    """Where a policy is lived: its model, its portfolio, or every portfolio with such models."""
    if policy.model is not None:
        return [policy.model]
    if policy.portfolio is not None:
        return [policy.portfolio]
    return Portfolio.objects.filter(models__tier=policy.tier).distinct()


def _house(place: Portfolio | RegisteredModel, builders: set[str]) -> House:
    holders = holdings_in(place)
    developers = frozenset(person for person, held in holders.items() if held & builders)
    return House(place.title, holders, developers)


# Freezes -----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Hold:
    """What keeps versions from going live: why, and until when; no end: until it is lifted."""

    words: Words
    until: datetime | None
    freeze: Freeze | None = None


def hold_over(
    model: RegisteredModel, definition: Definition, at: datetime | None = None
) -> Hold | None:
    """What keeps a model's versions from going live, now or at a time: the longest hold."""
    moment = at or timezone.now()
    rows = freezes_at(moment).filter(_covering(model)).select_related("set_by")
    holds = [_stopped(row) for row in rows] + _windows(definition, timezone.localdate(moment))
    return max(holds, key=_lasting, default=None)


def _lasting(hold: Hold) -> tuple[bool, datetime]:
    return hold.until is None, hold.until or timezone.now()


def _covering(model: RegisteredModel) -> Q:
    here = Q(portfolio=model.portfolio_id, model=None) | Q(model=model.pk)
    return here | Q(portfolio=None, model=None)


def freezes_at(moment: datetime) -> QuerySet[Freeze]:
    """The freezes that hold at a moment, or held: what was lifted later held until then."""
    lasting = Q(ends_at=None) | Q(ends_at__gt=moment)
    held = Q(lifted_at=None) | Q(lifted_at__gt=moment)
    return Freeze.objects.filter(lasting, held, begins_at__lte=moment, set_at__lte=moment)


def _stopped(row: Freeze) -> Hold:
    words = said("The line is stopped by {name}: {reason}", name=str(row.set_by), reason=row.reason)
    return Hold(words, row.ends_at, row)


def _windows(definition: Definition, today: date) -> list[Hold]:
    """The windows of a wording in which nothing is approved or goes live."""
    found = []
    for move in (Move.APPROVE, Move.DEPLOY):
        for window in definition.moves[move].freezes:
            if (last := frozen_until(window, today)) is not None:
                words = said("Frozen by the policy: {title}", title=window.title)
                found.append(Hold(words, _end_of(last)))
    return found


def _end_of(day: date) -> datetime:
    tomorrow = min(day, date.max - timedelta(days=1)) + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time()))


def freezes_for(actor: Actor) -> QuerySet[Freeze]:
    """Every freeze that an actor may know of, the newest first: also of the whole organisation."""
    rows = Freeze.objects.select_related("portfolio", "model", "set_by", "lifted_by")
    seen = visible_to(actor, RegisteredModel.objects.all())
    rows = rows.filter(Q(model=None) | Q(model__in=seen))
    return visible_to(actor, rows).order_by("-set_at")


def freeze_by_id(actor: Actor, freeze_id: UUID) -> Freeze:
    """One freeze.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    if (found := freezes_for(actor).filter(pk=freeze_id).first()) is None:
        raise NotFound(_("There is no such freeze that you can see."))
    return found
