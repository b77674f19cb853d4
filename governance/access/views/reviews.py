"""Access reviews: opening a campaign, and keeping or removing row by row."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access import operations
from governance.access.forms.lending import ReviewForm, VerdictForm
from governance.access.permissions import Permission
from governance.access.queries import (
    Holder,
    away,
    can,
    can_anywhere,
    items_for,
    items_of,
    place_choices,
    portfolio_chosen,
    require_anywhere,
    review_seen,
    reviews_seen,
)
from governance.access.requests import actor_of
from governance.access.views.attempts import attempt
from governance.access.views.granting import end_of
from governance.access.views.people import tabs

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from django.http import HttpRequest, QueryDict

    from governance.access.models import AccessReview, AccessReviewItem
    from governance.actors import Actor


@require_GET
def access_reviews(request: HttpRequest) -> HttpResponse:
    """Every campaign that the reader may open the like of, or is asked in."""
    actor = actor_of(request)
    asked = Counter(item.review for item in items_for(actor))
    if not asked:
        require_anywhere(actor, Permission.ACCESS_REVIEW_OPEN)
    seen = list(dict.fromkeys([*asked, *reviews_seen(actor)]))
    context = {
        "rows": [{"review": one, "asked": asked[one], **_progress(one)} for one in seen],
        "may_open": can_anywhere(actor, Permission.ACCESS_REVIEW_OPEN),
    }
    context |= tabs(actor, "access_reviews")
    return render(request, "governance/access/access_reviews.html", context)


def _progress(review: AccessReview) -> dict[str, int]:
    verdicts = Counter(review.items.values_list("verdict", flat=True))
    total = sum(verdicts.values())
    return {"total": total, "decided": total - verdicts["open"], "removed": verdicts["remove"]}


@require_http_methods(["GET", "POST"])
def open_review(request: HttpRequest) -> HttpResponse:
    """A new campaign over all grants of a place."""
    actor = actor_of(request)
    require_anywhere(actor, Permission.ACCESS_REVIEW_OPEN)
    form = _form(actor, request.POST if request.method == "POST" else None)
    opened: list[AccessReview] = []
    if form.is_bound and attempt(form, lambda: opened.append(_open(form.cleaned_data, actor))):
        messages.success(request, _("The review is open; everybody who is asked finds it here."))
        return redirect("access_review", opened[0].pk)
    context = {"form": form} | tabs(actor, "access_reviews")
    return render(request, "governance/access/open_review.html", context, status=form.status)


def _form(actor: Actor, typed: QueryDict | None) -> ReviewForm:
    return ReviewForm(typed, place=place_choices(actor, Permission.ACCESS_REVIEW_OPEN))


def _open(typed: Mapping[str, Any], actor: Actor) -> AccessReview:
    due_at = end_of(typed["due_on"])
    assert due_at is not None
    return operations.open_review(
        title=typed["title"],
        due_at=due_at,
        portfolio=portfolio_chosen(actor, Permission.ACCESS_REVIEW_OPEN, typed["place"]),
        actor=actor,
    )


@require_GET
def access_review(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """One campaign: one's own rows to decide on, or everybody's."""
    return _page(request, review_id)


def _page(request: HttpRequest, review_id: UUID, **bound: VerdictForm) -> HttpResponse:
    actor = actor_of(request)
    review = review_seen(actor, review_id)
    items = list(items_of(review))
    gone = away(item.reviewer_id for item in items)
    mine = [item for item in items if _is_asked(item, actor, gone)]
    everybody = request.GET.get("show") == "all" or not mine
    shown = items if everybody else mine
    if request.GET.get("show") == "removed":
        shown, everybody = [item for item in items if item.verdict == "remove"], True
    context = {
        "review": review,
        "rows": [_row(item, bound, mine=item in mine) for item in sorted(shown, key=_open_first)],
        "mine": _count(mine),
        "all": _count(items),
        "everybody": everybody,
        "show": request.GET.get("show", ""),
        "reviewers": _by_reviewer(items),
    }
    status = next((form.status for form in bound.values()), 200)
    context |= tabs(actor, "access_reviews")
    return render(request, "governance/access/access_review.html", context, status=status)


def _open_first(item: AccessReviewItem) -> tuple[bool, str]:
    return item.verdict != "open", str(item.assignment.role)


def _count(items: list[AccessReviewItem]) -> dict[str, int]:
    verdicts = Counter(item.verdict for item in items)
    return {
        "total": len(items),
        "decided": len(items) - verdicts["open"],
        "open": verdicts["open"],
        "kept": verdicts["keep"],
        "removed": verdicts["remove"],
    }


def _by_reviewer(items: list[AccessReviewItem]) -> list[tuple[str, dict[str, int]]]:
    named: dict[str, list[AccessReviewItem]] = {}
    for item in items:
        named.setdefault(item.reviewer.full_name, []).append(item)
    return sorted((name, _count(rows)) for name, rows in named.items())


def _is_asked(item: AccessReviewItem, actor: Actor, gone: Collection[UUID]) -> bool:
    """By name; or, when the reviewer is gone, as whoever else may take it back."""
    if item.reviewer_id == actor.person_id:
        return True
    row = item.assignment
    holder = Holder(row.person, row.team, row.account)
    own = actor.person_id in {person.pk for person in holder.people()}
    place = row.model or row.portfolio
    return item.reviewer_id in gone and not own and can(actor, Permission.ASSIGNMENT_REVOKE, place)


def _row(item: AccessReviewItem, bound: Mapping[str, VerdictForm], *, mine: bool) -> dict[str, Any]:
    key = f"item_{item.pk.hex}"
    ended = bool(item.assignment.revoked_at) or bool(item.review.closed_at)
    return {
        "item": item,
        "row": item.assignment,
        "key": key,
        "form": bound.get(key),
        "may": mine and not ended,
    }


@require_POST
def decide_item(request: HttpRequest, item_id: UUID, review_id: UUID) -> HttpResponse:
    """Keeps or removes one grant."""
    actor = actor_of(request)
    review_seen(actor, review_id)
    form = VerdictForm(request.POST)
    if attempt(form, lambda: _decide(item_id, form.cleaned_data, actor)):
        messages.success(request, _("Written down; it can be changed until the review closes."))
        return redirect("access_review", review_id)
    return _page(request, review_id, **{f"item_{item_id.hex}": form})


def _decide(item_id: UUID, typed: Mapping[str, str], actor: Actor) -> None:
    keep = typed["verdict"] == "keep"
    operations.decide_item(item_id, keep=keep, reason=typed["reason"], actor=actor)


@require_POST
@never_cache
def export_review(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """All rows of the review as CSV; that it was taken is in the log."""
    actor = actor_of(request)
    review = review_seen(actor, review_id)
    name = slugify(review.title)[:60] or str(review.pk)[:8]
    return HttpResponse(
        operations.export_review(review.pk, actor=actor),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="access-review-{name}.csv"',
            "X-Content-Type-Options": "nosniff",
        },
    )
