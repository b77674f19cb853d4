"""The log is append-only in the database too."""

from django.db import migrations

from governance.audit.triggers import create_sql


def create_log_triggers(apps, schema_editor):
    for statement in create_sql(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("governance", "0002_shipped_roles")]
    operations = [migrations.RunPython(create_log_triggers, migrations.RunPython.noop)]
