"""Every address of the site; each subject lists its own."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from governance.access.views.ways_in import WAYS_IN
from governance.project.api import api
from governance.project.health import healthz, readyz
from governance.project.views import favicon, not_here, set_theme

# Pages of allauth that are closed here: an e-mail address and a first password are an
# administrator's to give, and an account of the identity provider is bound only by signing in.
CLOSED = ("confirm-email/", "email/", "password/set/", "3rdparty/", "3rdparty/signup/")

urlpatterns = [
    path("accounts/", RedirectView.as_view(pattern_name="preferences")),
    *(path(f"accounts/{closed}", not_here) for closed in CLOSED),
    *(path(f"accounts/{address}", view) for address, view in WAYS_IN.items()),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("favicon.ico", favicon),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("i18n/theme/", set_theme, name="set_theme"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("governance.access.urls")),
    path("", include("governance.trail.urls")),
    path("", include("workflows.gitops.urls")),
    path("", include("governance.inventory.urls")),
    path("", include("governance.monitoring.urls")),
    path("", include("governance.reports.urls")),
    path("", include("workflows.policies.urls")),
    path("", include("workflows.notifications.urls")),
    path("", include("workflows.delivery.urls")),
    path("", include("workflows.desk.urls")),
]
