"""The same with several cases of the inbox: what may be done without looking at each.

Deciding is not among it. Each case goes through the operation by itself, and each refusal is told.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from governance.access.requests import actor_of
from governance.actors import Actor
from governance.errors import Conflict, FoureyesError, Invalid, WrongState
from workflows.cases import operations as cases
from workflows.cases.naming import address_of, name_of
from workflows.desk.forms import HandOverForm
from workflows.desk.queries.chosen import Chosen, chosen_case, who_could_take_any
from workflows.desk.queries.personal import case_seen
from workflows.desk.views.lists import filter_of
from workflows.lifecycle import operations as lifecycle

if TYPE_CHECKING:
    from workflows.cases.models import Case

MOST_AT_ONCE, MOST_HANDED_OVER = 50, 20
DONE = "done"
UNDO = "undo:"  # with the cases behind it, in the tags of a message
PUT_OFF = gettext_lazy("It is back in your inbox then. Its deadline stays.")
SAID = {
    DONE: gettext_lazy("Out of your inbox until something new happens."),
    "0": gettext_lazy("It is back in your inbox."),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one case: done, or refused and why."""

    title: str
    url: str = ""
    refusal: FoureyesError | None = None


@require_POST
def acknowledge_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Done with one case for now; what is overdue stays, and a notice in place says why."""
    actor = actor_of(request)
    try:
        cases.acknowledge_case(case_seen(actor, case_id), actor=actor)
    except Conflict as refusal:
        messages.warning(request, f"{refusal.message} {refusal.remedy}".strip())
        return redirect(_where_from(request))
    return _back(request, str(SAID[DONE]), [case_id])


@require_POST
def set_aside_cases(request: HttpRequest) -> HttpResponse:
    """Several cases are done with for now, put off for some days, or with 0 days brought back."""
    actor, later = actor_of(request), request.POST.get("later", "")
    if later != DONE and later not in cases.SNOOZES:
        raise Invalid(_("Choose when to be reminded."), field="later")
    ids = _chosen(request, MOST_AT_ONCE)
    act = partial(_set_aside, later=later)
    done = [_outcome(act, actor, one) for one in ids]
    told = str(SAID.get(later, PUT_OFF))
    return _told(request, done, told, [] if later == "0" else ids)


def _set_aside(actor: Actor, case_id: UUID, *, later: str) -> "Case":
    case = case_seen(actor, case_id)
    if later == DONE:
        cases.acknowledge_case(case, actor=actor)
    else:
        cases.snooze_case(case, days=int(later), actor=actor)
    return case


@require_POST
def delegate_decisions(request: HttpRequest) -> HttpResponse:
    """Hands the decisions of several cases to one person: first to whom and why, then each."""
    actor, asked = actor_of(request), "delegate" in request.POST
    ids = _chosen(request, MOST_HANDED_OVER)
    rows = [row for one in ids if (row := _seen(actor, one))]
    form = HandOverForm(
        request.POST if asked else None, people=who_could_take_any(actor, rows), auto_id="hand_%s"
    )
    if not form.is_valid():
        return _hand_over_page(request, form, rows)
    digests = dict(zip(request.POST.getlist("case"), request.POST.getlist("digest"), strict=False))
    act = partial(_delegate, digests=digests, typed=form.cleaned_data)
    done = [_outcome(act, actor, one) for one in ids]
    told = ngettext(
        "Delegated {n} decision. They are asked by name now.",
        "Delegated {n} decisions. They are asked by name now.",
        len(done),
    )
    return _told(request, done, told.format(n=len(done)), [])


def _seen(actor: Actor, case_id: UUID) -> Chosen | None:
    try:
        return chosen_case(actor, case_id)
    except FoureyesError:
        return None  # told when it is handed over


def _delegate(
    actor: Actor, case_id: UUID, *, digests: Mapping[str, str], typed: Mapping[str, Any]
) -> "Case":
    """Only what is decided in the case itself: its version may have another one open."""
    row = chosen_case(actor, case_id)
    if row.move is None:
        raise WrongState(
            _("Nothing is decided in it now, so there is nothing to hand over."),
            remedy=_("It stays with you, or with your role."),
        )
    digest = digests.get(str(case_id), "")
    lifecycle.delegate_decision(row.version.pk, digest=digest, **typed, actor=actor)
    return row.case


def _hand_over_page(
    request: HttpRequest, form: HandOverForm, rows: Sequence[Chosen]
) -> HttpResponse:
    context = {
        "form": form,
        "chosen": [one for one in rows if one.move],
        "left": [one for one in rows if not one.move],
        "section": "inbox",
    }
    status = 422 if form.is_bound else 200
    return render(request, "workflows/desk/delegate_decisions.html", context, status=status)


def _chosen(request: HttpRequest, most: int) -> list[UUID]:
    """The cases that were sent, each once; a toast sends them in one field."""
    sent = [*request.POST.getlist("case"), *request.POST.get("cases", "").split(",")]
    try:
        ids = list(dict.fromkeys(UUID(one) for one in sent if one))
    except ValueError as error:
        raise Invalid(_("That is not a case."), field="case") from error
    if not ids:
        raise Invalid(_("Choose at least one case first."), field="case")
    if len(ids) > most:
        words = _("These are {n} cases; at most {most} go at once.").format(n=len(ids), most=most)
        raise Invalid(words, remedy=_("Choose fewer."), field="case")
    return ids


def _outcome(act: Callable[[Actor, UUID], "Case"], actor: Actor, case_id: UUID) -> Outcome:
    try:
        case = act(actor, case_id)
    except FoureyesError as refusal:
        return Outcome(*_known(actor, case_id), refusal)
    return Outcome(name_of(case.version), address_of(case.version))


def _known(actor: Actor, case_id: UUID) -> tuple[str, str]:
    try:
        case = case_seen(actor, case_id)
    except FoureyesError:
        return _("A case that is not open, or not yours to see"), ""
    return name_of(case.version), address_of(case.version)


def _told(
    request: HttpRequest, done: Sequence[Outcome], told: str, undo: Sequence[UUID]
) -> HttpResponse:
    """Back to the inbox; or, where something was refused, what came of each."""
    if not any(one.refusal for one in done):
        return _back(request, told, undo)
    context = {"outcomes": done, "section": "inbox"}
    status = 409 if all(one.refusal for one in done) else 200
    return render(request, "workflows/desk/bulk_outcome.html", context, status=status)


def _back(request: HttpRequest, told: str, undo: Sequence[UUID]) -> HttpResponse:
    tags = UNDO + ",".join(map(str, undo)) if undo else ""
    messages.success(request, told, extra_tags=tags)
    return redirect(_where_from(request))


def _where_from(request: HttpRequest) -> str:
    """The inbox with the filters that it had; of where a browser says it was, nothing else."""
    asked = request.headers.get("Referer", "").partition("#")[0].partition("?")[2]
    kept = filter_of(QueryDict(asked))
    return f"{reverse('inbox')}?{kept}" if kept else reverse("inbox")
