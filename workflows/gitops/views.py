"""The embedded forge's own screens: all pull requests, one of them, its merge and its end."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from governance.access.requests import actor_of
from governance.errors import Conflict, FoureyesError, Invalid
from governance.evaluation.labels import gate_note, gate_title
from governance.reports.numbers import ABOUT_FILES, limit
from workflows.gitops import operations
from workflows.gitops.body import GateLine, SignedLine, gates_in, sections, signed_in
from workflows.gitops.forms import CloseForm
from workflows.gitops.queries import (
    pull_request_by_number,
    pull_request_counts,
    pull_request_view,
    pull_requests_in,
)
from workflows.lifecycle.queries import kind_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from governance.actors import Actor
    from workflows.gitops.queries import MayMerge, PullRequestView

PAGE = 50
TABS = ("open", "merged", "closed")
# Sections that only programs read; a person opens them.
FOLDED = {"For machines", "Checkpoint of the log"}


OURS = ".foureyes/"


@require_GET
def pull_requests(request: HttpRequest) -> HttpResponse:
    """The pull requests of one state, newest first."""
    actor, state = actor_of(request), request.GET.get("state", "")
    state = state if state in TABS else TABS[0]
    page = Paginator(pull_requests_in(actor, state), PAGE).get_page(request.GET.get("page"))
    counts = pull_request_counts(actor)
    context = {
        "section": "deployments",
        "state": state,
        "page": page,
        "tabs": _tabs(counts, state),
        "summary": _summary(counts.get("open", 0)),
    }
    return render(request, "workflows/gitops/pull_requests.html", context)


def _summary(waiting: int) -> str:
    if not waiting:
        return _("None waits for a merge.")
    return ngettext("{n} waits for a merge.", "{n} wait for a merge.", waiting).format(n=waiting)


def _tabs(counts: Mapping[str, int], state: str) -> list[dict[str, Any]]:
    words = {"open": _("Open"), "merged": _("Merged"), "closed": _("Closed")}
    return [
        {
            "label": words[tab],
            "count": counts.get(tab, 0),
            "url": f"?state={tab}",
            "current": tab == state,
        }
        for tab in TABS
    ]


@require_GET
def pull_request(request: HttpRequest, repository: str, number: int) -> HttpResponse:
    """Everything that whoever merges must know, and why they may or may not."""
    return _page(request, repository, number)


def _page(
    request: HttpRequest,
    repository: str,
    number: int,
    *,
    refused: FoureyesError | None = None,
    close_form: CloseForm | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    view = pull_request_view(pull_request_by_number(actor, repository, number), actor)
    parts = _sections(view)
    context = {
        "section": "deployments",
        "view": view,
        "plain": [one for one in parts if not one["folded"]],
        "folded": [one for one in parts if one["folded"]],
        "files": [diff for diff in view.diffs if not diff.path.startswith(OURS)],
        "companions": [diff for diff in view.diffs if diff.path.startswith(OURS)],
        "mergers": [*(_merger(one, actor) for one in view.mergers), _nobody_else()],
        "settling": view.remote.state != "open" and view.row.promotion.state == "open",
        "refused": refused,
        "close_form": close_form or CloseForm(auto_id="close_%s"),
    }
    status = refused.status if refused else 200
    return render(request, "workflows/gitops/pull_request.html", context, status=status)


def _sections(view: PullRequestView) -> list[dict[str, Any]]:
    """The body's sections, those for programs last; the files stand between, see the template."""
    found = sorted(sections(view.remote.body), key=lambda one: one.title in FOLDED)
    return [
        {
            "heading": one.heading,
            "blocks": one.blocks,
            "folded": one.title in FOLDED,
            "signed": [_signed(line) for line in signed_in(one)],
            "gates": [_gate(line, view) for line in gates_in(one)],
        }
        for one in found
    ]


def _signed(line: SignedLine) -> dict[str, Any]:
    return {
        "name": line.name,
        "role": _(line.role) if line.role else "",
        "what": kind_words(line.kind),
        "day": line.day,
    }


def _gate(line: GateLine, view: PullRequestView) -> dict[str, Any]:
    """A gate as the dossier shows it, with what stood in the request when it was opened."""
    version = view.row.promotion.version
    case = reverse("version", args=[version.model.name, version.number])
    return {
        "evidence_url": case + ("#evidence" if line.gate in ABOUT_FILES else "#s3"),
        "outcome": line.outcome,
        "name": gate_title(line.gate),
        "note": gate_note(line.gate),
        "required": line.required,
        "value": Decimal(line.value) if line.value else "",
        "threshold": limit(line.gate, line.threshold),
    }


def _merger(one: MayMerge, actor: Actor) -> dict[str, Any]:
    """A line of who may merge, in words."""
    name = one.person.full_name
    if one.person.pk == actor.person_id:
        name = _("{name} (you)").format(name=name)
    return {"yes": one.may, "text": f"{name}: {one.reason}" if one.reason else name}


def _nobody_else() -> dict[str, Any]:
    return {"yes": False, "text": _("Everybody else: no role that merges here")}


@require_POST
def merge_pull_request(request: HttpRequest, repository: str, number: int) -> HttpResponse:
    """Merges the commit that the page showed, and no other."""
    actor = actor_of(request)
    row = pull_request_by_number(actor, repository, number)
    try:
        operations.merge_pull_request(
            row.pk, actor=actor, seen_head=request.POST.get("seen_head", "")
        )
    except Conflict as refused:
        return _page(request, repository, number, refused=refused)
    messages.success(request, _("Merged. What merged is compared with what was approved."))
    return redirect("pull_request", repository, number)


@require_POST
def close_pull_request(request: HttpRequest, repository: str, number: int) -> HttpResponse:
    """Closes without merging; a reason is kept."""
    actor, form = actor_of(request), CloseForm(request.POST, auto_id="close_%s")
    row = pull_request_by_number(actor, repository, number)
    if not form.is_valid():
        wrong = Invalid(_("Say why it is closed without merging."), field="reason")
        return _page(request, repository, number, refused=wrong, close_form=form)
    try:
        operations.close_pull_request(row.pk, reason=form.cleaned_data["reason"], actor=actor)
    except Conflict as refused:
        return _page(request, repository, number, refused=refused)
    messages.success(request, _("Closed. Foureyes does not open it again."))
    return redirect("pull_request", repository, number)
