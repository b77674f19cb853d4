"""Rounds, decisions, conditions, waivers and reports in the Django admin. Never: leaves to sign."""

from django.contrib import admin

from workflows.lifecycle.models import (
    ApprovalRound,
    Condition,
    Decision,
    ValidationReport,
    Waiver,
)

admin.site.register(
    ApprovalRound, list_display=("version", "move", "number", "state"), list_filter=("state",)
)
admin.site.register(Decision, list_display=("round", "person", "role", "kind", "decided_at"))
admin.site.register(ValidationReport, list_display=("version", "number", "written_by"))
admin.site.register(
    Condition,
    list_display=("version", "number", "owner", "due_on", "state"),
    list_filter=("state",),
)
admin.site.register(Waiver, list_display=("version", "gate", "role", "waived_by", "expires_at"))
