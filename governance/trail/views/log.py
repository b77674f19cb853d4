"""The screens of the log: entries and their proofs, and checkpoints."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from governance.access.permissions import Permission
from governance.access.queries import can, require_anywhere
from governance.access.requests import actor_of
from governance.audit.queries import checkpoints as all_checkpoints
from governance.audit.queries import head, keys, time_stamp_of
from governance.errors import NotFound, WrongState
from governance.trail.forms import ExportForm, FilterForm
from governance.trail.queries.entry import entry_page, proof_of, receipt_bytes
from governance.trail.queries.exports import format_choices
from governance.trail.queries.log import (
    LogPage,
    entry_numbered,
    log_page,
    models_in_log,
    people_in_log,
    portfolios_in_log,
    sees_all,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, QueryDict

    from governance.actors import Actor
    from governance.inventory.models import RegisteredModel

CHECKPOINTS = 50
FILTERS = ("action", "person", "model", "portfolio", "since", "until", "subject")
NUMBER = re.compile(r"#?\s*(\d{1,18})")


class Offered(TypedDict):
    """What a reader can narrow by; of the models there may be too many to be listed."""

    people: dict[str, str]
    models: QuerySet[RegisteredModel]
    portfolios: dict[str, str]


@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """The log, newest first; a number or an id in the search field leads to that entry."""
    actor = actor_of(request)
    form = filter_form(request.GET, actor)
    valid = form.is_valid()
    if valid and (words := form.cleaned_data["q"].strip()):
        if found := _entry_meant(actor, words):
            return redirect("entry", found)
        form.add_error("q", _("No entry with this number or id that you can see."))
        valid = False
    page = log_page(actor, form.narrowing(), form.cleaned_data["after"]) if valid else None
    context = {
        "section": "log",
        "form": form,
        "page": page or LogPage([], None),
        "chips": _chips(request, form) if valid else [],
        "size": getattr(head(), "size", 0),
        "sees_all": sees_all(actor),
        "export_form": ExportForm(),
        "export_formats": format_choices(),
        "asked": [(name, value) for name, value in request.GET.items() if name in FILTERS],
    }
    return render(request, "governance/trail/log.html", context, status=200 if valid else 422)


def filter_form(asked: QueryDict, actor: Actor) -> FilterForm:
    """The filters with what this reader can choose from."""
    return FilterForm(asked, **choices_of(actor, id_of(asked.get("person", ""))))


def choices_of(actor: Actor, person: UUID | None = None) -> Offered:
    """What this reader can narrow by; `person` too, even if they never acted."""
    return {
        "people": {str(row.pk): row.full_name for row in people_in_log(actor, person)},
        "models": models_in_log(actor),
        "portfolios": {row.name: row.title for row in portfolios_in_log(actor)},
    }


def _entry_meant(actor: Actor, words: str) -> UUID | None:
    if number := NUMBER.fullmatch(words):
        return entry_numbered(actor, int(number[1]))
    return id_of(words)


def id_of(words: str) -> UUID | None:
    """The id that somebody typed, if it is one."""
    with suppress(ValueError):
        return UUID(words)
    return None


def _chips(request: HttpRequest, form: FilterForm) -> list[dict[str, Any]]:
    """What is narrowed by, each with the address without it."""
    chips = []
    for name in FILTERS:
        if not form.cleaned_data[name]:
            continue
        rest = request.GET.copy()
        for gone in (name, "after"):
            rest.pop(gone, None)
        chips.append(
            {
                "label": form.fields[name].label or _("About"),
                "value": _chosen(form, name),
                "url": f"{request.path}?{rest.urlencode()}",
            }
        )
    return chips


def _chosen(form: FilterForm, name: str) -> str:
    value = form.cleaned_data[name]
    if name == "subject":
        return str(value).partition("-")[0].replace(":", " ")
    flat: dict[str, Any] = {}
    for key, words in getattr(form.fields[name], "choices", []):
        flat |= dict(words) if isinstance(words, list | tuple) else {key: words}
    return str(flat.get(value, value))


@require_GET
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """All that one entry holds."""
    actor = actor_of(request)
    page = entry_page(actor, entry_id)
    files_number = 3 + bool(page.personal)
    context = {
        "section": "log",
        "page": page,
        "files_number": files_number,
        "bytes_number": files_number + bool(page.line.evidence),
        "proof": proof_of(actor, entry_id),
        "may_erase": bool(page.entry.personal) and can(actor, Permission.ERASURE_REQUEST),
    }
    return render(request, "governance/trail/entry.html", context)


@require_GET
@never_cache
def entry_proof(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """The proof alone, for a page that waits for it."""
    context = {"entry_id": entry_id, "proof": proof_of(actor_of(request), entry_id)}
    return render(request, "governance/trail/proof.html", context)


@require_GET
@never_cache
def entry_receipt(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """The receipt as a file: with the log's public key it proves the entry without this server."""
    found = receipt_bytes(actor_of(request), entry_id)
    if found is None:
        raise WrongState(
            _("No signed checkpoint covers this entry yet."),
            remedy=_("Wait a few seconds and try again."),
        )
    name = f'attachment; filename="receipt-{entry_id}.json"'
    return HttpResponse(
        found, content_type="application/json", headers={"Content-Disposition": name}
    )


@require_GET
def checkpoints(request: HttpRequest) -> HttpResponse:
    """The signed heads of the log, newest first, and the keys that signed them."""
    actor = actor_of(request)
    require_anywhere(actor, Permission.LOG_VIEW)
    page = Paginator(all_checkpoints(), CHECKPOINTS).get_page(request.GET.get("page"))
    # Where a pull request carries a checkpoint names a model, which may be another portfolio's.
    context = {"section": "log", "page": page, "keys": keys(), "sees_all": sees_all(actor)}
    return render(request, "governance/trail/checkpoints.html", context)


@require_GET
def time_stamp(request: HttpRequest, size: int) -> HttpResponse:
    """An authority's stamp on a checkpoint, for `openssl ts -verify` elsewhere."""
    require_anywhere(actor_of(request), Permission.LOG_VIEW)
    stamp = time_stamp_of(size)
    if stamp is None:
        raise NotFound(_("No authority has stamped this checkpoint."))
    name = f'attachment; filename="checkpoint-{size}.tsr"'
    return HttpResponse(
        stamp, content_type="application/timestamp-reply", headers={"Content-Disposition": name}
    )
