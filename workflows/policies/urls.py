"""Addresses of the policies."""

from django.urls import path

from workflows.policies.views import policies, policy

urlpatterns = [
    path("policies/", policies, name="policies"),
    path("policies/<slug:name>/", policy, name="policy"),
]
