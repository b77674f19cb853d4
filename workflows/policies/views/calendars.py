"""Business calendars on a screen."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.access.permissions import Permission
from governance.access.queries import can
from governance.access.requests import actor_of
from governance.errors import Invalid
from workflows.policies.forms import CalendarForm
from workflows.policies.operations import set_calendar as write
from workflows.policies.queries import calendar_named, calendar_title


@require_http_methods(["GET", "POST"])
def set_calendar(request: HttpRequest, name: str) -> HttpResponse:
    """The days of a calendar; due times that are set already stay."""
    actor, known = actor_of(request), calendar_named(name)
    days = "\n".join(f"{day} {word}" for day, word in sorted(known.holidays.items()))
    kept = {"title": calendar_title(name), "weekend": sorted(known.weekend), "holidays": days}
    form = CalendarForm(request.POST or None, initial=kept)
    if form.is_valid():
        facts = form.cleaned_data
        try:
            holidays = _days(facts["holidays"])
            write(
                name,
                title=facts["title"],
                weekend=facts["weekend"],
                holidays=holidays,
                actor=actor,
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The calendar is saved."))
            return redirect("policies")
    context = {
        "section": "policies",
        "form": form,
        "title": calendar_title(name),
        "days": days,
        "may_set": can(actor, Permission.POLICY_ENFORCE),
        "crumbs": [(_("Policies"), reverse("policies")), (calendar_title(name), "")],
    }
    return render(request, "workflows/policies/set_calendar.html", context, status=form.status)


def _days(text: str) -> dict[date, str]:
    found = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        day, _sign, word = line.strip().partition(" ")
        try:
            found[date.fromisoformat(day)] = word.strip()[:100]
        except ValueError as error:
            raise Invalid(
                _("Line {line}: “{day}” is not a day.").format(line=number, day=day[:40]),
                remedy=_("Write it as 2026-12-25."),
                field="holidays",
            ) from error
    return found
