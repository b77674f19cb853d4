"""What somebody looks for by a few words: rows that they may see, pages that open for them.

Each kind of row is one query, narrowed by `visible_to` and cut off at a number; what hangs on
models is looked up by the few models that were found.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import can_anywhere, people_found, reach_of, visible_to
from governance.actors import Actor
from governance.inventory.models import ModelVersion, RegisteredModel
from governance.templatetags.foureyes import state_label
from workflows.cases.models import Case
from workflows.cases.naming import address_of, address_of_case, name_of
from workflows.desk.destinations import open_to
from workflows.lifecycle.queries import tasks_waiting_for
from workflows.policies.models import PolicyVersion
from workflows.policies.queries import wordings_for
from workflows.targets.models import Promotion, Target
from workflows.targets.queries import targets

MOST_WORDS = 6
A_VERSION = re.compile(r"v?(\d{1,9}(?:\.\d+)*)\Z", re.IGNORECASE)
A_PULL_REQUEST = re.compile(r"[#!]?(\d{1,9})\Z")


@dataclass(frozen=True, slots=True)
class Found:
    """One thing to go to: an icon, or the state of a version, stands before its title."""

    title: str
    url: str
    icon: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """Things of one kind; `more` leads to all of them where there are more than are shown."""

    title: str
    rows: tuple[Found, ...]
    more: str = ""


def find(actor: Actor, text: str, most: int) -> list[FoundGroup]:
    """What matches the words, at most so many of a kind; without words, where people mostly go."""
    words = text.split()[:MOST_WORDS]
    groups = _by_words(actor, words, most) if words else [_waiting(actor, most)]
    groups.append(_destinations(actor, words, most if words else 4 * most))
    return [group for group in groups if group.rows]


def _by_words(actor: Actor, words: list[str], most: int) -> list[FoundGroup]:
    models = list(_models(actor, words)[: most + 1])
    ids, tail = [model.pk for model in models], A_VERSION.match(words[-1])
    near = ids
    if len(words) > 1 and tail:
        near = [model.pk for model in _models(actor, words[:-1])[:most]]
    versions = list(_versions(actor, near, tail.group(1) if near is not ids and tail else "", most))
    about = {*ids, *(version.model_id for version in versions)}
    places = list(targets(actor))
    return [
        _model_group(models, words, most),
        FoundGroup(_("Versions"), tuple(_version(one) for one in versions)),
        FoundGroup(_("Open cases"), tuple(_cases(actor, about, most))),
        FoundGroup(_("Deployments"), tuple(_promotions(actor, about, words, places, most))),
        FoundGroup(_("People"), tuple(_people(actor, words, most))),
        FoundGroup(_("Policies"), tuple(_policies(actor, words, most))),
        FoundGroup(_("Targets"), tuple(_targets(actor, words, places, most))),
    ]


def _models(actor: Actor, words: Iterable[str]) -> QuerySet[RegisteredModel]:
    """Models in whose title or name each of the words stands."""
    rows = visible_to(actor, RegisteredModel.objects.select_related("portfolio"))
    for word in words:
        rows = rows.filter(Q(title__icontains=word) | Q(name__icontains=word))
    return rows.order_by("title", "id")


def _model_group(models: Sequence[RegisteredModel], words: list[str], most: int) -> FoundGroup:
    asked = urlencode({"q": " ".join(words)})
    more = f"{reverse('inventory')}?{asked}" if len(models) > most else ""
    rows = (
        Found(one.title, reverse("model", args=[one.name]), "models", one.portfolio.title)
        for one in models[:most]
    )
    return FoundGroup(_("Models"), tuple(rows), more)


def _versions(
    actor: Actor, model_ids: list[UUID], number: str, most: int
) -> Iterable[ModelVersion]:
    """The newest versions of these models, or those of a number or label."""
    if not model_ids:
        return ()
    rows = ModelVersion.objects.filter(model__in=model_ids).select_related("model")
    if number:
        exactly = Q(number=number) if number.isdigit() else Q()
        rows = rows.filter(Q(label__istartswith=number) | exactly)
    return visible_to(actor, rows).order_by("model__title", "-number")[:most]


def _version(version: ModelVersion) -> Found:
    return Found(name_of(version), address_of(version), version.state, state_label(version.state))


def _cases(actor: Actor, model_ids: Iterable[UUID], most: int) -> Iterable[Found]:
    rows = Case.objects.filter(closed_at=None, version__model__in=model_ids)
    rows = rows.select_related("version__model", "reviews").order_by("-opened_at")
    return (_case(case, str(case.get_kind_display())) for case in visible_to(actor, rows)[:most])


def _case(case: Case, detail: str) -> Found:
    return Found(name_of(case.version), address_of_case(case), "inbox", detail)


def _promotions(
    actor: Actor, model_ids: Iterable[UUID], words: list[str], places: Sequence[Target], most: int
) -> Iterable[Found]:
    """Promotions of these models, or the one whose pull request has the number that was typed."""
    about = Q(version__model__in=model_ids)
    if len(words) == 1 and (number := A_PULL_REQUEST.match(words[0])):
        about |= Q(
            pull_request__number=number.group(1),
            pull_request__forge__in={place.forge for place in places},
            pull_request__repository__in={place.repository for place in places},
        )
    rows = Promotion.objects.filter(about).select_related("target", "version__model")
    rows = rows.select_related("pull_request").order_by("-created_at")
    return (_promotion(one) for one in visible_to(actor, rows)[:most])


def _promotion(promotion: Promotion) -> Found:
    version, pulled = promotion.version, getattr(promotion, "pull_request", None)
    title = f"{name_of(version)} → {promotion.target.name}"
    state = str(promotion.get_state_display())
    if pulled is None:
        return Found(title, reverse("promotion", args=[promotion.pk]), "branch", state)
    here = pulled.forge == "local"  # others lead away: their promotion links to them
    url = pulled.url if here else reverse("promotion", args=[promotion.pk])
    return Found(title, url, "merge", f"{pulled}, {state}")


def _people(actor: Actor, words: list[str], most: int) -> Iterable[Found]:
    if not can_anywhere(actor, Permission.PERSON_VIEW):
        return ()
    rows = people_found(" ".join(words)).prefetch_related(None).order_by("full_name")[:most]
    return (
        Found(one.full_name, reverse("person", args=[one.pk]), "person", one.email) for one in rows
    )


def _policies(actor: Actor, words: list[str], most: int) -> Iterable[Found]:
    """By title as the reader reads it; those of whole tiers are few, and translated."""
    rows = wordings_for(actor).filter(
        Q(policy__portfolio=None, policy__model=None)
        | Q(policy__title__icontains=words[0])
        | Q(policy__name__icontains=words[0])
    )
    found = (row for row in rows if _stand_in(words, f"{row.policy} {row.policy.name}"))
    return [_policy(row) for row, _turn in zip(found, range(most), strict=False)]


def _policy(row: PolicyVersion) -> Found:
    return Found(str(row.policy), reverse("policy", args=[row.policy.name]), "shield")


def _targets(
    actor: Actor, words: list[str], places: Sequence[Target], most: int
) -> Iterable[Found]:
    reach = reach_of(actor)
    rows = [one for one in places if _stand_in(words, f"{one.name} {one.repository}")][:most]
    for one in rows:
        changes = reach.allows(Permission.TARGET_CHANGE, one)
        url = reverse("change_target", args=[one.pk]) if changes else reverse("targets")
        yield Found(one.name, url, "flag", one.repository)


def _stand_in(words: list[str], text: str) -> bool:
    known = text.casefold()
    return all(word.casefold() in known for word in words)


def _waiting(actor: Actor, most: int) -> FoundGroup:
    """What waits for the reader, the most urgent first."""
    rows = tasks_waiting_for(actor).select_related("case__version__model", "case__reviews")
    rows = rows.order_by("due_at")
    found = [_case(task.case, str(task.get_verb_display())) for task in rows[: most + 1]]
    more = reverse("inbox") if len(found) > most else ""
    return FoundGroup(_("Waits for you"), tuple(found[:most]), more)


def _destinations(actor: Actor, words: list[str], most: int) -> FoundGroup:
    title = _("Pages and actions") if words else _("Go to")
    found = (
        Found(str(one.title), reverse(one.page) + one.place, one.icon)
        for one, _turn in zip(open_to(reach_of(actor), words), range(most), strict=False)
    )
    return FoundGroup(title, tuple(found))
