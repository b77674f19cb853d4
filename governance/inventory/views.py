"""Registering a model. Lists and the page of a model belong to the desk, which sees more."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.access.permissions import Permission
from governance.access.queries import portfolios_where, require
from governance.access.requests import actor_of
from governance.actors import Actor
from governance.errors import FoureyesError
from governance.inventory.forms import RegisterModelForm
from governance.inventory.operations import register_model as register

if TYPE_CHECKING:
    from governance.inventory.models import RegisteredModel


@require_http_methods(["GET", "POST"])
def register_model(request: HttpRequest) -> HttpResponse:
    """The form of a new model, and its answer: errors stand beside what was typed."""
    actor = actor_of(request)
    portfolios = portfolios_where(actor, Permission.MODEL_REGISTER)
    if not portfolios.exists():
        require(actor, Permission.MODEL_REGISTER)
    form = RegisterModelForm(request.POST or None, portfolios=portfolios)
    if form.is_valid() and (model := _registered(form, actor)):
        messages.success(request, _("{title} is registered.").format(title=model.title))
        return redirect("model", model.name)
    context = {"form": form, "section": "models", "crumbs": _crumbs()}
    return render(request, "governance/inventory/register_model.html", context, status=form.status)


def _registered(form: RegisterModelForm, actor: Actor) -> "RegisteredModel | None":
    facts = {**form.cleaned_data, "portfolio": form.cleaned_data["portfolio"].name}
    try:
        return register(**facts, actor=actor)
    except FoureyesError as refusal:
        form.refuse(refusal)
        return None


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Models"), reverse("inventory")), (_("Register a model"), "")]
