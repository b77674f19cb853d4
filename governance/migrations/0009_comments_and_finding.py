"""Comments on versions, keys of one letter, and finding models by any part of their names."""

from django.db import DatabaseError, migrations, models, transaction

COMMENT = "version:comment"
WHO_COMMENTS = (
    "model_developer",
    "model_owner",
    "model_validator",
    "risk_officer",
    "head_of_model_risk",
    "mlops_engineer",
    "service_account",
)
TABLE = "governance_registeredmodel"
# As Django writes `icontains`, so that the planner knows it again.
TRIGRAMS = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    *(
        f"CREATE INDEX IF NOT EXISTS registered_model_{column}_trgm"
        f" ON {TABLE} USING gin (upper({column}::text) gin_trgm_ops)"
        for column in ("title", "name")
    ),
]


def let_roles_comment(apps, schema_editor):
    """What ships from now on; a role that a site took away stays away."""
    permissions = apps.get_model("governance", "RolePermission")
    roles = apps.get_model("governance", "Role").objects.filter(name__in=WHO_COMMENTS, shipped=True)
    for role in roles:
        permissions.objects.get_or_create(role=role, permission=COMMENT)


def add_trigrams(apps, schema_editor):
    """Part of every PostgreSQL since 13 that comes with its modules, and open to who owns a database.

    Where it is not to be had, everything works, and finding walks the list as before.
    """
    if schema_editor.connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=schema_editor.connection.alias):
            for statement in TRIGRAMS:
                schema_editor.execute(statement)
    except DatabaseError as refusal:
        by_hand = ";\n  ".join(TRIGRAMS)
        print(
            f"\n  No index for finding models ({refusal!s:.200})."
            f" Whoever administers the database may add it:\n  {by_hand};"
        )


