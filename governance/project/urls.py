"""Every address of the site; each subject lists its own."""

from django.urls import include, path

from governance.project.api import api
from governance.project.health import healthz, readyz

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("i18n/", include("django.conf.urls.i18n")),
]
