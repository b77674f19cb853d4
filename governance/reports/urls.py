"""Addresses of the reports."""

from django.urls import path

from governance.reports.views import compare_versions, comparison, download_comparison

COMPARISON = "models/<slug:name>/versions/<int:number>/comparison/"

urlpatterns = [
    path("models/<slug:name>/compare/", compare_versions, name="compare_versions"),
    path(COMPARISON, comparison, name="comparison"),
    path(f"{COMPARISON}<slug:form>/", download_comparison, name="download_comparison"),
]
