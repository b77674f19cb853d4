"""The page that holds a whole case, and its checks while they run."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django_htmx.http import push_url

from governance.access.forms import RefusableForm
from governance.access.requests import actor_of
from governance.actors import Actor
from governance.templatetags.foureyes import age, day
from workflows.desk.changes import changes_between, unchanged
from workflows.desk.forms import (
    AdmissionForm,
    AnswerForm,
    DecisionForm,
    FindingForm,
    ReasonForm,
    ReportForm,
    SubmissionForm,
    SuspendForm,
    WaiverForm,
)
from workflows.desk.queries.asked import answered_in, ask_lines, step_named, typed_answers
from workflows.desk.queries.dossier import Dossier, content_of, dossier_of
from workflows.desk.queries.manifest import manifest_of
from workflows.desk.queries.panel import panel_of
from workflows.desk.queries.people import former_champions, who_could_answer
from workflows.desk.queries.performance import name_of, performance_of
from workflows.desk.queries.rights import Rights, rights_of
from workflows.desk.queries.sections import sections_of
from workflows.desk.queries.timeline import timeline_of

UNPROCESSABLE = 422
DOSSIER = "workflows/desk/dossier.html"


@require_GET
def version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One version: the whole case on one page."""
    return dossier_page(request, name, number)


