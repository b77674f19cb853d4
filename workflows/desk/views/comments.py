"""Comments on a version: the first wording stands on the page of the case, changes on their own."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from governance.access.permissions import Permission
from governance.access.queries import require
from governance.access.requests import actor_of
from governance.errors import Conflict, Invalid
from governance.inventory.queries import version_numbered
from workflows.cases import operations
from workflows.cases.queries import callable_about, callable_begun, comment_by_id
from workflows.desk.forms import CommentOnVersionForm
from workflows.desk.queries.timeline import wording_of

if TYPE_CHECKING:
    from governance.inventory.models import ModelVersion

MOST_SUGGESTED, LONGEST_NAME = 8, 60


@require_http_methods(["GET", "POST"])
def comment_version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Who can be called stands beside the field; what is refused comes back here."""
    version = version_numbered(actor_of(request), name, number)
    return _commenting(request, version, None)


@require_http_methods(["GET", "POST"])
def change_comment(request: HttpRequest, name: str, number: int, comment_id: UUID) -> HttpResponse:
    """Another wording of an own comment; the earlier one stays in the log and on the page."""
    actor = actor_of(request)
    version = version_numbered(actor, name, number)
    return _commenting(request, version, comment_by_id(actor, comment_id).pk)


@require_GET
@vary_on_headers("HX-Request")
def callable_people(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Whoever can be called by what was begun behind the @; without htmx the page with all."""
    actor = actor_of(request)
    version = version_numbered(actor, name, number)
    require(actor, Permission.VERSION_COMMENT, version)
    if not request.headers.get("HX-Request"):
        return redirect("comment_version", name, number)
    found = callable_begun(version, request.GET.get("q", "")[:LONGEST_NAME])
    context = {"people": found[:MOST_SUGGESTED], "more": len(found) > MOST_SUGGESTED}
    return render(request, "workflows/desk/callable_people.html", context)


def _commenting(
    request: HttpRequest, version: "ModelVersion", replaces: UUID | None
) -> HttpResponse:
    actor = actor_of(request)
    require(actor, Permission.VERSION_COMMENT, version)
    kept = {"text": wording_of(version.pk, replaces) if replaces else ""}
    form = CommentOnVersionForm(request.POST or None, initial=kept)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            written = operations.comment_version(
                version.pk, **form.cleaned_data, replaces=replaces, actor=actor
            )
        except (Conflict, Invalid) as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            messages.success(request, _("Your comment stands in the timeline."))
            page = reverse("version", args=[version.model.name, version.number])
            return redirect(f"{page}#comment-{written.pk}")
    asked = reverse("callable_people", args=[version.model.name, version.number])
    form.fields["text"].widget.attrs["data-mentions"] = asked
    people = sorted(callable_about(version).items(), key=lambda one: one[1].full_name)
    context = {
        "form": form,
        "version": version,
        "people": people,
        "replaces": replaces,
        "section": "models",
    }
    return render(request, "workflows/desk/comment_version.html", context, status=status)
