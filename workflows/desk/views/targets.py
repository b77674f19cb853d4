"""Targets and forges: where versions go, and how we get there."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access.permissions import Permission
from governance.access.queries import can, require, require_anywhere
from governance.access.requests import actor_of
from governance.errors import FoureyesError
from workflows.desk.forms.places import (
    AddTargetForm,
    ChangeTargetForm,
    ConnectionForm,
    TargetForm,
    TokenForm,
)
from workflows.desk.queries.target import facts_of, history_of, history_rows, may_change
from workflows.desk.queries.targets import (
    TargetPreview,
    forge_names,
    new_target,
    portfolios_for_targets,
    preview_of,
    target_by_id,
    targets_page,
    under_way_at,
)
from workflows.desk.views.lists import listed, narrowing_of, page_of
from workflows.gitops import operations
from workflows.targets.operations import add_target as add
from workflows.targets.operations import change_target as change

if TYPE_CHECKING:
    from workflows.targets.models import Target


@require_GET
def targets(request: HttpRequest) -> HttpResponse:
    """The route and the connections that the reader may see."""
    context = {"page": targets_page(actor_of(request)), "section": "deployments"}
    return render(request, "workflows/desk/targets.html", context)


@require_GET
def target(request: HttpRequest, target_id: UUID) -> HttpResponse:
    """One target, and the history of what went there, narrowed by the address."""
    actor = actor_of(request)
    row = target_by_id(actor, target_id)
    page = page_of(request, history_of(row, actor, narrowing_of(request)))
    context = {
        "section": "deployments",
        "target": row,
        "facts": facts_of(row),
        "may_change": may_change(actor, row),
        "page": page,
        "rows": history_rows(list(page), actor),
    }
    return listed(request, "workflows/desk/target_history.html", actor, context)


@require_http_methods(["GET", "POST"])
def add_target(request: HttpRequest) -> HttpResponse:
    """A new place where versions go; the button `preview` shows what it would get."""
    actor = actor_of(request)
    require_anywhere(actor, Permission.TARGET_ADD)
    places = {one.name: one for one in portfolios_for_targets(actor)}
    choices = [(key, str(one.title)) for key, one in places.items()]
    if can(actor, Permission.TARGET_ADD):
        choices.insert(0, ("", _("every portfolio")))
    form = AddTargetForm(request.POST or None, forges=forge_names(), portfolios=choices)
    preview = None
    if request.method == "POST" and form.is_valid():
        name, place = form.cleaned_data["name"], places.get(form.cleaned_data["portfolio"])
        try:
            if "preview" not in request.POST:
                row = add(name=name, portfolio=place, **form.settings(), actor=actor)
                messages.success(request, _("{name} is on the route.").format(name=row.name))
                return redirect("targets")
            preview = preview_of(new_target(name, place), form.settings(), actor)
        except FoureyesError as refusal:
            form.refuse(refusal)
    return _target_page(request, form, preview)


@require_http_methods(["GET", "POST"])
def change_target(request: HttpRequest, target_id: UUID) -> HttpResponse:
    """Other settings; the button `preview` shows what would be written, and changes nothing."""
    actor = actor_of(request)
    row = target_by_id(actor, target_id)
    require(actor, Permission.TARGET_CHANGE, row)
    begin = ChangeTargetForm.initial_of(row)
    form = ChangeTargetForm(request.POST or None, forges=forge_names(row.forge), initial=begin)
    preview = None
    if request.method == "POST" and form.is_valid():
        try:
            if "preview" not in request.POST:
                change(target_id, **form.settings(), actor=actor)
                messages.success(request, _("{name} is changed.").format(name=row.name))
                return redirect("targets")
            preview = preview_of(row, form.settings(), actor)
        except FoureyesError as refusal:
            form.refuse(refusal)
    return _target_page(request, form, preview, row)


def _target_page(
    request: HttpRequest,
    form: TargetForm,
    preview: TargetPreview | None,
    target: "Target | None" = None,
) -> HttpResponse:
    context = {
        "form": form,
        "preview": preview,
        "target": target,
        "under_way": under_way_at(target) if target else 0,
        "section": "deployments",
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "workflows/desk/target.html", context, status=status)


@require_http_methods(["GET", "POST"])
def add_connection(request: HttpRequest) -> HttpResponse:
    """A new way to a forge."""
    actor, form = actor_of(request), ConnectionForm(request.POST or None)
    require(actor, Permission.CONNECTION_ADD)
    if request.method == "POST" and form.is_valid():
        try:
            row = operations.add_connection(**form.cleaned_data, actor=actor)
        except FoureyesError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("{name} is added. Test it now.").format(name=row.name))
            return redirect("targets")
    context = {"form": form, "section": "deployments"}
    return render(request, "workflows/desk/add_connection.html", context)


@require_http_methods(["GET", "POST"])
def renew_token(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Another token in the old one's place."""
    actor, form = actor_of(request), TokenForm(request.POST or None)
    row = operations.connection_by_id(connection_id, actor)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        facts["webhook_secret"] = facts["webhook_secret"] or None
        try:
            operations.renew_token(connection_id, **facts, actor=actor)
        except FoureyesError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The token of {name} is renewed.").format(name=row.name))
            return redirect("targets")
    context = {"form": form, "connection": row, "section": "deployments"}
    return render(request, "workflows/desk/renew_token.html", context)


@require_POST
def test_connection(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Try the way to the repository of one target behind it."""
    row = operations.test_connection(
        connection_id,
        repository=request.POST.get("repository", ""),
        base_branch=request.POST.get("base_branch", "") or "main",
        actor=actor_of(request),
    )
    passed = all(check["ok"] for check in row.checks)
    words = _("{name} works.") if passed else _("{name} does not work: read the lines of its test.")
    (messages.success if passed else messages.warning)(request, words.format(name=row.name))
    return redirect("targets")


@require_POST
def switch_connection(request: HttpRequest, connection_id: UUID) -> HttpResponse:
    """Off, so that nothing of ours reaches the forge, or on again."""
    active = request.POST.get("active") == "yes"
    operations.switch_connection(connection_id, active=active, actor=actor_of(request))
    return redirect("targets")
