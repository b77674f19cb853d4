"""Findings stay in the database too."""

from django.db import migrations

from governance.inventory.triggers import create_sql


def create_finding_triggers(apps, schema_editor):
    for statement in create_sql(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("governance", "0009_comments_and_finding")]
    operations = [migrations.RunPython(create_finding_triggers, migrations.RunPython.noop)]
