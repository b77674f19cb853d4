"""People against roles and places: who holds what where, now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from governance.access.permissions import Permission
from governance.access.queries import (
    MatrixFilter,
    blocked_by_lone_administrator,
    matrix_seen,
    portfolios_where,
    require_anywhere,
    roles,
)
from governance.access.requests import actor_of
from governance.access.views.people import tabs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from governance.access.matrix import MatrixRow
    from governance.access.models import Role

PAGE = 50


@require_GET
def matrix(request: HttpRequest) -> HttpResponse:
    """The matrix, narrowed by place, role, name and conflicts; the filter lives in the address."""
    actor = actor_of(request)
    require_anywhere(actor, Permission.PERSON_VIEW)
    asked = _asked(request)
    known = list(roles())
    rows = matrix_seen(actor, known, asked)
    picked = _columns(known, rows, asked)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "places": portfolios_where(actor, Permission.PERSON_VIEW).order_by("title"),
        "asked": asked,
        "narrowed": asked != MatrixFilter(),
        "known": known,
        "roles": [known[number] for number in picked],
        "page": page,
        "rows": [(row, [row.cells[number] for number in picked]) for row in page],
        "summary": _summary(rows),
        "blocked": blocked_by_lone_administrator(),
    }
    return render(request, "governance/access/matrix.html", context | tabs(actor, "matrix"))


def _columns(known: Sequence[Role], rows: Sequence[MatrixRow], asked: MatrixFilter) -> list[int]:
    """The role that was asked for; else those that somebody holds, so that the table fits."""
    if asked.role:
        return [number for number, role in enumerate(known) if role.pk == asked.role]
    return [number for number in range(len(known)) if any(row.cells[number] for row in rows)]


def _asked(request: HttpRequest) -> MatrixFilter:
    return MatrixFilter(
        place=request.GET.get("portfolio", "")[:80],
        role=request.GET.get("role", "")[:80],
        words=request.GET.get("q", "").strip()[:100],
        clashing=bool(request.GET.get("conflicts")),
    )


def _summary(rows: Sequence[MatrixRow]) -> str:
    people = sum(row.line.kind == "person" for row in rows)
    clashes = sum(len(row.clashes) for row in rows)
    words = [
        ngettext("{n} person.", "{n} people.", people).format(n=people),
        ngettext("{n} conflict.", "{n} conflicts.", clashes).format(n=clashes),
    ]
    return _("Who may do what, and where.") + " " + " ".join(words)
