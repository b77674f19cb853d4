"""Calendars, the shipped policies in their present wording, and wordings that stay as they are."""

from django.db import migrations
from django.utils import timezone

from workflows.policies.shipped import SHIPPED, SHIPPED_CALENDARS
from workflows.policies.triggers import create_sql


def add_calendars(apps, schema_editor):
    calendar_model = apps.get_model("workflows", "BusinessCalendar")
    for name, title, weekend, holidays in SHIPPED_CALENDARS:
        days = {day.isoformat(): word for day, word in sorted(holidays.items())}
        calendar_model.objects.create(name=name, title=title, weekend=weekend, holidays=days)


def replace_older_wordings(apps, schema_editor):
    """Where a shipped policy is in force as it first shipped; what a site wrote itself stays."""
    version_model = apps.get_model("workflows", "PolicyVersion")
    for name, _title, _tier, definition in SHIPPED:
        for old in version_model.objects.filter(
            policy__name=name, policy__shipped=True, number=1, state="in_force"
        ):
            if old.definition.get("format") == 1:
                version_model.objects.filter(pk=old.pk).update(state="replaced")
                version_model.objects.create(
                    policy=old.policy,
                    number=2,
                    state="in_force",
                    definition=definition,
                    put_in_force_at=timezone.now(),
                )


def create_triggers(apps, schema_editor):
    for statement in create_sql(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("workflows", "0004_policies_with_stages")]
    operations = [
        migrations.RunPython(add_calendars, migrations.RunPython.noop),
        migrations.RunPython(replace_older_wordings, migrations.RunPython.noop),
        migrations.RunPython(create_triggers, migrations.RunPython.noop),
    ]