@require_GET
def version_checks(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The section of the checks; once they have ended, also what depends on them."""
    if not request.headers.get("HX-Request"):
        return redirect("version", name, number)
    actor = actor_of(request)
    dossier = dossier_of(actor, name, number)
    context = context_of(actor, dossier, shown=_shown(request))
    context |= {"swapped": not dossier.running}
    return render(request, "workflows/desk/dossier/polled.html", context)


@require_GET
def version_panel(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The panel while a pull request is being prepared; once it is there, also what tells of it."""
    if not request.headers.get("HX-Request"):
        return redirect("version", name, number)
    actor = actor_of(request)
    context = context_of(actor, dossier_of(actor, name, number), shown=_shown(request))
    return render(request, "workflows/desk/dossier/moved.html", context)


@require_GET
def version_timeline(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The lines of the timeline that `?show=` asks for; without htmx the page that holds them."""
    page, shown = reverse("version", args=[name, number]), _shown(request)
    page = f"{page}?{urlencode({'show': shown})}" if shown else page
    if not request.headers.get("HX-Request"):
        return redirect(f"{page}#timeline")
    actor = actor_of(request)
    dossier = dossier_of(actor, name, number)
    context = {
        "version": dossier.version,
        "reader": actor.person_id,
        "timeline": timeline_of(dossier, shown=shown),
        "asked_for": True,
    }
    answer = render(request, "workflows/desk/dossier/timeline_lines.html", context)
    return push_url(answer, f"{page}#timeline")


def _shown(request: HttpRequest) -> str:
    """What the timeline of the page is narrowed to; a part of the page asks for the same."""
    if "show" in request.GET or not request.headers.get("HX-Request"):
        return request.GET.get("show", "")
    here = request.headers.get("HX-Current-URL", "")
    return QueryDict(here.partition("#")[0].partition("?")[2]).get("show", "")


def dossier_page(
    request: HttpRequest,
    name: str,
    number: int,
    *,
    status: int = 200,
    chosen: str = "",
    **typed: RefusableForm | Any,  # noqa: ANN401 - forms as they were typed, by their name
) -> HttpResponse:
    """The page, with what was typed and refused in the form where it was typed."""
    actor = actor_of(request)
    dossier = dossier_of(actor, name, number)
    form = typed.get("decision_form")
    if form and not chosen and status == UNPROCESSABLE:
        chosen = form.data.get("decision", "")
    context = context_of(actor, dossier, chosen=chosen, shown=_shown(request)) | typed
    answers = typed_answers(request.POST)
    step = step_named(dossier.definition, dossier.move, context["panel"].step)
    context |= {"asks": ask_lines(step, answers), "answers": answers}
    return render(request, DOSSIER, context, status=status)


def context_of(
    actor: Actor, dossier: Dossier, *, chosen: str = "", shown: str = ""
) -> dict[str, Any]:
    """All that the templates of a dossier show."""
    rights = rights_of(actor, dossier)
    return {
        "section": "models",
        "reader": actor.person_id,
        "crumbs": _crumbs(dossier),
        "dossier": dossier,
        "version": dossier.version,
        "name": name_of(dossier.version),
        "facts": _facts(dossier),
        "performance": performance_of(dossier),
        "rights": rights,
        "panel": panel_of(actor, dossier, rights.verbs, chosen=chosen),
        "timeline": timeline_of(dossier, shown=shown),
        "manifest": manifest_of(dossier),
        "answered": answered_in(dossier.definition, dossier.decisions),
        "tags": [dossier.version.model.portfolio.title],
        "comment_draft": f"decision-{dossier.version.pk}-{len(dossier.decisions)}",
        "report_drafts": _report_drafts(dossier),
        **sections_of(dossier),
        **_changed(dossier),
        **_empty_forms(dossier, rights),
    }


def _crumbs(dossier: Dossier) -> list[tuple[str, str]]:
    model = dossier.version.model
    return [
        (_("Models"), reverse("inventory")),
        (model.portfolio.title, ""),
        (model.name, reverse("model", args=[model.name])),
        (name_of(dossier.version), ""),
    ]


def _facts(dossier: Dossier) -> list[tuple[Any, ...]]:
    version = dossier.version
    facts: list[tuple[Any, ...]] = [(_("Question"), _question(dossier))] if dossier.move else []
    facts.append((_("Owner"), version.model.owner.full_name))
    if version.submitted_at and version.submitted_by:
        facts.append((_("Submitted by"), version.submitted_by.full_name))
        facts.append((_("Submitted"), day(version.submitted_at), age(version.submitted_at)))
    if original := version.retrained_from:
        facts.append((_("Retrained from"), name_of(original)))
    if dossier.digest:
        facts.append((_("Case digest (SHA-256)"), dossier.digest, "digest"))
    return facts


def _question(dossier: Dossier) -> str:
    if dossier.champion is None:
        return _("Put the first version to use?")
    return _("Replace champion {champion}?").format(champion=name_of(dossier.champion))


def _changed(dossier: Dossier) -> dict[str, Any]:
    champion = dossier.champion
    before = content_of(champion) if champion else None
    after = content_of(dossier.version, dossier.artifacts)
    return {
        "champion_name": name_of(champion) if champion else "",
        "changes": changes_between(before, after),
        "unchanged": unchanged(before, after),
    }


def _report_drafts(dossier: Dossier) -> dict[str, str]:
    """Keys under which the browser keeps what is typed; new ones once a report is written."""
    number = dossier.report.number if dossier.report else 0
    key = f"report-{dossier.version.pk}-{number}"
    parts = ("scope", "tests", "limits", "conclusion", "conditions")
    return {part: f"{key}-{part}" for part in parts}


def _empty_forms(dossier: Dossier, rights: Rights) -> dict[str, RefusableForm]:
    owners = who_could_answer(dossier) if rights.raise_finding else ()
    return {
        "decision_form": DecisionForm(),
        "submit_form": SubmissionForm(auto_id="submit_%s"),
        "report_form": ReportForm(),
        "finding_form": FindingForm(people=owners),
        "waiver_form": WaiverForm(auto_id="waiver_%s"),
        "admit_form": AdmissionForm(auto_id="admit_%s"),
        "answer_form": AnswerForm(),
        "withdraw_form": ReasonForm(auto_id="withdraw_%s"),
        "abandon_form": ReasonForm(auto_id="abandon_%s"),
        **_live_forms(dossier, rights),
    }


def _live_forms(dossier: Dossier, rights: Rights) -> dict[str, RefusableForm]:
    """Forms that ask for a change of what is live."""
    formers = former_champions(dossier.version) if "suspend" in rights.verbs else ()
    others = ("resume", "retire", "roll_back")
    return {
        "suspend_form": SuspendForm(formers=formers, auto_id="suspend_%s"),
        **{f"{verb}_form": ReasonForm(auto_id=f"{verb}_%s") for verb in others},
    }
