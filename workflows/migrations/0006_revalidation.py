"""The edge of a version whose validation is opened again, in the database too."""

from django.db import migrations

from workflows.lifecycle.triggers import create_sql, drop_sql


def renew_state_trigger(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in (*drop_sql(vendor), *create_sql(vendor)):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("workflows", "0005_shipped_policies_in_stages")]
    operations = [migrations.RunPython(renew_state_trigger, migrations.RunPython.noop)]
