"""What somebody was told, and how they want to be told."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access.permissions import Permission
from governance.access.queries import can
from governance.access.requests import actor_of
from governance.errors import Invalid
from workflows.notifications import operations
from workflows.notifications.forms import MailPreferencesForm
from workflows.notifications.labels import KINDS
from workflows.notifications.queries import (
    NoticeCounts,
    address_of,
    mail_language,
    notice_counts,
    notices_for,
    preferences_of,
)
from workflows.notifications.queries.calendar import calendar_of, has_calendar

PAGE = 50
MOST_AT_ONCE = 500


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """Notices of the reader, newest first; `?show=all` with those that are read, `?kind=`."""
    actor, unread = actor_of(request), request.GET.get("show") != "all"
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    counts = notice_counts(actor)
    page = Paginator(notices_for(actor, unread=unread, kind=kind), PAGE)
    context = {
        "section": "notices",
        "page": page.get_page(request.GET.get("page")),
        "counts": counts,
        "tabs": _tabs(counts, unread=unread, kind=kind),
        "kinds": KINDS.items(),
        "kind": kind,
        "unread": unread,
        "sees_channels": can(actor, Permission.CONNECTION_VIEW),
    }
    return render(request, "workflows/notifications/notices.html", context)


def _tabs(counts: NoticeCounts, *, unread: bool, kind: str) -> list[dict[str, Any]]:
    more = f"&kind={kind}" if kind else ""
    return [
        {"label": _("Unread"), "count": counts.unread, "url": f"?show=unread{more}"}
        | {"current": unread},
        {"label": _("All"), "count": counts.total, "url": f"?show=all{more}"}
        | {"current": not unread},
    ]


@require_GET
def open_notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Takes a notice as read and goes to what it is about."""
    return redirect(operations.mark_notice_read(notice_id, actor=actor_of(request)).link)


@require_POST
def mark_notices_read(request: HttpRequest) -> HttpResponse:
    """Takes the chosen notices as read, or all; back to the list as it was narrowed."""
    number = operations.mark_notices_read(_chosen(request), actor=actor_of(request))
    words = ngettext(
        "{number} notice is marked as read.", "{number} notices are marked as read.", number
    )
    if number:
        messages.success(request, words.format(number=number))
    else:
        messages.info(request, _("Nothing was chosen that is not read already."))
    return redirect(f"{request.path.removesuffix('mark-read/')}?{request.GET.urlencode()}")


def _chosen(request: HttpRequest) -> list[UUID] | None:
    if "all" in request.POST:
        return None
    try:
        return [UUID(one) for one in request.POST.getlist("notice")[:MOST_AT_ONCE]]
    except ValueError as error:
        raise Invalid(_("That is not a notice."), field="notice") from error


@require_POST
def make_calendar(request: HttpRequest) -> HttpResponse:
    """A new secret address, shown this once."""
    secret = operations.make_calendar(actor=actor_of(request))
    address = settings.SITE_URL + reverse("calendar", args=[secret])
    response = render(request, "workflows/notifications/calendar.html", {"address": address})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def revoke_calendar(request: HttpRequest) -> HttpResponse:
    """The address opens nothing any more."""
    operations.revoke_calendar(actor=actor_of(request))
    messages.success(request, _("The address of your calendar is revoked."))
    return redirect("mail_preferences")


@require_GET
def calendar(_request: HttpRequest, secret: str) -> HttpResponse:
    """The deadlines of whoever the secret belongs to; calendars sign in by the address alone."""
    return HttpResponse(
        calendar_of(secret),
        content_type="text/calendar; charset=utf-8",
        headers={"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"},
    )


@require_http_methods(["GET", "POST"])
def mail_preferences(request: HttpRequest) -> HttpResponse:
    """When mail goes out, by kind, and in which language."""
    actor = actor_of(request)
    kept = preferences_of(actor.person_id) | {"language": mail_language(actor.person_id)}
    form = MailPreferencesForm(request.POST or None, initial=kept)
    if form.is_bound and form.is_valid():
        language = form.cleaned_data["language"]
        operations.set_mail_preferences(form.chosen, language=language, actor=actor)
        messages.success(request, _("Saved. It holds from the next notice on."))
        return redirect("mail_preferences")
    context = {
        "form": form,
        "section": "mail_preferences",
        "address": address_of(actor.person_id),
        "has_calendar": has_calendar(actor.person_id),
    }
    status = 422 if form.is_bound else 200
    return render(request, "workflows/notifications/preferences.html", context, status=status)
