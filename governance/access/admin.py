"""Rows of access in the Django admin. Never: password hashes, and digests of tokens."""

from django.contrib import admin

from governance.access.models import (
    AccessReview,
    AccessReviewItem,
    ApiToken,
    BreakGlass,
    ConflictRule,
    Delegation,
    GrantProposal,
    GroupMapping,
    Involvement,
    Person,
    Portfolio,
    Role,
    RoleAssignment,
    Team,
    User,
)

site = admin.site
site.register(
    Person,
    list_display=("full_name", "email", "active"),
    list_filter=("active",),
    search_fields=("full_name", "email"),
)
site.register(
    User,
    list_display=("username", "person", "kind", "is_active", "last_login"),
    list_filter=("kind", "is_active"),
    search_fields=("username", "email"),
    fields=("username", "email", "kind", "person", "is_active", "last_login", "date_joined"),
)
site.register(
    ApiToken,
    list_display=("prefix", "name", "account", "expires_at", "last_used_at", "revoked_at"),
    search_fields=("prefix", "name"),
    exclude=("digest",),
)
site.register(Team, list_display=("title", "name"), search_fields=("title", "name"))
site.register(Portfolio, list_display=("title", "name"), search_fields=("title", "name"))
site.register(
    Role,
    list_display=("title", "name", "shipped", "sensitive", "mfa_required"),
    list_filter=("shipped", "sensitive"),
)
site.register(
    RoleAssignment,
    list_display=("role", "person", "team", "account", "scope_kind", "starts_at", "revoked_at"),
    list_filter=("scope_kind", "source", "role"),
    list_select_related=("role", "person", "team", "account"),
)
site.register(GrantProposal, list_display=("role", "person", "team", "account", "outcome"))
site.register(Delegation, list_display=("giver", "deputy", "starts_at", "ends_at", "revoked_at"))
site.register(BreakGlass, list_display=("person", "started_at", "reviewed_by", "reviewed_at"))
site.register(ConflictRule, list_display=("name", "kind", "first", "second", "shipped"))
site.register(AccessReview, list_display=("title", "portfolio", "opened_at", "due_at", "closed_at"))
site.register(GroupMapping, list_display=("provider", "group", "role", "portfolio"))
site.register(
    AccessReviewItem,
    list_display=("review", "assignment", "reviewer", "verdict", "decided_at"),
    list_filter=("verdict",),
)
site.register(
    Involvement, list_display=("person", "version", "part", "since"), list_filter=("part",)
)
