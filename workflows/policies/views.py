"""Policies to be read: which rules hold, and what they ask for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from governance.access.requests import actor_of
from workflows.policies.queries import (
    definition_of,
    models_under,
    past_wordings,
    wording_named,
    wordings_for,
)
from workflows.policies.reading import sections_of, tiers_in_words


@require_GET
def policies(request: HttpRequest) -> HttpResponse:
    """The policies in force."""
    actor = actor_of(request)
    rows = [
        {"version": version, "facts": tiers_in_words(definition_of(version))}
        for version in wordings_for(actor)
    ]
    context = {"section": "policies", "rows": rows}
    return render(request, "workflows/policies/policies.html", context)


@require_GET
def policy(request: HttpRequest, name: str) -> HttpResponse:
    """One policy, read like a document."""
    actor = actor_of(request)
    version = wording_named(actor, name)
    definition = definition_of(version)
    context = {
        "section": "policies",
        "version": version,
        "sections": sections_of(definition),
        "margin": definition.margin,
        "models": models_under(actor, version),
        "wordings": past_wordings(version),
        "crumbs": [(_("Policies"), reverse("policies")), (str(version.policy), "")],
    }
    return render(request, "workflows/policies/policy.html", context)
