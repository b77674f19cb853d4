"""Where notices of cases go besides people: a webhook, or a channel of Teams."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access.permissions import Permission
from governance.access.queries import can, portfolios_where, require
from governance.access.requests import actor_of
from governance.errors import FoureyesError
from workflows.notifications import operations
from workflows.notifications.forms import ChannelForm
from workflows.notifications.labels import KINDS
from workflows.notifications.queries.channels import channels as all_channels


@require_GET
def channels(request: HttpRequest) -> HttpResponse:
    """Every channel with its state and its last error."""
    actor = actor_of(request)
    rows = [
        {"channel": row, "kinds": [KINDS[kind].title for kind in row.events]}
        for row in all_channels(actor)
    ]
    context = {
        "section": "notices",
        "rows": rows,
        "may_add": can(actor, Permission.CONNECTION_ADD),
        "may_change": can(actor, Permission.CONNECTION_CHANGE),
    }
    return render(request, "workflows/notifications/channels.html", context)


@require_http_methods(["GET", "POST"])
def add_channel(request: HttpRequest) -> HttpResponse:
    """A new place for notices of cases."""
    actor = actor_of(request)
    require(actor, Permission.CONNECTION_ADD)
    places = portfolios_where(actor, Permission.CONNECTION_ADD)
    form = ChannelForm(request.POST or None, portfolios=places)
    if request.method == "POST" and form.is_valid():
        try:
            row = operations.add_channel(**form.cleaned_data, actor=actor)
        except FoureyesError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("{name} is added. Test it now.").format(name=row.name))
            return redirect("channels")
    context = {"section": "notices", "form": form}
    return render(request, "workflows/notifications/add_channel.html", context, status=form.status)


@require_POST
def test_channel(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """A trial message."""
    row = operations.test_channel(channel_id, actor=actor_of(request))
    words = _("A trial message to {name} is on its way; its state stands here in a moment.")
    messages.success(request, words.format(name=row.name))
    return redirect("channels")


@require_POST
def switch_channel(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """Off, so that nothing leaves, or on again."""
    active = request.POST.get("active") == "yes"
    row = operations.switch_channel(channel_id, active=active, actor=actor_of(request))
    words = _("{name} is switched on.") if active else _("{name} is switched off.")
    messages.success(request, words.format(name=row.name))
    return redirect("channels")
