"""The risk tier: answers, what they come to, another tier with a reason, and what it does."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.access.permissions import Permission
from governance.access.queries import model_named, require
from governance.access.requests import actor_of
from governance.errors import Invalid
from governance.inventory.forms import TierForm
from governance.inventory.operations import TierFacts
from governance.inventory.operations import set_tier as write
from governance.inventory.tiers import Complexity, Use
from workflows.desk.queries.tier import rules_of_tiers, tier_preview


@require_http_methods(["GET", "POST"])
def set_tier(request: HttpRequest, name: str) -> HttpResponse:
    """The button `preview` computes and changes nothing; the other one sets it."""
    actor = actor_of(request)
    model = model_named(actor, name)
    require(actor, Permission.MODEL_SET_TIER, model)
    form = TierForm(request.POST or None, model=model)
    preview = None
    if form.is_valid():
        facts, override = _facts(form.cleaned_data), form.cleaned_data["override"]
        preview = tier_preview(model, facts, override)
        if "preview" not in request.POST:
            reason = form.cleaned_data["reason"]
            try:
                found = write(model, facts, override=override, reason=reason, actor=actor)
            except Invalid as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("It is tier {tier} now.").format(tier=found.tier))
                return redirect("model", name)
    context = {
        "section": "models",
        "model": model,
        "form": form,
        "preview": preview,
        "rules": rules_of_tiers(),
        "crumbs": [
            (_("Models"), reverse("inventory")),
            (model.name, reverse("model", args=[name])),
            (_("Risk tier"), ""),
        ],
    }
    return render(request, "workflows/desk/set_tier.html", context, status=form.status)


def _facts(typed: dict[str, Any]) -> TierFacts:
    return TierFacts(typed["exposure_millions"], Use(typed["use"]), Complexity(typed["complexity"]))
