"""The policies that every site starts with, and the state machine in the database."""

from django.db import migrations
from django.utils import timezone

from workflows.lifecycle.triggers import create_sql
from workflows.policies.shipped import SHIPPED


def add_shipped_policies(apps, schema_editor):
    policy_model = apps.get_model("workflows", "Policy")
    version_model = apps.get_model("workflows", "PolicyVersion")
    for name, title, tier, definition in SHIPPED:
        policy = policy_model.objects.create(name=name, title=title, tier=tier, shipped=True)
        version_model.objects.create(
            policy=policy,
            number=1,
            state="in_force",
            definition=definition,
            put_in_force_at=timezone.now(),
        )


def create_state_trigger(apps, schema_editor):
    for statement in create_sql(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("workflows", "0001_initial"), ("governance", "0002_shipped_roles")]
    operations = [
        migrations.RunPython(add_shipped_policies, migrations.RunPython.noop),
        migrations.RunPython(create_state_trigger, migrations.RunPython.noop),
    ]
