"""An entry of the log is written in one turn: on PostgreSQL by a function of the database."""

from django.db import migrations

from governance.audit.writing import create_sql


def create_append_function(apps, schema_editor):
    for statement in create_sql(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("governance", "0006_permissions")]
    operations = [migrations.RunPython(create_append_function, migrations.RunPython.noop)]