def drop_trigrams(apps, schema_editor):
    """The module stays: others may use it."""
    if schema_editor.connection.vendor == "postgresql":
        for column in ("title", "name"):
            schema_editor.execute(f"DROP INDEX IF EXISTS registered_model_{column}_trgm")


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0008_append_cheaper"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="portfolio",
            options={
                "ordering": ["title"],
                "permissions": (
                    ("access_review:open", "access_review:open"),
                    ("alert:close", "alert:close"),
                    ("assignment:grant", "assignment:grant"),
                    ("assignment:revoke", "assignment:revoke"),
                    ("conflict_rule:add", "conflict_rule:add"),
                    ("conflict_rule:remove", "conflict_rule:remove"),
                    ("condition:close", "condition:close"),
                    ("condition:meet", "condition:meet"),
                    ("connection:add", "connection:add"),
                    ("connection:change", "connection:change"),
                    ("connection:view", "connection:view"),
                    ("emergency:sign", "emergency:sign"),
                    ("erasure:confirm", "erasure:confirm"),
                    ("erasure:request", "erasure:request"),
                    ("feed:add", "feed:add"),
                    ("feed:change", "feed:change"),
                    ("finding:answer", "finding:answer"),
                    ("finding:close", "finding:close"),
                    ("finding:raise", "finding:raise"),
                    ("freeze:lift", "freeze:lift"),
                    ("freeze:set", "freeze:set"),
                    ("gate:waive", "gate:waive"),
                    ("glass:break", "glass:break"),
                    ("glass:review", "glass:review"),
                    ("hold:lift", "hold:lift"),
                    ("hold:set", "hold:set"),
                    ("job:retry", "job:retry"),
                    ("kpi:record", "kpi:record"),
                    ("live_change:review", "live_change:review"),
                    ("log:view", "log:view"),
                    ("model:register", "model:register"),
                    ("model:set_tier", "model:set_tier"),
                    ("model:view", "model:view"),
                    ("person:add", "person:add"),
                    ("person:deactivate", "person:deactivate"),
                    ("person:view", "person:view"),
                    ("policy:apply", "policy:apply"),
                    ("policy:draft", "policy:draft"),
                    ("policy:enforce", "policy:enforce"),
                    ("portfolio:add", "portfolio:add"),
                    ("promotion_alarm:close", "promotion_alarm:close"),
                    ("promotion:close", "promotion:close"),
                    ("promotion:merge", "promotion:merge"),
                    ("retention:set", "retention:set"),
                    ("role:add", "role:add"),
                    ("role:change", "role:change"),
                    ("role:delete", "role:delete"),
                    ("target:add", "target:add"),
                    ("target:change", "target:change"),
                    ("team:add", "team:add"),
                    ("team:change", "team:change"),
                    ("threshold:set", "threshold:set"),
                    ("token:issue", "token:issue"),
                    ("token:revoke", "token:revoke"),
                    ("version:approve", "version:approve"),
                    ("version:comment", "version:comment"),
                    ("version:create", "version:create"),
                    ("version:reject", "version:reject"),
                    ("version:resume", "version:resume"),
                    ("version:retire", "version:retire"),
                    ("version:roll_back", "version:roll_back"),
                    ("version:submit", "version:submit"),
                    ("version:suspend", "version:suspend"),
                    ("version:validate", "version:validate"),
                    ("version:withdraw", "version:withdraw"),
                ),
                "verbose_name": "portfolio",
                "verbose_name_plural": "portfolios",
            },
        ),
        migrations.AlterModelOptions(
            name="registeredmodel",
            options={
                "ordering": ["title"],
                "permissions": (
                    ("access_review:open", "access_review:open"),
                    ("alert:close", "alert:close"),
                    ("assignment:grant", "assignment:grant"),
                    ("assignment:revoke", "assignment:revoke"),
                    ("conflict_rule:add", "conflict_rule:add"),
                    ("conflict_rule:remove", "conflict_rule:remove"),
                    ("condition:close", "condition:close"),
                    ("condition:meet", "condition:meet"),
                    ("connection:add", "connection:add"),
                    ("connection:change", "connection:change"),
                    ("connection:view", "connection:view"),
                    ("emergency:sign", "emergency:sign"),
                    ("erasure:confirm", "erasure:confirm"),
                    ("erasure:request", "erasure:request"),
                    ("feed:add", "feed:add"),
                    ("feed:change", "feed:change"),
                    ("finding:answer", "finding:answer"),
                    ("finding:close", "finding:close"),
                    ("finding:raise", "finding:raise"),
                    ("freeze:lift", "freeze:lift"),
                    ("freeze:set", "freeze:set"),
                    ("gate:waive", "gate:waive"),
                    ("glass:break", "glass:break"),
                    ("glass:review", "glass:review"),
                    ("hold:lift", "hold:lift"),
                    ("hold:set", "hold:set"),
                    ("job:retry", "job:retry"),
                    ("kpi:record", "kpi:record"),
                    ("live_change:review", "live_change:review"),
                    ("log:view", "log:view"),
                    ("model:register", "model:register"),
                    ("model:set_tier", "model:set_tier"),
                    ("model:view", "model:view"),
                    ("person:add", "person:add"),
                    ("person:deactivate", "person:deactivate"),
                    ("person:view", "person:view"),
                    ("policy:apply", "policy:apply"),
                    ("policy:draft", "policy:draft"),
                    ("policy:enforce", "policy:enforce"),
                    ("portfolio:add", "portfolio:add"),
                    ("promotion_alarm:close", "promotion_alarm:close"),
                    ("promotion:close", "promotion:close"),
                    ("promotion:merge", "promotion:merge"),
                    ("retention:set", "retention:set"),
                    ("role:add", "role:add"),
                    ("role:change", "role:change"),
                    ("role:delete", "role:delete"),
                    ("target:add", "target:add"),
                    ("target:change", "target:change"),
                    ("team:add", "team:add"),
                    ("team:change", "team:change"),
                    ("threshold:set", "threshold:set"),
                    ("token:issue", "token:issue"),
                    ("token:revoke", "token:revoke"),
                    ("version:approve", "version:approve"),
                    ("version:comment", "version:comment"),
                    ("version:create", "version:create"),
                    ("version:reject", "version:reject"),
                    ("version:resume", "version:resume"),
                    ("version:retire", "version:retire"),
                    ("version:roll_back", "version:roll_back"),
                    ("version:submit", "version:submit"),
                    ("version:suspend", "version:suspend"),
                    ("version:validate", "version:validate"),
                    ("version:withdraw", "version:withdraw"),
                ),
                "verbose_name": "model",
                "verbose_name_plural": "models",
            },
        ),
        migrations.AddField(
            model_name="user",
            name="single_keys",
            field=models.BooleanField(default=True, verbose_name="keys of one letter"),
        ),
        migrations.AlterField(
            model_name="rolepermission",
            name="permission",
            field=models.CharField(
                choices=[
                    ("access_review:open", "access_review:open"),
                    ("alert:close", "alert:close"),
                    ("assignment:grant", "assignment:grant"),
                    ("assignment:revoke", "assignment:revoke"),
                    ("conflict_rule:add", "conflict_rule:add"),
                    ("conflict_rule:remove", "conflict_rule:remove"),
                    ("condition:close", "condition:close"),
                    ("condition:meet", "condition:meet"),
                    ("connection:add", "connection:add"),
                    ("connection:change", "connection:change"),
                    ("connection:view", "connection:view"),
                    ("emergency:sign", "emergency:sign"),
                    ("erasure:confirm", "erasure:confirm"),
                    ("erasure:request", "erasure:request"),
                    ("feed:add", "feed:add"),
                    ("feed:change", "feed:change"),
                    ("finding:answer", "finding:answer"),
                    ("finding:close", "finding:close"),
                    ("finding:raise", "finding:raise"),
                    ("freeze:lift", "freeze:lift"),
                    ("freeze:set", "freeze:set"),
                    ("gate:waive", "gate:waive"),
                    ("glass:break", "glass:break"),
                    ("glass:review", "glass:review"),
                    ("hold:lift", "hold:lift"),
                    ("hold:set", "hold:set"),
                    ("job:retry", "job:retry"),
                    ("kpi:record", "kpi:record"),
                    ("live_change:review", "live_change:review"),
                    ("log:view", "log:view"),
                    ("model:register", "model:register"),
                    ("model:set_tier", "model:set_tier"),
                    ("model:view", "model:view"),
                    ("person:add", "person:add"),
                    ("person:deactivate", "person:deactivate"),
                    ("person:view", "person:view"),
                    ("policy:apply", "policy:apply"),
                    ("policy:draft", "policy:draft"),
                    ("policy:enforce", "policy:enforce"),
                    ("portfolio:add", "portfolio:add"),
                    ("promotion_alarm:close", "promotion_alarm:close"),
                    ("promotion:close", "promotion:close"),
                    ("promotion:merge", "promotion:merge"),
                    ("retention:set", "retention:set"),
                    ("role:add", "role:add"),
                    ("role:change", "role:change"),
                    ("role:delete", "role:delete"),
                    ("target:add", "target:add"),
                    ("target:change", "target:change"),
                    ("team:add", "team:add"),
                    ("team:change", "team:change"),
                    ("threshold:set", "threshold:set"),
                    ("token:issue", "token:issue"),
                    ("token:revoke", "token:revoke"),
                    ("version:approve", "version:approve"),
                    ("version:comment", "version:comment"),
                    ("version:create", "version:create"),
                    ("version:reject", "version:reject"),
                    ("version:resume", "version:resume"),
                    ("version:retire", "version:retire"),
                    ("version:roll_back", "version:roll_back"),
                    ("version:submit", "version:submit"),
                    ("version:suspend", "version:suspend"),
                    ("version:validate", "version:validate"),
                    ("version:withdraw", "version:withdraw"),
                ],
                max_length=80,
            ),
        ),
        migrations.RunPython(let_roles_comment, migrations.RunPython.noop),
        migrations.RunPython(add_trigrams, drop_trigrams),
    ]
