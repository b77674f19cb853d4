"""The report of a comparison on a page of its own, and as files."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from governance.access.requests import actor_of
from governance.errors import Invalid, NotFound
from governance.evaluation.operations import cancel_comparison as cancel
from governance.evaluation.operations import request_comparison as ask
from governance.inventory.queries import version_numbered
from governance.reports.bodies import bodies
from governance.reports.exports import as_json
from governance.reports.queries import (
    Asked,
    Report,
    asked_report,
    asked_report_made,
    report_numbered,
    several,
)
from governance.reports.side_by_side import MOST
from governance.reports.standalone import as_html, as_pdf
from governance.reports.workbook import as_workbook

CHANGED = "changed"
LONG = 10  # digits of a number that no version has
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def comparison(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One comparison, whole; `?show=changed` leaves out what may be chance."""
    report = report_numbered(actor_of(request), name, number)
    only_changed = request.GET.get("show") == CHANGED
    context = {
        "section": "models",
        "crumbs": _crumbs(report),
        "report": report,
        "body": bodies.of(report, only_changed=only_changed),
        "only_changed": only_changed,
        "downloads": _downloads("download_comparison", name, number, only_changed=only_changed),
    }
    return render(request, "governance/reports/comparison.html", context)


@require_GET
def compare_versions(request: HttpRequest, name: str) -> HttpResponse:
    """Up to eight versions beside each other: `?v=3&v=2`."""
    asked = request.GET.getlist("v")
    numbers = [int(number) for number in asked if number.isdecimal() and len(number) < LONG]
    found = several(actor_of(request), name, numbers)
    context = {
        "section": "models",
        "model": found.model,
        "found": found,
        "most": MOST,
        "crumbs": [
            (_("Models"), reverse("inventory")),
            (found.model.name, reverse("model", args=[name])),
            (_("Versions compared"), ""),
        ],
    }
    return render(request, "governance/reports/compare_versions.html", context)


@require_POST
def request_comparison(request: HttpRequest, name: str) -> HttpResponse:
    """Ask for a report of two versions, case by case: `challenger` against `champion`."""
    actor = actor_of(request)
    numbers = [request.POST.get(part, "") for part in ("challenger", "champion")]
    if not all(number.isdecimal() and len(number) < LONG for number in numbers):
        raise Invalid(_("Two versions are needed."), remedy=_("Choose one in each list."))
    one, other = (version_numbered(actor, name, int(number)).pk for number in numbers)
    asked = ask(one, other, actor=actor)
    return redirect("asked_comparison", name, asked.pk)


@require_GET
@never_cache
def asked_comparison(request: HttpRequest, name: str, comparison_id: UUID) -> HttpResponse:
    """A report that somebody asked for; until it is made, how far it is."""
    asked = asked_report(actor_of(request), name, comparison_id)
    only_changed = request.GET.get("show") == CHANGED
    context = {"section": "models", "crumbs": _crumbs_of_asked(asked), "asked": asked}
    if asked.state != "done":
        return render(request, "governance/reports/asked_comparison.html", context)
    context |= {
        "report": asked.report,
        "body": bodies.of(asked.report, only_changed=only_changed),
        "only_changed": only_changed,
        "downloads": _downloads(
            "download_asked_comparison", name, comparison_id, only_changed=only_changed
        ),
    }
    return render(request, "governance/reports/comparison.html", context)


@require_GET
@never_cache
def asked_comparison_state(request: HttpRequest, name: str, comparison_id: UUID) -> HttpResponse:
    """How far it is, for a page that waits; once it has ended, the way to its page."""
    asked = asked_report(actor_of(request), name, comparison_id)
    if not asked.going:
        return redirect("asked_comparison", name, comparison_id)
    return render(request, "governance/reports/asked_comparison_state.html", {"asked": asked})


@require_POST
def cancel_comparison(request: HttpRequest, name: str, comparison_id: UUID) -> HttpResponse:
    """Stop one that is on its way."""
    actor = actor_of(request)
    cancel(asked_report(actor, name, comparison_id).row.pk, actor=actor)
    messages.success(request, _("The comparison was cancelled."))
    return redirect("asked_comparison", name, comparison_id)


@require_GET
def download_asked_comparison(
    request: HttpRequest, name: str, comparison_id: UUID, form: str
) -> HttpResponse:
    """A report that somebody asked for, as a file."""
    report = asked_report_made(actor_of(request), name, comparison_id)
    champion = report.comparison.champion
    assert champion
    file = f"{name}-{report.version.number}-against-{champion.number}"
    return _file(report, form, file, only_changed=request.GET.get("show") == CHANGED)


@require_GET
def download_comparison(request: HttpRequest, name: str, number: int, form: str) -> HttpResponse:
    """The same as a file: html, json, xlsx or pdf."""
    report = report_numbered(actor_of(request), name, number)
    file = f"{name}-{number}-comparison"
    return _file(report, form, file, only_changed=request.GET.get("show") == CHANGED)


def _file(report: Report, form: str, name: str, *, only_changed: bool) -> HttpResponse:
    if form not in FORMS:
        raise NotFound(
            _("There is no report of the form {form}.").format(form=form),
            remedy=_("Choose one of: {forms}.").format(forms=", ".join(FORMS)),
        )
    kind, write = FORMS[form]
    return HttpResponse(
        write(report, only_changed),
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{form}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def _downloads(view: str, *place: object, only_changed: bool) -> list[tuple[str, str]]:
    """Where the report is to be had as a file, with the switch as it stands."""
    shown = f"?show={CHANGED}" if only_changed else ""
    return [(reverse(view, args=[*place, form]) + shown, form.upper()) for form in FORMS]


def _html(report: Report, only_changed: bool) -> str:  # noqa: FBT001 - one shape for all forms
    return as_html(report, only_changed=only_changed)


def _pdf(report: Report, only_changed: bool) -> bytes:  # noqa: FBT001
    return as_pdf(report, only_changed=only_changed)


def _xlsx(report: Report, only_changed: bool) -> bytes:  # noqa: FBT001
    content = report.content(only_changed=only_changed)
    title = f"{report.version.model.title} {report.challenger}"
    return as_workbook(content, title=title, digest=report.comparison.digest)


def _json(report: Report, _only_changed: bool) -> str:  # noqa: FBT001 - the payload is whole
    return as_json(
        report.comparison.payload or {},
        digest=report.comparison.digest,
        version=report.challenger,
        champion=report.champion,
        original=report.original,
    )


FORMS: Mapping[str, tuple[str, Callable[[Report, bool], str | bytes]]] = {
    "html": ("text/html; charset=utf-8", _html),
    "pdf": ("application/pdf", _pdf),
    "xlsx": (XLSX, _xlsx),
    "json": ("application/json", _json),
}


def _crumbs(report: Report) -> list[tuple[str, str]]:
    model, number = report.version.model, report.version.number
    return [
        (_("Models"), reverse("inventory")),
        (model.name, reverse("model", args=[model.name])),
        (report.challenger, reverse("version", args=[model.name, number])),
        (_("Comparison"), ""),
    ]


def _crumbs_of_asked(asked: Asked) -> list[tuple[str, str]]:
    model = asked.row.version.model
    return [
        (_("Models"), reverse("inventory")),
        (model.name, reverse("model", args=[model.name])),
        (_("Versions compared"), reverse("compare_versions", args=[model.name])),
        (f"{asked.report.challenger} / {asked.report.champion}", ""),
    ]
