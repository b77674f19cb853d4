"""Policies being written: a form with buttons for steps, the same as YAML, and the draft's page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access.permissions import Permission
from governance.access.queries import (
    can,
    model_chosen,
    one_pair_of_eyes,
    portfolio_chosen,
    portfolios_where,
    require,
    require_anywhere,
)
from governance.access.queries import roles as all_roles
from governance.access.requests import actor_of
from governance.errors import Conflict, FoureyesError, Invalid
from governance.evaluation.gates import gate_names
from governance.evaluation.labels import gate_title
from workflows.policies.editor import errors_of, move_forms
from workflows.policies.forms import NewPolicyForm
from workflows.policies.narrowing import looser_than
from workflows.policies.operations import discard_draft as discard
from workflows.policies.operations import draft_policy as write
from workflows.policies.operations import put_policy_in_force as enforce
from workflows.policies.plain_reader import BadWording, Problem
from workflows.policies.queries import (
    calendars,
    definition_of,
    digest_of_wording,
    draft_by_id,
    draft_named,
    former_of,
    head_of,
    unsatisfied,
    wording_named,
    wording_of_tier,
    wordings_for,
)
from workflows.policies.reading import sections_of
from workflows.policies.strictness import looser_in
from workflows.policies.typed import changed, plain_typed
from workflows.policies.wording import parse, plain_of
from workflows.policies.yaml_form import Head, read_policy, write_policy
from workflows.policies.yaml_texts import text_difference

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from governance.actors import Actor
    from workflows.policies.models import PolicyVersion

UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
def add_policy(request: HttpRequest) -> HttpResponse:
    """Narrower rules: a draft that begins as a copy of the tier's."""
    actor = actor_of(request)
    require_anywhere(actor, Permission.POLICY_DRAFT)
    places = [(row.name, row.title) for row in portfolios_where(actor, Permission.POLICY_DRAFT)]
    form = NewPolicyForm(request.POST or None, places=places)
    if form.is_valid():
        try:
            draft = _begin(form.cleaned_data, actor)
        except (Conflict, Invalid) as refusal:
            form.refuse(refusal)
        else:
            return redirect("edit_policy", draft.policy.name)
    crumbs = [(_("Policies"), reverse("policies")), (_("New policy"), "")]
    context = {"form": form, "section": "policies", "crumbs": crumbs}
    return render(request, "workflows/policies/add_policy.html", context, status=form.status)


def _begin(typed: Mapping[str, Any], actor: Actor) -> PolicyVersion:
    """The draft for the place that was typed: one model, or a portfolio."""
    place = {"portfolio": typed["place"]}
    if typed["model"]:
        portfolio = portfolio_chosen(actor, Permission.POLICY_DRAFT, typed["place"])
        place = {"model": model_chosen(actor, portfolio, typed["model"]).name}
    head = Head(typed["name"], typed["title"], typed["tier"], **place)
    return write(head, definition_of(wording_of_tier(typed["tier"])), actor=actor)


@require_http_methods(["GET", "POST"])
def edit_policy(request: HttpRequest, name: str) -> HttpResponse:
    """The fields of a wording; its buttons add and remove without saving, nothing typed is lost."""
    actor = actor_of(request)
    base = _base(actor, name)
    require(actor, Permission.POLICY_DRAFT, base.policy)
    plain, note = plain_of(definition_of(base)), base.note if base.state == "draft" else ""
    problems: tuple[Problem, ...] = ()
    begun = request.POST.get("base") or digest_of_wording(base.definition)
    if request.method == "POST":
        note = request.POST.get("note", "")[:2000]
        plain = plain_typed(request.POST.dict(), plain)
        do = request.POST.get("do", "save")
        if do != "save":
            plain = changed(plain, do, request.POST.get("gate.add", ""))
        elif problems := _stale(request, base):
            begun = digest_of_wording(base.definition)
        else:
            head = head_of(base.policy)
            saved, problems = _attempt(lambda: write(head, parse(plain), note=note, actor=actor))
            if saved:
                return _on_to(request, saved)
    status = UNPROCESSABLE if problems else 200
    context = _editor(base, plain, note, problems) | {"begun": begun}
    return render(request, "workflows/policies/edit_policy.html", context, status=status)


def _attempt(
    save: Callable[[], PolicyVersion],
) -> tuple[PolicyVersion | None, tuple[Problem, ...]]:
    """The draft that was saved, or what is wrong with its wording."""
    try:
        return save(), ()
    except BadWording as bad:
        return None, bad.problems
    except FoureyesError as refusal:
        return None, (Problem((), refusal.message, refusal.remedy),)


def _on_to(request: HttpRequest, draft: PolicyVersion) -> HttpResponse:
    messages.success(request, _("The draft is saved. It is not in force."))
    return redirect("policy_draft", draft.pk)


