"""Feeds of the log to other systems: where entries go, and whether they arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access.permissions import Permission
from governance.access.queries import can, require
from governance.access.requests import actor_of
from governance.errors import FoureyesError
from governance.trail import operations
from governance.trail.forms import FeedForm, SecretForm
from governance.trail.queries.feeds import feed_by_id, feed_rows
from governance.trail.views.log import choices_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@require_GET
@never_cache
def feeds(request: HttpRequest) -> HttpResponse:
    """Every feed with its state and its last error."""
    actor = actor_of(request)
    context = {
        "section": "log",
        "rows": feed_rows(actor),
        "may_add": can(actor, Permission.FEED_ADD),
        "may_change": can(actor, Permission.FEED_CHANGE),
    }
    return render(request, "governance/trail/feeds.html", context)


@require_http_methods(["GET", "POST"])
def add_feed(request: HttpRequest) -> HttpResponse:
    """A new place for entries to go."""
    actor = actor_of(request)
    require(actor, Permission.FEED_ADD)
    form = FeedForm(request.POST or None, **choices_of(actor))
    if request.method == "POST" and form.is_valid():
        facts = {**form.cleaned_data}
        for chosen in ("portfolio", "action"):
            facts.pop(chosen)
        try:
            feed = operations.add_feed(**facts, narrowing=form.narrowing(), actor=actor)
        except FoureyesError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("{name} is added.").format(name=feed.name))
            return redirect("feeds")
    context = {"section": "log", "form": form}
    return render(request, "governance/trail/add_feed.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
def renew_feed(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    """Another secret in the old one's place."""
    actor, form = actor_of(request), SecretForm(request.POST or None)
    feed = feed_by_id(feed_id, actor)
    if request.method == "POST" and form.is_valid():
        try:
            operations.renew_feed(feed_id, secret=form.cleaned_data["secret"], actor=actor)
        except FoureyesError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The secret of {name} is renewed.").format(name=feed.name))
            return redirect("feeds")
    context = {"section": "log", "form": form, "feed": feed}
    return render(request, "governance/trail/renew_feed.html", context, status=form.status)


@require_POST
def switch_feed(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    """Off, so that nothing leaves, or on: it goes on where it stopped."""
    active = request.POST.get("active") == "yes"
    feed = operations.switch_feed(feed_id, active=active, actor=actor_of(request))
    words = _("{name} goes on where it stopped.") if active else _("{name} is switched off.")
    messages.success(request, words.format(name=feed.name))
    return redirect("feeds")
