"""Suspend, resume, roll back, retire: asked on the page of a case, signed on their own."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from governance.access.forms import RefusableForm
from governance.access.requests import actor_of
from governance.access.single_sign_on import ask_again
from governance.errors import Invalid, Stale
from governance.inventory.queries import version_numbered
from workflows.cases.naming import address_of, label_of
from workflows.desk.forms import (
    AgreeForm,
    ReasonForm,
    ReviewForm,
    SignatureForm,
    SuspendForm,
)
from workflows.desk.queries.asked import ask_lines, typed_answers
from workflows.desk.queries.live_change import LiveChangePage, live_change_page
from workflows.desk.queries.people import former_champions
from workflows.desk.queries.signature import proof_context
from workflows.desk.views.dossier import UNPROCESSABLE
from workflows.desk.views.refusing import CORRECTABLE, Operation, attempt
from workflows.desk.views.signing import proof_of, ways_of
from workflows.lifecycle import operations as lifecycle
from workflows.lifecycle.queries import open_live_change

DRAFT = "live_signature"


# Asking ------------------------------------------------------------------------------------------
@require_POST
def suspend_version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The kill switch."""
    found = version_numbered(actor_of(request), name, number)
    form = SuspendForm(request.POST, formers=former_champions(found), auto_id="suspend_%s")
    return _ask(request, name, number, lifecycle.suspend_version, form, "suspend_form")


@require_POST
def resume_version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """A suspended version shall be live again."""
    form = ReasonForm(request.POST, auto_id="resume_%s")
    return _ask(request, name, number, lifecycle.resume_version, form, "resume_form")


