"""Addresses of the reports."""

from django.urls import path

from governance.reports.views import (
    asked_comparison,
    asked_comparison_state,
    cancel_comparison,
    compare_versions,
    comparison,
    download_asked_comparison,
    download_comparison,
    request_comparison,
)

COMPARISON = "models/<slug:name>/versions/<int:number>/comparison/"
ASKED = "models/<slug:name>/comparisons/<uuid:comparison_id>/"

urlpatterns = [
    path("models/<slug:name>/compare/", compare_versions, name="compare_versions"),
    path("models/<slug:name>/comparisons/", request_comparison, name="request_comparison"),
    path(ASKED, asked_comparison, name="asked_comparison"),
    path(f"{ASKED}state/", asked_comparison_state, name="asked_comparison_state"),
    path(f"{ASKED}cancel/", cancel_comparison, name="cancel_comparison"),
    path(f"{ASKED}<slug:form>/", download_asked_comparison, name="download_asked_comparison"),
    path(COMPARISON, comparison, name="comparison"),
    path(f"{COMPARISON}<slug:form>/", download_comparison, name="download_comparison"),
]
