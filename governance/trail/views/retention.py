"""How long personal values are kept, what is held, and what somebody wants erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access.permissions import Permission
from governance.access.queries import can, require
from governance.access.requests import actor_of
from governance.errors import FoureyesError
from governance.trail import operations
from governance.trail.forms import ErasureForm, HoldForm, PeriodForm
from governance.trail.queries.retention import class_rows, erasure_rows, holds, people_named
from governance.trail.views.log import choices_of, id_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from governance.actors import Actor

PERMISSIONS = {
    "may_set": Permission.RETENTION_SET,
    "may_hold": Permission.HOLD_SET,
    "may_lift": Permission.HOLD_LIFT,
    "may_request": Permission.ERASURE_REQUEST,
    "may_confirm": Permission.ERASURE_CONFIRM,
}


@require_GET
@never_cache
def retention(request: HttpRequest) -> HttpResponse:
    """Periods, legal holds and erasures."""
    return _page(request, actor_of(request))


def _page(request: HttpRequest, actor: Actor, period: PeriodForm | None = None) -> HttpResponse:
    context = {
        "section": "log",
        "erasures": erasure_rows(actor),
        "classes": class_rows(),
        "holds": holds(),
        "period": period,
        **{name: can(actor, one) for name, one in PERMISSIONS.items()},
    }
    status = period.status if period else 200
    return render(request, "governance/trail/retention.html", context, status=status)


@require_POST
def set_retention(request: HttpRequest) -> HttpResponse:
    """Another period for a class."""
    actor, form = actor_of(request), PeriodForm(request.POST)
    if form.is_valid():
        try:
            operations.set_retention(**form.cleaned_data, actor=actor)
        except FoureyesError as refusal:
            if refusal.status != form.refused_with:  # not about what was typed
                raise
            form.refuse(refusal)
        else:
            messages.success(request, _("The period is set."))
            return redirect("retention")
    require(actor, Permission.RETENTION_SET)
    return _page(request, actor, form)


@require_http_methods(["GET", "POST"])
def set_hold(request: HttpRequest) -> HttpResponse:
    """Keep a part of the log as it is."""
    actor = actor_of(request)
    require(actor, Permission.HOLD_SET)
    form = HoldForm(request.POST or None, **choices_of(actor))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            operations.set_hold(
                given["title"], reason=given["reason"], narrowing=form.narrowing(), actor=actor
            )
        except FoureyesError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The legal hold is in force."))
            return redirect("retention")
    context = {"section": "log", "form": form}
    return render(request, "governance/trail/set_hold.html", context, status=form.status)


@require_POST
def lift_hold(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    """Let what was held go its way again."""
    reason = request.POST.get("reason", "")
    operations.lift_hold(hold_id, reason=reason, actor=actor_of(request))
    messages.success(request, _("The legal hold is lifted."))
    return redirect("retention")


@require_http_methods(["GET", "POST"])
def request_erasure(request: HttpRequest) -> HttpResponse:
    """Ask for personal values to be erased; somebody else confirms."""
    actor = actor_of(request)
    require(actor, Permission.ERASURE_REQUEST)
    meant = id_of(request.GET.get("entry", ""))
    form = ErasureForm(request.POST or None, people=people_named(), initial={"entry": meant})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            operations.request_erasure(
                reason=given["reason"],
                person_id=id_of(given["person"]),
                entry_id=given["entry"],
                actor=actor,
            )
        except FoureyesError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Another person has to confirm it now."))
            return redirect("retention")
    context = {"section": "log", "form": form}
    return render(request, "governance/trail/request_erasure.html", context, status=form.status)


@require_POST
def confirm_erasure(request: HttpRequest, erasure_id: UUID) -> HttpResponse:
    """Destroy them; there is no way back."""
    done = operations.confirm_erasure(erasure_id, actor=actor_of(request))
    number = done.erased or 0
    words = ngettext("{n} value is erased.", "{n} values are erased.", number)
    messages.success(request, words.format(n=number))
    return redirect("retention")


@require_POST
def decline_erasure(request: HttpRequest, erasure_id: UUID) -> HttpResponse:
    """Say no; everything stays."""
    reason = request.POST.get("reason", "")
    operations.decline_erasure(erasure_id, reason=reason, actor=actor_of(request))
    messages.success(request, _("The erasure is declined; everything stays."))
    return redirect("retention")
