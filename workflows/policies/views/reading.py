"""Policies to be read: which rules hold, what they ask for, and what they were before."""

from itertools import pairwise

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from governance.access.permissions import Permission
from governance.access.queries import can, can_anywhere
from governance.access.requests import actor_of
from workflows.policies.narrowing import looser_than
from workflows.policies.queries import (
    calendars,
    definition_of,
    draft_named,
    drafts_for,
    head_of,
    models_under,
    past_wordings,
    wording_named,
    wordings_for,
)
from workflows.policies.reading import sections_of, tiers_in_words
from workflows.policies.yaml_form import write_policy
from workflows.policies.yaml_texts import text_difference


@require_GET
def policies(request: HttpRequest) -> HttpResponse:
    """The policies in force, and drafts."""
    actor = actor_of(request)
    wordings = list(wordings_for(actor))
    rows = [
        {
            "version": version,
            "facts": tiers_in_words(definition_of(version)),
            "rests": bool(looser_than(version, wordings)),
        }
        for version in wordings
    ]
    context = {
        "section": "policies",
        "rows": rows,
        "drafts": drafts_for(actor),
        "calendars": calendars(),
        "may_draft": can_anywhere(actor, Permission.POLICY_DRAFT),
    }
    return render(request, "workflows/policies/policies.html", context)


@require_GET
def policy(request: HttpRequest, name: str) -> HttpResponse:
    """One policy, read like a document."""
    actor = actor_of(request)
    version = wording_named(actor, name)
    definition, tier = definition_of(version), version.policy.tier
    context = {
        "section": "policies",
        "version": version,
        "sections": sections_of(definition),
        "wider": looser_than(version, wordings_for(actor).filter(policy__tier=tier)),
        "margin": definition.margin,
        "calendar": definition.calendar,
        "models": models_under(actor, version),
        "wordings": past_wordings(version),
        "draft": draft_named(actor, name),
        "may_draft": can(actor, Permission.POLICY_DRAFT, version.policy),
        "crumbs": [(_("Policies"), reverse("policies")), (str(version.policy), "")],
    }
    return render(request, "workflows/policies/policy.html", context)


@require_GET
def policy_versions(request: HttpRequest, name: str) -> HttpResponse:
    """Every wording of a policy, and what each changed in the one before."""
    actor = actor_of(request)
    version = wording_named(actor, name)
    wordings = past_wordings(version)
    former = {later.pk: earlier for later, earlier in pairwise(wordings)}
    rows = [
        {"wording": one, "difference": text_difference(former.get(one.pk), one)} for one in wordings
    ]
    context = {
        "section": "policies",
        "version": version,
        "rows": rows,
        "crumbs": [
            (_("Policies"), reverse("policies")),
            (str(version.policy), reverse("policy", args=[name])),
            (_("Versions"), ""),
        ],
    }
    return render(request, "workflows/policies/policy_versions.html", context)


@require_GET
def export_policy(request: HttpRequest, name: str) -> HttpResponse:
    """The wording in force as a YAML file."""
    version = wording_named(actor_of(request), name)
    text = write_policy(head_of(version.policy), definition_of(version))
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}-v{version.number}.yaml"'
    return answer