def _stale(request: HttpRequest, base: PolicyVersion) -> tuple[Problem, ...]:
    """Whether what was typed began from words that are no longer those one goes on from."""
    if request.POST.get("base") == digest_of_wording(base.definition):
        return ()
    return (
        Problem(
            (),
            _("The wording has changed since this page was loaded."),
            _("Nothing was saved, and what you typed is kept. Read what changed, then save again."),
        ),
    )


def _base(actor: Actor, name: str) -> PolicyVersion:
    """The draft that is gone on with, else the wording in force that the next one begins from."""
    return draft_named(actor, name) or wording_named(actor, name)


def _editor(
    base: PolicyVersion, plain: dict[str, Any], note: str, problems: tuple[Problem, ...]
) -> dict[str, Any]:
    names = [role.pk for role in all_roles()]
    there = {gate["gate"] for gate in plain["moves"]["validate"].get("gates", ())}
    return {
        "section": "policies",
        "base": base,
        "moves": move_forms(plain, names, problems),
        "errors": errors_of(problems),
        "problems": problems,
        "margin": plain["comparison"]["margin"],
        "calendar": plain["calendar"],
        "calendars": calendars(),
        "gates": [(gate, gate_title(gate)) for gate in gate_names() if gate not in there],
        "note": note,
        "crumbs": _crumbs(base, _("Edit")),
    }


def _crumbs(wording: PolicyVersion, last: str) -> list[tuple[str, str]]:
    """The policy's own page is only there once a wording of it is in force."""
    own = (str(wording.policy), "")
    if former_of(wording) is not None or wording.state != "draft":
        own = (str(wording.policy), reverse("policy", args=[wording.policy.name]))
    return [(_("Policies"), reverse("policies")), own, (last, "")]


@require_http_methods(["GET", "POST"])
def edit_policy_text(request: HttpRequest, name: str) -> HttpResponse:
    """The same wording as YAML; what is wrong with it stands beside its line."""
    actor = actor_of(request)
    base = _base(actor, name)
    require(actor, Permission.POLICY_DRAFT, base.policy)
    text = write_policy(head_of(base.policy), definition_of(base))
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        text = request.POST.get("text", "").replace("\r\n", "\n")
        if not (problems := _stale(request, base)):
            saved, problems = _attempt(lambda: _write_text(text, base, actor))
            if saved:
                return _on_to(request, saved)
    status = UNPROCESSABLE if problems else 200
    context = {
        "section": "policies",
        "base": base,
        "text": text,
        "begun": digest_of_wording(base.definition),
        "problems": problems,
        "crumbs": _crumbs(base, _("As YAML")),
    }
    return render(request, "workflows/policies/edit_policy_text.html", context, status=status)


def _write_text(text: str, base: PolicyVersion, actor: Actor) -> PolicyVersion:
    read = read_policy(text)
    if read.head != replace(head_of(base.policy), title=read.head.title):
        raise Invalid(_("This text is of another policy."), field="policy")
    return write(read.head, read.definition, note=base.note, actor=actor)


@require_GET
def policy_draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """A draft as it would read, what it changes, whether it can be satisfied, and the way on."""
    actor = actor_of(request)
    return _draft_page(request, draft_by_id(actor, draft_id), actor)


def _draft_page(
    request: HttpRequest, draft: PolicyVersion, actor: Actor, status: int = 200
) -> HttpResponse:
    definition, former = definition_of(draft), former_of(draft)
    others = list(wordings_for(actor).filter(policy__tier=draft.policy.tier))
    context = {
        "section": "policies",
        "draft": draft,
        "former": former,
        "sections": sections_of(definition),
        "problems": unsatisfied(draft.policy, definition),
        "looser": looser_in(definition, definition_of(former)) if former else [],
        "wider": looser_than(draft, others),
        "resting": [one for one in others if looser_than(one, [draft])],
        "difference": text_difference(former, draft),
        "digest": digest_of_wording(draft.definition),
        "own": draft.drafted_by_id == actor.person_id,
        "may_draft": can(actor, Permission.POLICY_DRAFT, draft.policy),
        "same_eyes": draft.drafted_by_id in one_pair_of_eyes(actor),
        "may_enforce": can(actor, Permission.POLICY_ENFORCE, draft.policy),
        "crumbs": _crumbs(draft, _("Draft v{number}").format(number=draft.number)),
    }
    return render(request, "workflows/policies/policy_draft.html", context, status=status)


@require_POST
def put_policy_in_force(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Another administrator says yes to what they read."""
    actor = actor_of(request)
    try:
        wording = enforce(draft_id, digest=request.POST.get("digest", ""), actor=actor)
    except (Conflict, Invalid) as refusal:
        messages.error(request, f"{refusal.message} {refusal.remedy}".strip())
        return _draft_page(request, draft_by_id(actor, draft_id), actor, refusal.status)
    messages.success(request, _("In force. Open cases keep the wording they were submitted under."))
    return redirect("policy", wording.policy.name)


@require_POST
def discard_draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The draft goes; what is in force stays."""
    actor = actor_of(request)
    discard(draft_id, actor=actor)
    messages.success(request, _("The draft is discarded."))
    return redirect("policies")
