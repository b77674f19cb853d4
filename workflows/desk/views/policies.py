"""What a policy does to cases: simulated for a draft, listed for the one in force, applied."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from governance.access.permissions import Permission
from governance.access.queries import can
from governance.access.requests import actor_of
from governance.actors import Actor
from governance.errors import Conflict, Invalid
from governance.inventory.queries import version_numbered
from workflows.cases.naming import address_of
from workflows.lifecycle import operations as lifecycle
from workflows.lifecycle.queries import (
    ON_A_PAGE,
    OpenOutcome,
    open_cases_under,
    outcomes_in,
    past_approvals,
    simulated_cases,
    simulated_decisions,
)
from workflows.policies.queries import (
    definition_of,
    draft_by_id,
    policies_for,
    policy_for,
    wording_named,
)
from workflows.policies.simulation import Effect, Outcome, effect_words
from workflows.policies.strictness import looser_in

if TYPE_CHECKING:
    from workflows.policies.models import PolicyVersion

PAGE = 50
LOOKS = {
    Effect.NOBODY: ("bad", "bad"),
    Effect.FAILS: ("bad", "bad"),
    Effect.MORE: ("warn", "warn"),
    Effect.FEWER: ("none", "none"),
    Effect.SAME: ("good", "good"),
}


@require_GET
def policy_effect(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """What a draft would do to open cases, and whether past approvals would have stood."""
    actor = actor_of(request)
    draft = draft_by_id(actor, draft_id)
    cases = simulated_cases(actor, draft, most=ON_A_PAGE)
    past = simulated_decisions(actor, draft, most=ON_A_PAGE)
    fallen = [row for row in past.rows if row.reasons]
    context = {
        "section": "policies",
        "draft": draft,
        "cases": cases,
        "groups": _groups(cases.rows),
        "past": past,
        "stand": past.done - len(fallen),
        "fallen": fallen,
    }
    part = "effect" if request.headers.get("HX-Request") else "policy_effect"
    return render(request, f"workflows/desk/policies/{part}.html", context)


def _groups(cases: Sequence[OpenOutcome]) -> list[dict[str, Any]]:
    groups = []
    for effect, (tone, icon) in LOOKS.items():
        for more in sorted({_more(c.outcome) for c in cases if c.outcome.effect is effect}):
            rows = [
                {
                    "title": one.outcome.title,
                    "url": address_of(one.case.version),
                    "why": ", ".join(one.outcome.why),
                }
                for one in cases
                if (one.outcome.effect, _more(one.outcome)) == (effect, more)
            ]
            title = effect_words(effect, more)
            groups.append({"tone": tone, "icon": icon, "title": title, "rows": rows})
    return groups


def _more(outcome: Outcome) -> int:
    """How many people a group's words name; cases that would have nobody are one group."""
    return outcome.more if outcome.effect in {Effect.MORE, Effect.FEWER} else 0


@require_GET
def policy_cases(request: HttpRequest, name: str) -> HttpResponse:
    """The open cases of a policy, with the wording each is decided under, and past approvals."""
    actor = actor_of(request)
    version = wording_named(actor, name)
    rows = open_cases_under(actor, version.policy)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    outcomes = outcomes_in(list(page), version)
    present = policies_for([one.case.version.model for one in outcomes])
    past = past_approvals(actor, version.policy)
    context = {
        "section": "policies",
        "version": version,
        "page": page,
        "rows": [_row(actor, one, present[one.case.version.model_id]) for one in outcomes],
        "past": past[:PAGE],
        "past_total": past.count(),
        "crumbs": [
            (_("Policies"), reverse("policies")),
            (str(version.policy), reverse("policy", args=[name])),
            (_("Cases and decisions"), ""),
        ],
    }
    return render(request, "workflows/desk/policies/policy_cases.html", context)


def _row(actor: Actor, one: OpenOutcome, present: "PolicyVersion") -> dict[str, Any]:
    case = one.case
    other = present.pk != case.policy_version_id
    looser = looser_in(definition_of(present), definition_of(case.policy_version)) if other else []
    tone, icon = ("warn", "warn") if looser else LOOKS[one.outcome.effect]
    words = _("asks less in part") if looser else effect_words(one.outcome.effect, one.outcome.more)
    return {
        "case": case,
        "title": one.outcome.title,
        "url": address_of(one.case.version),
        "other": other,
        "looser": looser,
        "tone": tone,
        "icon": icon,
        "words": words,
        "may": can(actor, Permission.POLICY_APPLY, case.version),
        "key": f"apply_{case.pk.hex}",
    }


@require_POST
def apply_policy(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The stricter wording in force is let hold for an open case."""
    actor = actor_of(request)
    version = version_numbered(actor, name, number)
    policy = policy_for(version.model).policy
    try:
        lifecycle.apply_policy(version.pk, reason=request.POST.get("reason", ""), actor=actor)
    except (Conflict, Invalid) as refusal:
        messages.error(request, f"{refusal.message} {refusal.remedy}".strip())
    else:
        messages.success(request, _("The stricter policy holds for this case from now on."))
    return redirect("policy_cases", policy.name)
