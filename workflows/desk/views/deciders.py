"""Who could decide today: about one version, or about the next one of a model."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from governance.access.permissions import Permission
from governance.access.queries import can_anywhere
from governance.access.requests import actor_of
from governance.inventory.queries import model_named, version_numbered
from workflows.cases.naming import label_of, name_of
from workflows.desk.queries.deciders import Deciders, deciders_of_model, deciders_of_version

PAGE = "workflows/desk/deciders.html"


@require_GET
def version_deciders(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """For each decision: who could take it on this version, and why others cannot."""
    version = version_numbered(actor_of(request), name, number)
    model = version.model
    back = reverse("version", args=[model.name, number])
    crumbs = [
        (_("Models"), reverse("inventory")),
        (model.name, reverse("model", args=[model.name])),
        (label_of(version), back),
    ]
    title = name_of(version)
    return _page(request, title, deciders_of_version(version), back, crumbs)


@require_GET
def model_deciders(request: HttpRequest, name: str) -> HttpResponse:
    """The same for the next version, which nobody has had a hand in yet."""
    model = model_named(actor_of(request), name)
    back = reverse("model", args=[model.name])
    crumbs = [(_("Models"), reverse("inventory")), (model.name, back)]
    return _page(request, model.title, deciders_of_model(model), back, crumbs)


def _page(
    request: HttpRequest,
    title: str,
    found: list[Deciders],
    back: str,
    crumbs: list[tuple[str, str]],
) -> HttpResponse:
    context = {
        "section": "models",
        "title": title,
        "found": found,
        "back": back,
        "crumbs": [*crumbs, (_("Who could decide today"), "")],
        "may_view_person": can_anywhere(actor_of(request), Permission.PERSON_VIEW),
    }
    return render(request, PAGE, context)
