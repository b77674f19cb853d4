"""The report of a comparison on a page of its own, and as files."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from governance.access.requests import actor_of
from governance.errors import NotFound
from governance.reports.exports import as_json
from governance.reports.queries import Report, report_numbered, several
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
        "content": report.content(only_changed=only_changed),
        "only_changed": only_changed,
        "forms": [(form, form.upper()) for form in FORMS],
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


@require_GET
def download_comparison(request: HttpRequest, name: str, number: int, form: str) -> HttpResponse:
    """The same as a file: html, json, xlsx or pdf."""
    report = report_numbered(actor_of(request), name, number)
    if form not in FORMS:
        raise NotFound(
            _("There is no report of the form {form}.").format(form=form),
            remedy=_("Choose one of: {forms}.").format(forms=", ".join(FORMS)),
        )
    kind, write = FORMS[form]
    content = write(report, request.GET.get("show") == CHANGED)
    file = f"{name}-{number}-comparison.{form}"
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{file}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


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
        report.comparison.payload,
        digest=report.comparison.digest,
        version=report.challenger,
        champion=report.champion,
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
