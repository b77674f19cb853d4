"""What a policy does to cases: simulated for a draft, listed for the one in force, applied."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from governance.access.permissions import Permission
from governance.access.queries import can
from governance.access.requests import actor_of
from governance.actors import Actor
from governance.errors import Conflict, Invalid
from governance.inventory.queries import version_numbered
from workflows.lifecycle import operations as lifecycle
from workflows.lifecycle.queries import (
    MOST_CASES,
    OpenOutcome,
    open_cases_under,
    past_approvals,
    simulated_cases,
    simulated_decisions,
)
from workflows.policies.queries import (
    definition_of,
    draft_by_id,
    policy_for,
    wording_named,
)
from workflows.policies.simulation import Effect, Outcome
from workflows.policies.strictness import looser_in

SHOWN = 10  # cases of a group, by name
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
    cases, past = simulated_cases(actor, draft), simulated_decisions(actor, draft)
    fallen = [row for row in past if row.reasons]
    context = {
        "section": "policies",
        "draft": draft,
        "cases": len(cases),
        "most": MOST_CASES,
        "open": open_cases_under(actor, draft.policy).count(),
        "groups": _groups(cases),
        "past": len(past),
        "stand": len(past) - len(fallen),
        "fallen": fallen,
    }
    part = "effect" if request.headers.get("HX-Request") else "policy_effect"
    return render(request, f"workflows/desk/policies/{part}.html", context)


def _groups(cases: list[OpenOutcome]) -> list[dict[str, Any]]:
    groups = []
    for effect, (tone, icon) in LOOKS.items():
        for more in sorted({_more(c.outcome) for c in cases if c.outcome.effect is effect}):
            rows = [
                {
                    "title": one.outcome.title,
                    "url": _address(one),
                    "why": ", ".join(one.outcome.why),
                }
                for one in cases
                if (one.outcome.effect, _more(one.outcome)) == (effect, more)
            ]
            title = _words(effect, more)
            more_rows = max(0, len(rows) - SHOWN)
            group = {"tone": tone, "icon": icon, "title": title, "rows": rows, "more": more_rows}
            groups.append(group)
    return groups


def _more(outcome: Outcome) -> int:
    """How many people a group's words name; cases that would have nobody are one group."""
    return outcome.more if outcome.effect in {Effect.MORE, Effect.FEWER} else 0


def _address(one: OpenOutcome) -> str:
    version = one.case.version
    return reverse("version", args=[version.model.name, version.number])


def _words(effect: Effect, more: int) -> str:
    number = abs(more)
    if effect is Effect.MORE:
        words = ngettext(
            "would need {number} more person", "would need {number} more people", number
        )
    elif effect is Effect.FEWER:
        words = ngettext(
            "would need {number} person fewer", "would need {number} people fewer", number
        )
    else:
        words = {
            Effect.NOBODY: _("would have nobody"),
            Effect.FAILS: _("would fail a required gate"),
            Effect.SAME: _("would go on as it is"),
        }[effect]
    return words.format(number=number)


@require_GET
def policy_cases(request: HttpRequest, name: str) -> HttpResponse:
    """The open cases of a policy, with the wording each is decided under, and past approvals."""
    actor = actor_of(request)
    version = wording_named(actor, name)
    context = {
        "section": "policies",
        "version": version,
        "rows": [_row(actor, one) for one in simulated_cases(actor, version)],
        "past": past_approvals(actor, version.policy)[:100],
        "crumbs": [
            (_("Policies"), reverse("policies")),
            (str(version.policy), reverse("policy", args=[name])),
            (_("Cases and decisions"), ""),
        ],
    }
    return render(request, "workflows/desk/policies/policy_cases.html", context)


def _row(actor: Actor, one: OpenOutcome) -> dict[str, Any]:
    case, present = one.case, policy_for(one.case.version.model)
    other = present.pk != case.policy_version_id
    looser = looser_in(definition_of(present), definition_of(case.policy_version)) if other else []
    tone, icon = ("warn", "warn") if looser else LOOKS[one.outcome.effect]
    words = _("asks less in part") if looser else _words(one.outcome.effect, one.outcome.more)
    return {
        "case": case,
        "title": one.outcome.title,
        "url": _address(one),
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
