"""An entry of the log is written in one turn: on PostgreSQL by a function of the database."""

from django.db import migrations

FUNCTION = """
    CREATE OR REPLACE FUNCTION governance_audit_append(
        head text, tail text, entry uuid, moment timestamptz, what text, who uuid,
        kind text, about uuid, portfolio uuid, personal text[],
        OUT number bigint, OUT raw bytea
    ) LANGUAGE plpgsql AS $$
    DECLARE
        last bytea;
        n int := cardinality(personal) / 3;  -- paths, then salts, then texts
    BEGIN
        INSERT INTO governance_auditsubject (subject_type, subject_id, next_seq, last_hash)
        VALUES (kind, about, 2, '')
        ON CONFLICT (subject_type, subject_id)
        DO UPDATE SET next_seq = governance_auditsubject.next_seq + 1
        RETURNING next_seq - 1, last_hash INTO number, last;
        raw := convert_to(
            head || '"prev":' || coalesce('"' || nullif(encode(last, 'hex'), '') || '"', 'null')
            || ',"seq":' || number || tail, 'UTF8');
        INSERT INTO governance_auditentry (
            id, line, occurred_at, action, actor_id, subject_type, subject_id, subject_seq,
            portfolio_id
        ) VALUES (entry, raw, moment, what, who, kind, about, number, portfolio);
        INSERT INTO governance_auditpending (entry_id) VALUES (entry);
        FOR at IN 1..n LOOP
            INSERT INTO governance_auditpersonalvalue (entry_id, path, salt, value)
            VALUES (entry, personal[at], decode(personal[n + at], 'hex'), personal[2 * n + at]);
        END LOOP;
        UPDATE governance_auditsubject SET last_hash = sha256('\\x00'::bytea || raw)
        WHERE subject_type = kind AND subject_id = about;
    END $$
"""


def create_append_function(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION, params=None)


class Migration(migrations.Migration):
    dependencies = [("governance", "0006_permissions")]
    operations = [migrations.RunPython(create_append_function, migrations.RunPython.noop)]
