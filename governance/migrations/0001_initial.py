import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
import django_fsm
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("log_id", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("frontier", models.BinaryField(default=b"", max_length=2048)),
                ("root", models.BinaryField(max_length=32)),
            ],
            options={
                "verbose_name": "head",
                "verbose_name_plural": "heads",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="AuditKey",
            fields=[
                ("key_id", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("vkey", models.CharField(max_length=400, unique=True)),
                ("not_before", models.DateTimeField()),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "log key",
                "verbose_name_plural": "log keys",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="AuditNode",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "height",
                        "idx",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("height", models.PositiveSmallIntegerField()),
                ("idx", models.PositiveBigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={
                "verbose_name": "inner node",
                "verbose_name_plural": "inner nodes",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="AuditSubject",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "subject_type",
                        "subject_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("subject_type", models.CharField(max_length=40)),
                ("subject_id", models.UUIDField()),
                ("next_seq", models.PositiveBigIntegerField()),
                ("last_hash", models.BinaryField(max_length=32)),
            ],
            options={
                "verbose_name": "subject",
                "verbose_name_plural": "subjects",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="HostCircuit",
            fields=[
                ("host", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("first_failure_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("probe_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "host circuit",
                "verbose_name_plural": "host circuits",
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("full_name", models.CharField(max_length=200, verbose_name="name")),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail")),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "ordering": ["full_name"],
            },
        ),
        migrations.CreateModel(
            name="Portfolio",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.SlugField(max_length=80, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "portfolio",
                "verbose_name_plural": "portfolios",
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
                    ("finding:answer", "finding:answer"),
                    ("finding:close", "finding:close"),
                    ("finding:raise", "finding:raise"),
                    ("freeze:lift", "freeze:lift"),
                    ("freeze:set", "freeze:set"),
                    ("gate:waive", "gate:waive"),
                    ("glass:break", "glass:break"),
                    ("glass:review", "glass:review"),
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
                    ("role:add", "role:add"),
                    ("role:change", "role:change"),
                    ("role:delete", "role:delete"),
                    ("target:add", "target:add"),
                    ("team:add", "team:add"),
                    ("team:change", "team:change"),
                    ("threshold:set", "threshold:set"),
                    ("token:issue", "token:issue"),
                    ("token:revoke", "token:revoke"),
                    ("version:approve", "version:approve"),
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
            },
        ),
        migrations.CreateModel(
            name="Role",
            fields=[
                ("name", models.SlugField(max_length=80, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=200)),
                ("shipped", models.BooleanField(default=False)),
                ("sensitive", models.BooleanField(default=False, verbose_name="sensitive")),
                (
                    "mfa_required",
                    models.BooleanField(default=False, verbose_name="second factor required"),
                ),
            ],
            options={
                "verbose_name": "role",
                "verbose_name_plural": "roles",
                "ordering": ["title"],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("username", models.CharField(max_length=150, unique=True, verbose_name="account")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "kind",
                    models.CharField(
                        choices=[("person", "person"), ("service", "service account")],
                        default="person",
                        max_length=10,
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("is_staff", models.BooleanField(default=False)),
                ("language", models.CharField(blank=True, max_length=5, verbose_name="language")),
                ("theme", models.CharField(blank=True, max_length=5, verbose_name="theme")),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="governance.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
                "ordering": ["username"],
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("line", models.BinaryField(max_length=65536)),
                ("occurred_at", models.DateTimeField()),
                ("action", models.CharField(max_length=60)),
                ("actor_id", models.UUIDField(null=True)),
                ("subject_type", models.CharField(max_length=40)),
                ("subject_id", models.UUIDField()),
                ("subject_seq", models.PositiveBigIntegerField()),
                ("portfolio_id", models.UUIDField(null=True)),
            ],
            options={
                "verbose_name": "entry",
                "verbose_name_plural": "entries",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject_type", "subject_id", "subject_seq"),
                        name="auditentry_subject_seq",
                    ),
                    models.CheckConstraint(
                        condition=django.db.models.lookups.LessThanOrEqual(
                            django.db.models.functions.text.Length("line"), models.Value(65536)
                        ),
                        name="auditentry_line_size",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["occurred_at"], name="auditentry_occurred_at"),
                    models.Index(fields=["actor_id", "occurred_at"], name="auditentry_actor"),
                    models.Index(
                        fields=["portfolio_id", "occurred_at"], name="auditentry_portfolio"
                    ),
                    models.Index(fields=["action", "occurred_at"], name="auditentry_action"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditCheckpoint",
            fields=[
                ("size", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField(max_length=32)),
                ("note", models.TextField()),
                ("created_at", models.DateTimeField()),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkpoints",
                        to="governance.auditkey",
                    ),
                ),
            ],
            options={
                "verbose_name": "checkpoint",
                "verbose_name_plural": "checkpoints",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="AuditLeaf",
            fields=[
                ("idx", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("leaf_hash", models.BinaryField(max_length=32)),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leaf",
                        to="governance.auditentry",
                    ),
                ),
            ],
            options={
                "verbose_name": "leaf",
                "verbose_name_plural": "leaves",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="AuditPending",
            fields=[
                ("n", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pending",
                        to="governance.auditentry",
                    ),
                ),
            ],
            options={
                "verbose_name": "pending entry",
                "verbose_name_plural": "pending entries",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ConflictRule",
            fields=[
                ("name", models.SlugField(max_length=80, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("part", "parts in one version"), ("role", "roles in one scope")],
                        max_length=4,
                    ),
                ),
                ("first", models.CharField(max_length=80)),
                ("second", models.CharField(max_length=80)),
                ("reason", models.CharField(max_length=300)),
                ("shipped", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "conflict rule",
                "verbose_name_plural": "conflict rules",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "first", "second"), name="conflict_rule_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboxJob",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("topic", models.CharField(max_length=60)),
                ("key", models.CharField(max_length=200)),
                ("payload", models.JSONField(default=dict)),
                (
                    "queue",
                    models.CharField(
                        choices=[("fast", "fast"), ("slow", "slow")], default="fast", max_length=8
                    ),
                ),
                ("host", models.CharField(blank=True, default="", max_length=255)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "next_attempt_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("tried_since", models.DateTimeField(blank=True, null=True)),
                ("lease_token", models.PositiveBigIntegerField(default=0)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.TextField(blank=True, default="")),
                ("progress_text", models.CharField(blank=True, default="", max_length=200)),
                ("progress_done", models.PositiveIntegerField(default=0)),
                ("progress_total", models.PositiveIntegerField(default=0)),
                ("cancel_requested_at", models.DateTimeField(blank=True, null=True)),
                ("result", models.JSONField(blank=True, null=True)),
                ("parked_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "job",
                "verbose_name_plural": "jobs",
                "constraints": [
                    models.UniqueConstraint(fields=("topic", "key"), name="outboxjob_topic_key"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parked_at__isnull", True), ("done_at__isnull", True), _connector="OR"
                        ),
                        name="outboxjob_parked_or_done",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("queue__in", ["fast", "slow"])), name="outboxjob_queue"
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True), ("parked_at__isnull", True)),
                        fields=["next_attempt_at"],
                        name="outboxjob_due",
                    ),
                    models.Index(
                        condition=models.Q(("parked_at__isnull", False)),
                        fields=["parked_at"],
                        name="outboxjob_parked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("prefix", models.CharField(max_length=16)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("permissions", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "token",
                "verbose_name_plural": "tokens",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "deputy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations_held",
                        to="governance.person",
                    ),
                ),
                (
                    "giver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations_given",
                        to="governance.person",
                    ),
                ),
                (
                    "portfolio",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="governance.portfolio",
                    ),
                ),
            ],
            options={
                "verbose_name": "delegation",
                "verbose_name_plural": "delegations",
                "ordering": ["-starts_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="delegation_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("deputy", models.F("giver")), _negated=True),
                        name="delegation_to_somebody_else",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccessReview",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
                (
                    "portfolio",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="governance.portfolio",
                    ),
                ),
            ],
            options={
                "verbose_name": "access review",
                "verbose_name_plural": "access reviews",
                "ordering": ["-opened_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("due_at__gt", models.F("opened_at"))),
                        name="review_due_after_it_opens",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PortfolioGroupPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="governance.portfolio"
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.group"),
                ),
                (
                    "permission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="auth.permission"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "unique_together": {("group", "permission", "content_object")},
            },
        ),
        migrations.CreateModel(
            name="RegisteredModel",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.SlugField(max_length=80, unique=True, verbose_name="name")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("purpose", models.TextField(blank=True, verbose_name="purpose")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("binary", "whether an event happens"),
                            ("regression", "a number"),
                            ("multiclass", "one of several classes"),
                        ],
                        default="binary",
                        max_length=12,
                        verbose_name="predicts",
                    ),
                ),
                (
                    "tier",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Tier 1"), (2, "Tier 2"), (3, "Tier 3")], verbose_name="tier"
                    ),
                ),
                (
                    "exposure_millions",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="exposure, millions"
                    ),
                ),
                (
                    "use",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("internal", "internal analysis"),
                            ("support", "support of people who decide"),
                            ("decision", "decisions about customers"),
                            ("regulatory", "capital, provisions or reports to supervisors"),
                        ],
                        max_length=12,
                        verbose_name="used for",
                    ),
                ),
                (
                    "complexity",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("simple", "simple: a formula or scorecard"),
                            ("moderate", "moderate: regression or few trees"),
                            ("complex", "complex: many trees, networks, outside parts"),
                        ],
                        max_length=12,
                        verbose_name="complexity",
                    ),
                ),
                ("tier_reason", models.TextField(blank=True, verbose_name="reason")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="owned_models",
                        to="governance.person",
                    ),
                ),
                (
                    "portfolio",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="models",
                        to="governance.portfolio",
                    ),
                ),
            ],
            options={
                "verbose_name": "model",
                "verbose_name_plural": "models",
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
                    ("finding:answer", "finding:answer"),
                    ("finding:close", "finding:close"),
                    ("finding:raise", "finding:raise"),
                    ("freeze:lift", "freeze:lift"),
                    ("freeze:set", "freeze:set"),
                    ("gate:waive", "gate:waive"),
                    ("glass:break", "glass:break"),
                    ("glass:review", "glass:review"),
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
                    ("role:add", "role:add"),
                    ("role:change", "role:change"),
                    ("role:delete", "role:delete"),
                    ("target:add", "target:add"),
                    ("team:add", "team:add"),
                    ("team:change", "team:change"),
                    ("threshold:set", "threshold:set"),
                    ("token:issue", "token:issue"),
                    ("token:revoke", "token:revoke"),
                    ("version:approve", "version:approve"),
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("tier__in", [1, 2, 3])), name="model_tier_known"
                    )
                ],
                "indexes": [models.Index(fields=["title", "id"], name="model_by_title")],
            },
        ),
        migrations.CreateModel(
            name="ModelVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("label", models.CharField(blank=True, max_length=50, verbose_name="label")),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "submitted"),
                            ("validated", "validated"),
                            ("approved", "approved"),
                            ("deployed", "deployed"),
                            ("superseded", "superseded"),
                            ("suspended", "suspended"),
                            ("retired", "retired"),
                            ("rejected", "rejected"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="draft",
                        max_length=12,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("audit_seq", models.PositiveBigIntegerField(default=0)),
                ("summary", models.TextField(blank=True, verbose_name="summary")),
                ("change_note", models.TextField(blank=True, verbose_name="what changed")),
                (
                    "image",
                    models.CharField(blank=True, max_length=300, verbose_name="container image"),
                ),
                ("parameters", models.JSONField(blank=True, default=dict)),
                ("input_schema", models.JSONField(blank=True, default=list)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("deployed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="governance.registeredmodel",
                    ),
                ),
            ],
            options={
                "verbose_name": "version",
                "verbose_name_plural": "versions",
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("model", "number"), name="version_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "deployed")),
                        fields=("model",),
                        name="one_champion",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "submitted",
                                    "validated",
                                    "approved",
                                    "deployed",
                                    "superseded",
                                    "suspended",
                                    "retired",
                                    "rejected",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="version_state_known",
                    ),
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="KpiReading",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kpi", models.SlugField(max_length=60)),
                ("value", models.DecimalField(decimal_places=8, max_digits=20)),
                ("observed_on", models.DateField()),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="governance.modelversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "reading",
                "verbose_name_plural": "readings",
                "ordering": ["-observed_on"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "kpi", "observed_on"), name="reading_once_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GateResult",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("gate", models.CharField(max_length=60)),
                ("position", models.PositiveSmallIntegerField()),
                ("required", models.BooleanField()),
                ("threshold", models.CharField(blank=True, max_length=40)),
                ("value", models.CharField(blank=True, max_length=40)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("passed", "passed"),
                            ("failed", "failed"),
                            ("waived", "waived"),
                            ("error", "error"),
                        ],
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("evidence_sha256", models.CharField(blank=True, max_length=64)),
                ("tool_version", models.CharField(max_length=60)),
                ("completed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="gates",
                        to="governance.modelversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "gate",
                "verbose_name_plural": "gates",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "gate"), name="gate_once_a_version")
                ],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("scored_data", "scored data"),
                            ("document", "document"),
                            ("test_results", "test results"),
                        ],
                        max_length=12,
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveBigIntegerField()),
                ("columns", models.JSONField(blank=True, default=dict)),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="governance.modelversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "evidence",
                "verbose_name_plural": "evidence",
                "ordering": ["kind", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "name"), name="evidence_name_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "scored_data")),
                        fields=("version",),
                        name="one_scored_file",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ComparisonReport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("payload", models.JSONField()),
                ("verdict", models.CharField(max_length=20)),
                ("completed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "champion",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.modelversion",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comparisons",
                        to="governance.modelversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "comparison",
                "verbose_name_plural": "comparisons",
                "ordering": ["-completed_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "champion", "digest"),
                        name="comparison_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Artifact",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("model", "model"),
                            ("code", "code"),
                            ("requirements", "requirements"),
                            ("other", "other"),
                        ],
                        max_length=12,
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveBigIntegerField()),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="artifacts",
                        to="governance.modelversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "artefact",
                "verbose_name_plural": "artefacts",
                "ordering": ["role", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "name"), name="artifact_name_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Involvement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("author", "author"),
                            ("uploader", "uploader"),
                            ("submitter", "submitter"),
                            ("validator", "validator"),
                            ("approver", "approver"),
                            ("merger", "merger"),
                        ],
                        max_length=12,
                    ),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="involvements",
                        to="governance.modelversion",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="involvements",
                        to="governance.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "person", "part"), name="involvement_once_a_part"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "severity",
                    models.CharField(
                        choices=[("high", "high"), ("medium", "medium"), ("low", "low")],
                        max_length=8,
                    ),
                ),
                ("required", models.BooleanField(default=True)),
                ("title", models.CharField(max_length=300)),
                ("text", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("answered", "answered"), ("closed", "closed")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("answer", models.TextField(blank=True)),
                ("due_on", models.DateField(blank=True, null=True)),
                ("raised_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="governance.modelversion",
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "finding",
                "verbose_name_plural": "findings",
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "number"), name="finding_number_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Alert",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kpi", models.SlugField(max_length=60)),
                (
                    "bound",
                    models.CharField(
                        choices=[("at_least", "at least"), ("at_most", "at most")], max_length=10
                    ),
                ),
                ("threshold", models.DecimalField(decimal_places=8, max_digits=20)),
                ("value", models.DecimalField(decimal_places=8, max_digits=20)),
                ("raised_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closed_reason", models.CharField(blank=True, max_length=500)),
                (
                    "reading",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alerts",
                        to="governance.kpireading",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alerts",
                        to="governance.modelversion",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "alert",
                "verbose_name_plural": "alerts",
                "ordering": ["-raised_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("version", "kpi", "bound"),
                        name="one_open_alert_a_figure",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisteredModelGroupPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="governance.registeredmodel"
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.group"),
                ),
                (
                    "permission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="auth.permission"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "unique_together": {("group", "permission", "content_object")},
            },
        ),
        migrations.CreateModel(
            name="GroupMapping",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("provider", models.CharField(max_length=80)),
                ("group", models.CharField(max_length=200)),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
                (
                    "portfolio",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="governance.portfolio",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.role",
                    ),
                ),
            ],
            options={
                "verbose_name": "group mapping",
                "verbose_name_plural": "group mappings",
                "ordering": ["provider", "group"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "group", "role", "portfolio"),
                        name="group_mapping_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RolePermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "permission",
                    models.CharField(
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
                            ("finding:answer", "finding:answer"),
                            ("finding:close", "finding:close"),
                            ("finding:raise", "finding:raise"),
                            ("freeze:lift", "freeze:lift"),
                            ("freeze:set", "freeze:set"),
                            ("gate:waive", "gate:waive"),
                            ("glass:break", "glass:break"),
                            ("glass:review", "glass:review"),
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
                            ("role:add", "role:add"),
                            ("role:change", "role:change"),
                            ("role:delete", "role:delete"),
                            ("target:add", "target:add"),
                            ("team:add", "team:add"),
                            ("team:change", "team:change"),
                            ("threshold:set", "threshold:set"),
                            ("token:issue", "token:issue"),
                            ("token:revoke", "token:revoke"),
                            ("version:approve", "version:approve"),
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
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="permissions",
                        to="governance.role",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("role", "permission"), name="role_permission_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.SlugField(max_length=80, unique=True)),
                ("title", models.CharField(max_length=200)),
                (
                    "members",
                    models.ManyToManyField(
                        blank=True, related_name="teams", to="governance.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "team",
                "verbose_name_plural": "teams",
                "ordering": ["title"],
            },
        ),
        migrations.CreateModel(
            name="RoleAssignment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "scope_kind",
                    models.CharField(
                        choices=[
                            ("organisation", "organisation"),
                            ("portfolio", "portfolio"),
                            ("model", "model"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("person", "an administrator"),
                            ("sign_on", "single sign-on"),
                            ("break_glass", "emergency access"),
                        ],
                        default="person",
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("conflict_reason", models.CharField(blank=True, max_length=500)),
                ("starts_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("granted_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_reason", models.CharField(blank=True, max_length=500)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="governance.registeredmodel",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="governance.person",
                    ),
                ),
                (
                    "portfolio",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="governance.portfolio",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="governance.role",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="governance.team",
                    ),
                ),
            ],
            options={
                "verbose_name": "assignment",
                "verbose_name_plural": "assignments",
                "ordering": ["-granted_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("account__isnull", True),
                                ("person__isnull", False),
                                ("team__isnull", True),
                            ),
                            models.Q(
                                ("account__isnull", True),
                                ("person__isnull", True),
                                ("team__isnull", False),
                            ),
                            models.Q(
                                ("account__isnull", False),
                                ("person__isnull", True),
                                ("team__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="assignment_one_holder",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("model__isnull", True),
                                ("portfolio__isnull", True),
                                ("scope_kind", "organisation"),
                            ),
                            models.Q(
                                ("model__isnull", True),
                                ("portfolio__isnull", False),
                                ("scope_kind", "portfolio"),
                            ),
                            models.Q(
                                ("model__isnull", False),
                                ("portfolio__isnull", True),
                                ("scope_kind", "model"),
                            ),
                            _connector="OR",
                        ),
                        name="assignment_scope_fits_its_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__isnull", True),
                            ("ends_at__gt", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="assignment_ends_after_it_starts",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=["person", "role"],
                        name="assignment_live_by_person",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BreakGlass",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                ("review_note", models.CharField(blank=True, max_length=500)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
                (
                    "assignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="break_glass",
                        to="governance.roleassignment",
                    ),
                ),
            ],
            options={
                "verbose_name": "emergency access",
                "verbose_name_plural": "emergency accesses",
                "ordering": ["-started_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by__isnull", True),
                            models.Q(("reviewed_by", models.F("person")), _negated=True),
                            _connector="OR",
                        ),
                        name="break_glass_reviewed_by_another",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AccessReviewItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[("open", "open"), ("keep", "keep"), ("remove", "remove")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="governance.accessreview",
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review_items",
                        to="governance.person",
                    ),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review_items",
                        to="governance.roleassignment",
                    ),
                ),
            ],
            options={
                "verbose_name": "assignment under review",
                "verbose_name_plural": "assignments under review",
                "ordering": ["review", "assignment"],
                "constraints": [
                    models.UniqueConstraint(fields=("review", "assignment"), name="reviewed_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="GrantProposal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("conflict_reason", models.CharField(blank=True, max_length=500)),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("proposed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "waiting"),
                            ("confirmed", "confirmed"),
                            ("declined", "declined"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
                (
                    "portfolio",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="governance.portfolio",
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="governance.registeredmodel",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.role",
                    ),
                ),
                (
                    "assignment",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposal",
                        to="governance.roleassignment",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="governance.team",
                    ),
                ),
            ],
            options={
                "verbose_name": "proposed grant",
                "verbose_name_plural": "proposed grants",
                "ordering": ["-proposed_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="proposal_decided_by_another",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Threshold",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kpi", models.SlugField(max_length=60)),
                (
                    "bound",
                    models.CharField(
                        choices=[("at_least", "at least"), ("at_most", "at most")], max_length=10
                    ),
                ),
                ("value", models.DecimalField(decimal_places=8, max_digits=20)),
                ("set_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="thresholds",
                        to="governance.registeredmodel",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "threshold",
                "verbose_name_plural": "thresholds",
                "ordering": ["kpi"],
                "constraints": [
                    models.UniqueConstraint(fields=("model", "kpi", "bound"), name="threshold_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditAnchor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("file", "file"),
                            ("git", "Git repository"),
                            ("rfc3161", "time stamp"),
                            ("syslog", "system log"),
                            ("witness", "witness"),
                        ],
                        max_length=8,
                    ),
                ),
                ("ref", models.CharField(max_length=500)),
                ("blob", models.BinaryField(default=b"")),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                (
                    "checkpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="anchors",
                        to="governance.auditcheckpoint",
                    ),
                ),
            ],
            options={
                "verbose_name": "anchor",
                "verbose_name_plural": "anchors",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("checkpoint", "kind", "ref"), name="auditanchor_checkpoint_kind_ref"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditPersonalValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(max_length=100)),
                ("salt", models.BinaryField(max_length=32)),
                ("value", models.TextField(blank=True)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="personal_values",
                        to="governance.auditentry",
                    ),
                ),
            ],
            options={
                "verbose_name": "personal value",
                "verbose_name_plural": "personal values",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("entry", "path"), name="auditpersonalvalue_entry_path"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("erased_at__isnull", True),
                            models.Q(("salt", b""), ("value", "")),
                            _connector="OR",
                        ),
                        name="auditpersonalvalue_erased_is_empty",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LogExport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("zip", "Verifiable package (zip)"),
                            ("csv", "Table (CSV)"),
                            ("xlsx", "Table (XLSX)"),
                            ("jsonl", "Lines (JSONL)"),
                        ],
                        max_length=5,
                    ),
                ),
                ("filters", models.JSONField(default=dict)),
                ("scope", models.JSONField()),
                ("since_note", models.TextField(blank=True)),
                ("requested_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("request_entry", models.UUIDField(null=True)),
                ("closing_entry", models.UUIDField(null=True)),
                ("size", models.PositiveBigIntegerField(null=True)),
                ("entries", models.PositiveBigIntegerField(null=True)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("file_sha256", models.CharField(blank=True, max_length=64)),
                ("file_size", models.PositiveBigIntegerField(null=True)),
                ("written_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="log_exports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "export",
                "verbose_name_plural": "exports",
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("format__in", ["zip", "csv", "xlsx", "jsonl"])),
                        name="logexport_format",
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("removed_at", None)),
                        fields=["expires_at"],
                        name="logexport_expires_at",
                    ),
                    models.Index(fields=["account", "-requested_at"], name="logexport_account"),
                ],
            },
        ),
    ]
