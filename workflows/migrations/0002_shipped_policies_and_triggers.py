"""The policies and calendars that every site starts with; states and wordings kept by triggers."""

from django.db import migrations
from django.utils import timezone

from workflows.lifecycle import triggers as states
from workflows.policies import triggers as wordings
from workflows.policies.shipped import SHIPPED, SHIPPED_CALENDARS


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


def add_shipped_calendars(apps, schema_editor):
    calendar_model = apps.get_model("workflows", "BusinessCalendar")
    for name, title, weekend, holidays in SHIPPED_CALENDARS:
        days = {day.isoformat(): word for day, word in sorted(holidays.items())}
        calendar_model.objects.create(name=name, title=title, weekend=weekend, holidays=days)


def create_triggers(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in (*states.create_sql(vendor), *wordings.create_sql(vendor)):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("workflows", "0001_initial"), ("governance", "0002_shipped_roles")]
    operations = [
        migrations.RunPython(add_shipped_policies, migrations.RunPython.noop),
        migrations.RunPython(add_shipped_calendars, migrations.RunPython.noop),
        migrations.RunPython(create_triggers, migrations.RunPython.noop),
    ]
