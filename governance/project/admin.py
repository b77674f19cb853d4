"""The Django admin: rows as they stand, for who administers the whole site. Nothing in it writes.

Whatever a subject registers is made read-only here, so that nobody can forget it. What libraries
bring along (sessions, second factors, secrets of providers) is not taken in at all.
"""

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from governance.access.queries import administrators
from governance.access.requests import actor_of
from governance.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model

OURS = {"governance", "workflows"}
PAGES = ("index", "app_list")
PAGES_OF_A_MODEL = ("_changelist", "_change")


class Reading:
    """What every model is given: looked at by whom the site lets in, and by nobody changed."""

    actions = None
    show_full_result_count = False
    admin_site: "ReadingSite"

    def has_view_permission(self, request: HttpRequest, _row: object = None) -> bool:
        """Who may look at one row may look at all."""
        return self.admin_site.has_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The same for all models of an app."""
        return self.admin_site.has_permission(request)

    def has_add_permission(self, _request: HttpRequest, _row: object = None) -> bool:
        """Never: operations write."""
        return False

    def has_change_permission(self, _request: HttpRequest, _row: object = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _row: object = None) -> bool:
        """Never."""
        return False

    def lookup_allowed(self, lookup: str, _value: object, request: HttpRequest) -> bool:
        """Only filters that are shown: else an address could ask a hidden column letter by letter.

        Django allows every column of the model itself, and so `?password__startswith=`.
        """
        return lookup.removesuffix("__exact") in self.get_list_filter(request)  # type: ignore[attr-defined]

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> "Model | None":
        """The row of an address; where that names a column by no name, it is the key."""
        found: Model | None = super().get_object(request, object_id, from_field or None)  # type: ignore[misc]
        return found

    def get_urls(self) -> list[URLPattern]:
        """The list and one row; no history, which would be empty: the log is the history."""
        found: list[URLPattern] = super().get_urls()  # type: ignore[misc]
        return [one for one in found if (one.name or "").endswith(PAGES_OF_A_MODEL)]


class ReadingSite(admin.AdminSite):
    """Django's site, closed but for administrators, and without any way to write."""

    site_header = site_title = "Foureyes"
    index_title = gettext_lazy("Rows to look at")
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        """By role, read once a page. The flags is_staff and is_superuser give nothing."""
        if not hasattr(request, "actor"):
            return False
        known = getattr(request, "administers", None)
        if known is None:
            known = actor_of(request).person_id in administrators()
            request.administers = known  # type: ignore[attr-defined]
        return bool(known)

    def register(
        self,
        model_or_iterable: Any,  # noqa: ANN401  one model, or several
        admin_class: type[Any] | None = None,
        **options: Any,  # noqa: ANN401  as a ModelAdmin names them
    ) -> None:
        """Takes in what is ours, read-only; what libraries register of theirs stays away."""
        many = isinstance(model_or_iterable, list | tuple)
        found: Iterable[type[Model]] = model_or_iterable if many else [model_or_iterable]
        ours: Any = [one for one in found if one._meta.app_label in OURS]  # noqa: SLF001
        base = type("ReadingAdmin", (Reading, admin_class or admin.ModelAdmin), {})
        super().register(ours, base, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """No sign-in, sign-out and password of its own: the site's are the only ones."""
        found = super().get_urls()
        return [one for one in found if isinstance(one, URLResolver) or one.name in PAGES]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: ANN401, ARG002, FBT001, FBT002  Django's
        """Only looked at, and only by who may; the sign-in is the middleware's."""

        @require_GET
        @never_cache
        @wraps(view)
        def shown(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
            if not self.has_permission(request):
                raise NotAllowed(
                    _("These pages are for who administers the whole site."),
                    remedy=_("Everything that you may see stands in the pages of Foureyes."),
                )
            answer: HttpResponse = view(request, *args, **named)
            return answer

        return shown
