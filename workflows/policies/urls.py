"""Addresses of the policies."""

from django.urls import path

from workflows.policies.views.calendars import set_calendar
from workflows.policies.views.drafting import (
    add_policy,
    discard_draft,
    edit_policy,
    edit_policy_text,
    policy_draft,
    put_policy_in_force,
)
from workflows.policies.views.freezes import freezes, lift_freeze, set_freeze
from workflows.policies.views.reading import export_policy, policies, policy, policy_versions

DRAFT = "policy-drafts/<uuid:draft_id>/"
POLICY = "policies/<slug:name>/"

urlpatterns = [
    path("policies/", policies, name="policies"),
    path("add-policy/", add_policy, name="add_policy"),
    path("calendars/<slug:name>/", set_calendar, name="set_calendar"),
    path("freezes/", freezes, name="freezes"),
    path("freezes/set/", set_freeze, name="set_freeze"),
    path("freezes/<uuid:freeze_id>/lift/", lift_freeze, name="lift_freeze"),
    path(DRAFT, policy_draft, name="policy_draft"),
    path(f"{DRAFT}put-in-force/", put_policy_in_force, name="put_policy_in_force"),
    path(f"{DRAFT}discard/", discard_draft, name="discard_draft"),
    path(POLICY, policy, name="policy"),
    path(f"{POLICY}versions/", policy_versions, name="policy_versions"),
    path(f"{POLICY}export/", export_policy, name="export_policy"),
    path(f"{POLICY}edit/", edit_policy, name="edit_policy"),
    path(f"{POLICY}edit-text/", edit_policy_text, name="edit_policy_text"),
]
