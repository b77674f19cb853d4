import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("governance", "0001_initial"),
        ("governance", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="BusinessCalendar",
            fields=[
                ("name", models.SlugField(max_length=60, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=200)),
                ("weekend", models.JSONField(default=list)),
                ("holidays", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "verbose_name": "business calendar",
                "verbose_name_plural": "business calendars",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="governance.person",
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "calendar feed",
                "verbose_name_plural": "calendar feeds",
            },
        ),
        migrations.CreateModel(
            name="DeliverySchedule",
            fields=[
                ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("last_run_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "schedule entry",
                "verbose_name_plural": "schedule entries",
            },
        ),
        migrations.CreateModel(
            name="MailLanguage",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="governance.person",
                    ),
                ),
                ("language", models.CharField(max_length=5)),
            ],
            options={
                "verbose_name": "language of mails",
                "verbose_name_plural": "languages of mails",
            },
        ),
        migrations.CreateModel(
            name="LivingVersion",
            fields=[],
            options={
                "verbose_name": "version",
                "proxy": True,
                "default_permissions": (),
            },
            bases=("governance.modelversion",),
        ),
        migrations.CreateModel(
            name="CommitStatus",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("repository", models.CharField(max_length=200, verbose_name="repository")),
                ("sha", models.CharField(max_length=40, verbose_name="commit")),
                ("context", models.CharField(max_length=100, verbose_name="context")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("success", "Passed"),
                            ("failure", "Failed"),
                        ],
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "description",
                    models.CharField(
                        blank=True, default="", max_length=255, verbose_name="description"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
            ],
            options={
                "verbose_name": "commit status",
                "verbose_name_plural": "commit statuses",
                "ordering": ["context"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("repository", "sha", "context"), name="commit_status_once_a_context"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["pending", "success", "failure"])),
                        name="commit_status_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ForgeConnection",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.SlugField(max_length=40, unique=True, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("github", "GitHub"),
                            ("gitlab", "GitLab"),
                            ("gitea", "Gitea or Forgejo"),
                            ("plain_git", "Plain Git"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("base_url", models.CharField(max_length=300, verbose_name="address")),
                (
                    "username",
                    models.CharField(
                        blank=True, default="", max_length=100, verbose_name="account"
                    ),
                ),
                ("sealed_token", models.TextField(editable=False)),
                (
                    "token_hint",
                    models.CharField(blank=True, default="", max_length=8, verbose_name="token"),
                ),
                (
                    "token_ends_on",
                    models.DateField(blank=True, null=True, verbose_name="token ends"),
                ),
                ("sealed_secret", models.TextField(blank=True, default="", editable=False)),
                (
                    "ca_certificate",
                    models.TextField(
                        blank=True, default="", verbose_name="certificate of your own authority"
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "renewed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="token since"
                    ),
                ),
                ("tested_at", models.DateTimeField(blank=True, null=True, verbose_name="tested")),
                ("checks", models.JSONField(default=list, verbose_name="result of the test")),
            ],
            options={
                "verbose_name": "forge connection",
                "verbose_name_plural": "forge connections",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["github", "gitlab", "gitea", "plain_git"])
                        ),
                        name="forge_connection_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name__in", ["", "local"]), _negated=True),
                        name="forge_connection_not_local",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ForgeLogin",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("forge", models.CharField(max_length=40, verbose_name="forge")),
                ("login", models.CharField(max_length=100, verbose_name="name there")),
                (
                    "added_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="added"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="forge_logins",
                        to="governance.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "forge log-in",
                "verbose_name_plural": "forge log-ins",
                "ordering": ["forge", "login"],
                "constraints": [
                    models.UniqueConstraint(fields=("forge", "login"), name="forge_login_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Freeze",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "begins_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="begins"),
                ),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="ends")),
                ("set_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lift_reason", models.TextField(blank=True)),
                (
                    "lifted_by",
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
                        related_name="freezes",
                        to="governance.registeredmodel",
                    ),
                ),
                (
                    "portfolio",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="freezes",
                        to="governance.portfolio",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "freeze",
                "verbose_name_plural": "freezes",
                "ordering": ["-set_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="freeze_says_why"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at", None),
                            ("ends_at__gt", models.F("begins_at")),
                            _connector="OR",
                        ),
                        name="freeze_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("model", None), ("portfolio__isnull", False), _connector="OR"
                        ),
                        name="freeze_of_a_model_names_its_portfolio",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at", None), ("lifted_by", None)),
                            models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="freeze_lifted_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LocalPullRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("repository", models.CharField(max_length=200, verbose_name="repository")),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("title", models.CharField(max_length=255, verbose_name="title")),
                ("body", models.TextField(blank=True, default="", verbose_name="body")),
                ("head_branch", models.CharField(max_length=200, verbose_name="branch")),
                ("head_sha", models.CharField(max_length=40, verbose_name="head")),
                ("base_branch", models.CharField(max_length=100, verbose_name="base branch")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("merged", "Merged"), ("closed", "Closed")],
                        default="open",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="opened"
                    ),
                ),
                ("merged_at", models.DateTimeField(blank=True, null=True, verbose_name="merged")),
                (
                    "merge_commit",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="merge commit"
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                (
                    "closed_by",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="closed by"
                    ),
                ),
                (
                    "merged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_local_pull_requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "local pull request",
                "verbose_name_plural": "local pull requests",
                "ordering": ["repository", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("repository", "number"), name="local_pull_request_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "merged", "closed"])),
                        name="local_pull_request_state_known",
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["repository", "head_branch"], name="local_pull_request_by_head"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LocalComment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("author", models.CharField(max_length=200, verbose_name="author")),
                ("text", models.TextField(verbose_name="text")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="written"
                    ),
                ),
                (
                    "pull_request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="workflows.localpullrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "comment",
                "verbose_name_plural": "comments",
                "ordering": ["created_at"],
            },
        ),
        migrations.CreateModel(
            name="Mail",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "mail",
                "verbose_name_plural": "mails",
                "constraints": [
                    models.UniqueConstraint(fields=("person", "day"), name="one_digest_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="MailPreference",
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
                            ("task", "You are asked"),
                            ("reminder", "A deadline comes near"),
                            ("overdue", "A deadline passed"),
                            ("escalated", "A task was escalated"),
                            ("moved", "A version of yours moved"),
                            ("expired", "An approval no longer holds"),
                            ("alert", "A model left its bounds"),
                            ("review", "An access review waits"),
                            ("emergency", "Emergency access was used"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "when",
                    models.CharField(
                        choices=[
                            ("immediately", "at once"),
                            ("daily", "daily at 08:00"),
                            ("off", "never"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "mail preference",
                "verbose_name_plural": "mail preferences",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "kind"), name="one_preference_a_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("when__in", ["immediately", "daily", "off"])),
                        name="preference_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("task", "You are asked"),
                            ("reminder", "A deadline comes near"),
                            ("overdue", "A deadline passed"),
                            ("escalated", "A task was escalated"),
                            ("moved", "A version of yours moved"),
                            ("expired", "An approval no longer holds"),
                            ("alert", "A model left its bounds"),
                            ("review", "An access review waits"),
                            ("emergency", "Emergency access was used"),
                        ],
                        max_length=12,
                    ),
                ),
                ("event", models.CharField(max_length=120)),
                ("kept_title", models.TextField()),
                ("kept_text", models.TextField(blank=True)),
                ("kept_reason", models.TextField(blank=True)),
                ("link", models.CharField(max_length=300)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "mailing",
                    models.CharField(
                        choices=[
                            ("immediately", "at once"),
                            ("daily", "daily at 08:00"),
                            ("off", "never"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "mail",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="workflows.mail",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="governance.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
                "ordering": ["-created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "event"), name="told_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "task",
                                    "reminder",
                                    "overdue",
                                    "escalated",
                                    "moved",
                                    "expired",
                                    "alert",
                                    "review",
                                    "emergency",
                                ],
                            )
                        ),
                        name="notice_kind",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)),
                        fields=["person"],
                        name="unread_by_person",
                    ),
                    models.Index(
                        condition=models.Q(("mail__isnull", True), ("mailing", "daily")),
                        fields=["person", "created_at"],
                        name="notices_for_digest",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Policy",
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
                    "tier",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Tier 1"), (2, "Tier 2"), (3, "Tier 3")]
                    ),
                ),
                ("shipped", models.BooleanField(default=False)),
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
                "verbose_name": "policy",
                "verbose_name_plural": "policies",
                "ordering": ["tier", "name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tier", "portfolio", "model"),
                        name="one_policy_a_scope",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("in_force", "in force"),
                            ("replaced", "replaced"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("definition", models.JSONField()),
                ("note", models.TextField(blank=True)),
                ("put_in_force_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "drafted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="workflows.policy",
                    ),
                ),
                (
                    "put_in_force_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "policy version",
                "verbose_name_plural": "policy versions",
                "ordering": ["policy", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("policy", "number"), name="policy_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "in_force")),
                        fields=("policy",),
                        name="one_version_in_force",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "draft")),
                        fields=("policy",),
                        name="one_draft_a_policy",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("drafted_by", models.F("put_in_force_by")), _negated=True),
                            ("drafted_by", None),
                            _connector="OR",
                        ),
                        name="two_administrators_a_policy",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("submission", "submission"),
                            ("alert", "alert"),
                            ("conditions", "conditions of an approval"),
                            ("suspend", "suspension"),
                            ("resume", "resumption"),
                            ("roll_back", "roll back"),
                            ("retire", "retirement"),
                            ("review", "review after the fact"),
                        ],
                        max_length=12,
                    ),
                ),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("outcome", models.CharField(blank=True, max_length=20)),
                (
                    "alert",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="case",
                        to="governance.alert",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="governance.modelversion",
                    ),
                ),
                (
                    "policy_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="workflows.policyversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "case",
                "verbose_name_plural": "cases",
                "ordering": ["-opened_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True), ("kind", "submission")),
                        fields=("version",),
                        name="one_open_submission_a_version",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("closed_at__isnull", True),
                            ("kind__in", ["suspend", "resume", "roll_back", "retire"]),
                        ),
                        fields=("version",),
                        name="one_open_live_change_a_version",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ApprovalRound",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("move", models.CharField(max_length=10)),
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("passed", "passed"),
                            ("rejected", "rejected"),
                            ("closed", "closed"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="governance.modelversion",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="workflows.case",
                    ),
                ),
            ],
            options={
                "verbose_name": "approval round",
                "verbose_name_plural": "approval rounds",
                "ordering": ["opened_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "move", "number"), name="round_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("case", "move"),
                        name="one_open_round_a_move",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("step", models.CharField(blank=True, max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("approve", "approve"),
                            ("approve_with_conditions", "approve with conditions"),
                            ("validate_with_findings", "validate with findings"),
                            ("request_changes", "request changes"),
                            ("reject", "reject"),
                            ("abstain", "abstain"),
                            ("recuse", "step aside"),
                            ("delegate", "delegate"),
                        ],
                        max_length=24,
                    ),
                ),
                ("answers", models.JSONField(blank=True, default=dict)),
                ("comment", models.TextField(blank=True)),
                ("digest", models.CharField(max_length=64)),
                ("parts", models.JSONField(default=dict)),
                ("proved_by", models.CharField(blank=True, max_length=10)),
                ("meaning", models.CharField(blank=True, max_length=500)),
                ("decided_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "delegate",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="governance.person",
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
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="workflows.approvalround",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision",
                "verbose_name_plural": "decisions",
                "ordering": ["decided_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("round", "person", "digest"),
                        name="one_decision_a_person_and_digest",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "delegate"), ("delegate__isnull", True), _connector="XOR"
                        ),
                        name="decision_delegate_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Condition",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("due_on", models.DateField()),
                ("demands_roll_back", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("answered", "evidence given"),
                            ("met", "met"),
                            ("breached", "breached"),
                            ("void", "taken back"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("evidence", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("breached_at", models.DateTimeField(blank=True, null=True)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conditions",
                        to="governance.person",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conditions",
                        to="governance.modelversion",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conditions",
                        to="workflows.decision",
                    ),
                ),
            ],
            options={
                "verbose_name": "condition",
                "verbose_name_plural": "conditions",
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "number"), name="condition_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "met"), _negated=True),
                            ("closed_by__isnull", False),
                            _connector="OR",
                        ),
                        name="condition_met_by_somebody",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["open", "answered"])),
                        fields=["due_on"],
                        name="conditions_to_come",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LiveChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reason", models.TextField()),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("review", models.TextField(blank=True)),
                ("justified", models.BooleanField(blank=True, null=True)),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="live_change",
                        to="workflows.case",
                    ),
                ),
                (
                    "instead",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.modelversion",
                    ),
                ),
                (
                    "review_case",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="workflows.case",
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
            ],
            options={
                "verbose_name": "change of what is live",
                "verbose_name_plural": "changes of what is live",
                "ordering": ["-asked_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="live_change_says_why",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SigningNonce",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("session_digest", models.CharField(max_length=64)),
                ("move", models.CharField(max_length=10)),
                ("digest", models.CharField(max_length=64)),
                ("issued_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("answers", models.JSONField(default=dict)),
                ("passkey", models.JSONField(default=dict)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="governance.modelversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "signing nonce",
                "verbose_name_plural": "signing nonces",
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.SlugField(max_length=40, unique=True, verbose_name="name")),
                (
                    "environment",
                    models.CharField(
                        choices=[
                            ("test", "Test"),
                            ("staging", "Staging"),
                            ("production", "Production"),
                        ],
                        max_length=16,
                        verbose_name="environment",
                    ),
                ),
                (
                    "forge",
                    models.CharField(
                        default="local",
                        help_text="Name of a forge connection, or local for the embedded forge.",
                        max_length=40,
                        verbose_name="forge",
                    ),
                ),
                ("repository", models.CharField(max_length=200, verbose_name="repository")),
                (
                    "base_branch",
                    models.CharField(default="main", max_length=100, verbose_name="base branch"),
                ),
                (
                    "path",
                    models.CharField(
                        default="models/{model}",
                        help_text="Folder of our files. {model}, {target}, {environment}, {portfolio} are known.",
                        max_length=200,
                        verbose_name="path",
                    ),
                ),
                (
                    "flavour",
                    models.CharField(
                        choices=[
                            ("kustomize_kserve", "Kustomize overlay with a KServe service"),
                            ("kustomize_deployment", "Kustomize overlay with a Deployment"),
                            ("helm_values", "Values of a Helm chart"),
                        ],
                        default="kustomize_kserve",
                        max_length=24,
                        verbose_name="flavour",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="Place in the route; the same number goes at the same time.",
                        verbose_name="position",
                    ),
                ),
                (
                    "soak_s",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="How long a version stands here before the next target gets it.",
                        verbose_name="soak, seconds",
                    ),
                ),
                (
                    "health_required",
                    models.BooleanField(default=False, verbose_name="must report healthy"),
                ),
                (
                    "application",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Its name in Argo CD or Flux; {model} and {target} are known.",
                        max_length=200,
                        verbose_name="application",
                    ),
                ),
                (
                    "values_key",
                    models.CharField(
                        blank=True,
                        default="model",
                        help_text="Helm values only: where our values stand, with dots between the keys.",
                        max_length=100,
                        verbose_name="place in the values",
                    ),
                ),
                (
                    "wishes",
                    models.JSONField(
                        blank=True, default=dict, verbose_name="wishes for the pull request"
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "portfolio",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: a target of every portfolio.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="targets",
                        to="governance.portfolio",
                        verbose_name="portfolio",
                    ),
                ),
            ],
            options={
                "verbose_name": "target",
                "verbose_name_plural": "targets",
                "ordering": ["position", "name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["test", "staging", "production"])),
                        name="target_environment_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "flavour__in",
                                ["kustomize_kserve", "kustomize_deployment", "helm_values"],
                            )
                        ),
                        name="target_flavour_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("repository", ""), _negated=True),
                        name="target_repository_given",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("path", ""), _negated=True), name="target_path_given"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Promotion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("deploy", "Deploy"),
                            ("roll_back", "Roll back"),
                            ("suspend", "Suspend"),
                            ("retire", "Retire"),
                            ("resume", "Resume"),
                        ],
                        default="deploy",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for an earlier target"),
                            ("preparing", "Preparing the pull request"),
                            ("open", "Pull request open"),
                            ("merged", "Merged"),
                            ("deployed", "Deployed"),
                            ("diverged", "Diverged from what was approved"),
                            ("closed", "Closed without merging"),
                            ("superseded", "Superseded"),
                            ("held", "Held"),
                        ],
                        default="waiting",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("state_reason", models.TextField(blank=True, default="", verbose_name="reason")),
                ("approved_content", models.JSONField(verbose_name="approved content")),
                ("content_digest", models.CharField(max_length=64, verbose_name="content digest")),
                (
                    "branch",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="branch"),
                ),
                (
                    "base_commit",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="base commit"
                    ),
                ),
                (
                    "expected_head",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="expected head"
                    ),
                ),
                (
                    "merge_commit",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="merge commit"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="asked for"
                    ),
                ),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="opened")),
                ("merged_at", models.DateTimeField(blank=True, null=True, verbose_name="merged")),
                ("synced_at", models.DateTimeField(blank=True, null=True, verbose_name="synced")),
                ("healthy_at", models.DateTimeField(blank=True, null=True, verbose_name="healthy")),
                (
                    "deployed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="deployed"),
                ),
                (
                    "approval_round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promotions",
                        to="workflows.approvalround",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promotions",
                        to="governance.modelversion",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promotions",
                        to="workflows.target",
                    ),
                ),
            ],
            options={
                "verbose_name": "promotion",
                "verbose_name_plural": "promotions",
                "ordering": ["created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "deploy")),
                        fields=("approval_round", "target"),
                        name="promotion_once_a_round_and_target",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("kind", "deploy"), _negated=True),
                            ("state__in", ["waiting", "preparing", "open", "held", "merged"]),
                        ),
                        fields=("version", "target", "kind"),
                        name="promotion_one_under_way_of_a_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["deploy", "roll_back", "suspend", "retire", "resume"])
                        ),
                        name="promotion_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "waiting",
                                    "preparing",
                                    "open",
                                    "merged",
                                    "deployed",
                                    "diverged",
                                    "closed",
                                    "superseded",
                                    "held",
                                ],
                            )
                        ),
                        name="promotion_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["merged", "deployed"]), _negated=True),
                            models.Q(("merge_commit", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="promotion_merged_names_commit",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["state", "target"], name="promotion_by_state"),
                    models.Index(fields=["version", "created_at"], name="promotion_by_version"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PipelineRun",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("uid", models.CharField(max_length=100, unique=True)),
                ("name", models.CharField(max_length=253, verbose_name="name")),
                (
                    "pipeline",
                    models.CharField(
                        blank=True, default="", max_length=253, verbose_name="pipeline"
                    ),
                ),
                (
                    "namespace",
                    models.CharField(
                        blank=True, default="", max_length=253, verbose_name="namespace"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("running", "Running"),
                            ("succeeded", "Succeeded"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="reason"),
                ),
                (
                    "commit",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="commit"),
                ),
                ("labels", models.JSONField(default=dict, verbose_name="labels")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="started")),
                (
                    "completed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="completed"),
                ),
                (
                    "reported_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="reported"
                    ),
                ),
                (
                    "promotion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pipeline_runs",
                        to="workflows.promotion",
                    ),
                ),
            ],
            options={
                "verbose_name": "pipeline run",
                "verbose_name_plural": "pipeline runs",
                "ordering": ["-created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["pending", "running", "succeeded", "failed", "cancelled"],
                            )
                        ),
                        name="pipeline_run_status_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeSet",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("base_commit", models.CharField(max_length=40, verbose_name="base commit")),
                ("branch", models.CharField(max_length=200, verbose_name="branch")),
                ("title", models.CharField(max_length=255, verbose_name="title")),
                ("body", models.TextField(verbose_name="body")),
                ("commit_message", models.TextField(verbose_name="commit message")),
                ("author_time", models.DateTimeField(verbose_name="author time")),
                ("files", models.JSONField(verbose_name="files")),
                ("expected_head", models.CharField(max_length=40, verbose_name="expected head")),
                (
                    "prepared_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="prepared"
                    ),
                ),
                (
                    "promotion",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="change_set",
                        to="workflows.promotion",
                    ),
                ),
            ],
            options={
                "verbose_name": "change set",
                "verbose_name_plural": "change sets",
            },
        ),
        migrations.CreateModel(
            name="PromotionAlarm",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("diverged", "Merged content differs from what was approved"),
                            ("drifted", "The repository was changed without an approval"),
                            ("insider", "Merged by somebody who took part in the version"),
                            ("stranger", "Merged by somebody unknown here"),
                            ("degraded", "Reported unhealthy"),
                            ("frozen", "Merged although the line is stopped"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("occasion", models.CharField(max_length=64)),
                ("text", models.TextField(verbose_name="what was seen")),
                (
                    "raised_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="raised"
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                ("answer", models.TextField(blank=True, default="", verbose_name="what was done")),
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
                    "promotion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="workflows.promotion",
                    ),
                ),
            ],
            options={
                "verbose_name": "alarm of a promotion",
                "verbose_name_plural": "alarms of promotions",
                "ordering": ["-raised_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("promotion", "kind", "occasion"), name="promotion_alarm_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "diverged",
                                    "drifted",
                                    "insider",
                                    "stranger",
                                    "degraded",
                                    "frozen",
                                ],
                            )
                        ),
                        name="promotion_alarm_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PullRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("forge", models.CharField(max_length=40, verbose_name="forge")),
                ("repository", models.CharField(max_length=200, verbose_name="repository")),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("url", models.CharField(max_length=500, verbose_name="address")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("merged", "Merged"), ("closed", "Closed")],
                        default="open",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("head_sha", models.CharField(max_length=40, verbose_name="head")),
                ("base_branch", models.CharField(max_length=100, verbose_name="base branch")),
                (
                    "merge_sha",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="merge commit"
                    ),
                ),
                (
                    "merged_by",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="merged by"
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="opened")),
                ("merged_at", models.DateTimeField(blank=True, null=True, verbose_name="merged")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                (
                    "read_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="last read"
                    ),
                ),
                ("unfulfilled", models.JSONField(default=list, verbose_name="unfulfilled wishes")),
                (
                    "merged_by_person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_pull_requests",
                        to="governance.person",
                    ),
                ),
                (
                    "promotion",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pull_request",
                        to="workflows.promotion",
                    ),
                ),
            ],
            options={
                "verbose_name": "pull request",
                "verbose_name_plural": "pull requests",
                "ordering": ["-opened_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("forge", "repository", "number"), name="pull_request_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "merged", "closed"])),
                        name="pull_request_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SyncReport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("source", models.CharField(max_length=40, verbose_name="source")),
                ("application", models.CharField(max_length=253, verbose_name="application")),
                (
                    "revision",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="revision"
                    ),
                ),
                ("synced", models.BooleanField(default=False, verbose_name="synced")),
                (
                    "health",
                    models.CharField(blank=True, default="", max_length=20, verbose_name="health"),
                ),
                (
                    "message",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="message"
                    ),
                ),
                ("observed_at", models.DateTimeField(verbose_name="observed")),
                (
                    "reported_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="reported"
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sync_reports",
                        to="workflows.target",
                    ),
                ),
            ],
            options={
                "verbose_name": "sync report",
                "verbose_name_plural": "sync reports",
                "ordering": ["-reported_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "application"), name="sync_report_one_an_application"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("validate", "validate"),
                            ("approve", "approve"),
                            ("merge", "merge"),
                            ("answer", "answer the finding"),
                            ("revise", "revise and submit again"),
                            ("look", "look at the alert"),
                            ("meet", "meet the condition"),
                            ("check", "check the evidence of the condition"),
                            ("escalate", "follow the breached condition"),
                            ("roll_back", "roll back"),
                            ("emergency", "sign in an emergency"),
                            ("retire", "agree to the retirement"),
                            ("review", "review after the fact"),
                        ],
                        max_length=12,
                    ),
                ),
                ("step", models.CharField(blank=True, max_length=60)),
                ("about", models.UUIDField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("done", "done"), ("closed", "closed")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="workflows.case",
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
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="governance.person",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="governance.role",
                    ),
                ),
            ],
            options={
                "verbose_name": "task",
                "verbose_name_plural": "tasks",
                "ordering": ["due_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__isnull", False), ("person__isnull", False), _connector="OR"
                        ),
                        name="task_asks_somebody",
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["due_at"],
                        name="open_tasks_by_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TimerEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reminder", "reminder"),
                            ("overdue", "overdue"),
                            ("escalation", "escalation"),
                            ("ending", "ending"),
                        ],
                        max_length=12,
                    ),
                ),
                ("business_days", models.SmallIntegerField()),
                ("set_for", models.DateTimeField()),
                ("went_off_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "opened",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="escalated_by",
                        to="workflows.task",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="timer_events",
                        to="workflows.task",
                    ),
                ),
            ],
            options={
                "verbose_name": "timer event",
                "verbose_name_plural": "timer events",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("task", "kind", "business_days"), name="timer_goes_off_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ValidationReport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("scope_text", models.TextField(verbose_name="scope")),
                ("tests", models.TextField(blank=True, verbose_name="tests done")),
                ("limits", models.TextField(blank=True, verbose_name="limits")),
                ("conclusion", models.TextField(verbose_name="conclusion")),
                ("conditions", models.TextField(blank=True, verbose_name="conditions")),
                (
                    "independence",
                    models.TextField(blank=True, verbose_name="independence statement"),
                ),
                ("attachment_name", models.CharField(blank=True, max_length=200)),
                ("attachment_sha256", models.CharField(blank=True, max_length=64)),
                ("attachment_size", models.PositiveBigIntegerField(default=0)),
                (
                    "independent",
                    models.BooleanField(verbose_name="I took no part in building this version"),
                ),
                ("digest", models.CharField(max_length=64)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="validation_reports",
                        to="governance.modelversion",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "validation report",
                "verbose_name_plural": "validation reports",
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "number"), name="report_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("independent", True)), name="validator_independent"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Waiver",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("gate", models.CharField(max_length=60)),
                ("value", models.CharField(blank=True, max_length=40)),
                ("threshold", models.CharField(blank=True, max_length=40)),
                ("reason", models.TextField()),
                ("waived_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.role",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waivers",
                        to="governance.modelversion",
                    ),
                ),
                (
                    "waived_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "waiver of a gate",
                "verbose_name_plural": "waivers of gates",
                "ordering": ["waived_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("waived_at"))),
                        name="waiver_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="waiver_says_why"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("source", models.CharField(max_length=40, verbose_name="source")),
                ("delivery_id", models.CharField(max_length=200, verbose_name="delivery")),
                ("event", models.CharField(max_length=100, verbose_name="event")),
                ("body_sha256", models.CharField(max_length=64)),
                ("payload", models.JSONField(default=dict)),
                (
                    "received_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="received"
                    ),
                ),
                (
                    "processed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="processed"),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="outcome"
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook delivery",
                "verbose_name_plural": "webhook deliveries",
                "ordering": ["-received_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "delivery_id"), name="webhook_delivery_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Attention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seconds", models.PositiveIntegerField(default=0)),
                ("sections", models.JSONField(default=list)),
                ("first_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("last_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="governance.person",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attention",
                        to="workflows.case",
                    ),
                ),
            ],
            options={
                "verbose_name": "attention",
                "verbose_name_plural": "attention",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "person"), name="attention_once_a_person"
                    )
                ],
            },
        ),
    ]