@require_POST
def roll_back(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """A former champion shall take its place again."""
    form = ReasonForm(request.POST, auto_id="roll_back_%s")
    return _ask(request, name, number, lifecycle.roll_back, form, "roll_back_form")


@require_POST
def retire_version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The owner ends the life of a version; where it runs, the policy's people agree first."""
    form = ReasonForm(request.POST, auto_id="retire_%s")
    return _ask(request, name, number, lifecycle.retire_version, form, "retire_form")


def _ask(
    request: HttpRequest,
    name: str,
    number: int,
    operation: Operation,
    form: RefusableForm,
    form_name: str,
) -> HttpResponse:
    if refusal := attempt(request, name, number, operation, form, form_name):
        return refusal
    found = version_numbered(actor_of(request), name, number)
    if (change := open_live_change(found.model_id)) is None:
        messages.success(request, _("Retired."))
        return redirect("version", name, number)
    messages.success(request, _("Asked for. Those whom the policy names sign here."))
    return redirect("live_change", change.case_id)


# Deciding ----------------------------------------------------------------------------------------
@require_GET
def live_change(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What is asked and why, who signed, what became of it."""
    return _page(request, case_id)


@require_POST
def begin_live_signature(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Somebody wants to sign: what is signed stands above the password."""
    form = AgreeForm(request.POST)
    form.is_valid()
    typed, actor = form.cleaned_data, actor_of(request)
    try:
        leave = lifecycle.begin_live_signature(
            case_id, digest=typed["digest"], answers=typed_answers(request.POST), actor=actor
        )
    except CORRECTABLE as refusal:
        return _refused(request, case_id, "agree_form", form, refusal)
    draft = {"nonce": str(leave.pk), "digest": typed["digest"], "comment": typed["comment"]}
    blank = SignatureForm(initial=draft, ways=ways_of(request))
    return _page(request, case_id, signature_form=blank)


@require_POST
def sign_live_change(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Somebody signs, or agrees where the policy asks for no signature."""
    if "nonce" not in request.POST:
        return _agree(request, case_id)
    form = SignatureForm(request.POST, ways=ways_of(request))
    if not form.is_valid():
        return _begin_again(request, case_id)
    typed = form.cleaned_data
    try:
        lifecycle.sign_live_change(
            case_id,
            digest=typed["digest"],
            comment=typed["comment"],
            proof=proof_of(request, typed),
            actor=actor_of(request),
        )
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(request, case_id, status=UNPROCESSABLE, signature_form=form)
    except CORRECTABLE as refusal:
        return _refused(request, case_id, "agree_form", AgreeForm(request.POST), refusal)
    return _told(request, case_id)


def _agree(request: HttpRequest, case_id: UUID) -> HttpResponse:
    form = AgreeForm(request.POST)
    form.is_valid()
    try:
        lifecycle.sign_live_change(
            case_id,
            **form.cleaned_data,
            answers=typed_answers(request.POST),
            actor=actor_of(request),
        )
    except CORRECTABLE as refusal:
        return _refused(request, case_id, "agree_form", form, refusal)
    return _told(request, case_id)


@require_POST
def sign_live_change_elsewhere(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Who has no password here is asked by their identity provider, for this signature."""
    form = SignatureForm(request.POST, ways=ways_of(request))
    if not form.is_valid():
        return _begin_again(request, case_id)
    typed = form.cleaned_data
    draft = {"nonce": str(typed["nonce"]), "digest": typed["digest"], "comment": typed["comment"]}
    request.session[DRAFT] = draft
    return ask_again(request, draft["nonce"], reverse("finish_live_signature", args=[case_id]))


@require_GET
def finish_live_signature(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Back from the identity provider: what was about to be signed, and one button."""
    kept = request.session.pop(DRAFT, None)
    if kept is None:
        return redirect("live_change", case_id)
    return _page(
        request,
        case_id,
        signature_form=SignatureForm(initial=kept, ways=()),
        shown_elsewhere=True,
    )


@require_POST
def refuse_live_change(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A signer says no, or who asked takes it back."""
    form = AgreeForm(request.POST, auto_id="refuse_%s")
    form.is_valid()
    try:
        lifecycle.refuse_live_change(case_id, **form.cleaned_data, actor=actor_of(request))
    except CORRECTABLE as refusal:
        return _refused(request, case_id, "refuse_form", form, refusal)
    messages.success(request, _("Recorded. Nothing is changed."))
    return redirect("live_change", case_id)


@require_POST
def review_live_change(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Somebody who had no hand in it says what came of it."""
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _page(request, case_id, status=UNPROCESSABLE, review_form=form)
    try:
        lifecycle.review_live_change(case_id, **form.cleaned_data, actor=actor_of(request))
    except CORRECTABLE as refusal:
        return _refused(request, case_id, "review_form", form, refusal)
    messages.success(request, _("Reviewed."))
    return redirect("live_change", case_id)


# The page ----------------------------------------------------------------------------------------
def _page(request: HttpRequest, case_id: UUID, *, status: int = 200, **typed: Any) -> HttpResponse:  # noqa: ANN401 - forms as they were typed
    actor = actor_of(request)
    page = live_change_page(actor, case_id)
    context = {
        "section": "models",
        "crumbs": _crumbs(page),
        "page": page,
        "asks": ask_lines(page.step, typed_answers(request.POST)),
        "agree_form": AgreeForm(initial={"digest": page.digest}),
        "refuse_form": AgreeForm(initial={"digest": page.digest}, auto_id="refuse_%s"),
        "review_form": ReviewForm(),
        **proof_context(actor, ways_of(request), _nonce(typed.get("signature_form"))),
        **typed,
    }
    return render(request, "workflows/desk/live_change.html", context, status=status)


def _nonce(form: SignatureForm | None) -> UUID | None:
    return UUID(str(form["nonce"].value())) if form else None


def _crumbs(page: LiveChangePage) -> list[tuple[str, str]]:
    version = page.change.case.version
    return [
        (_("Models"), reverse("inventory")),
        (version.model.name, reverse("model", args=[version.model.name])),
        (label_of(version), address_of(version)),
        (capfirst(page.change.case.get_kind_display()), ""),
    ]


def _refused(
    request: HttpRequest,
    case_id: UUID,
    name: str,
    form: RefusableForm,
    refusal: Any,  # noqa: ANN401 - a refusal that has a page
) -> HttpResponse:
    form.is_valid()
    form.refuse(refusal)
    typed = {name: form, "refusal": refusal}
    return _page(request, case_id, status=refusal.status, **typed)


def _begin_again(request: HttpRequest, case_id: UUID) -> HttpResponse:
    refusal = Stale(
        _("This signature page is not whole."),
        remedy=_("Nothing was signed. Begin the signature again."),
    )
    return _refused(request, case_id, "agree_form", AgreeForm(request.POST), refusal)


def _told(request: HttpRequest, case_id: UUID) -> HttpResponse:
    page = live_change_page(actor_of(request), case_id)
    asked = _("Signed. Others are asked for their signatures.")
    done = _("Signed. Its pull request is being prepared.")
    messages.success(request, asked if page.open else done)
    return redirect("live_change", case_id)
