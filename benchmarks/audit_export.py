"""The CSV of a log of 1,000,000 entries, beside a bare COPY of what it is made of.

`vs_copy` is how fast the export is, in copies: both stream the same rows out of PostgreSQL, the
bare one as they are stored. The server is as PostgreSQL ships it, with its files in memory. `mib`
is what the process grew by while it exported.
"""

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable

import measuring  # noqa: F401  sets Django up
from django.db import connection
from measuring.databases import fill, shipped_database
from measuring.rounds import median

from governance.trail.queries.table import copy_csv
from governance.trail.scopes import Scope
from tests.servers import roomy_folder

ENTRIES, ROUNDS = 1_000_000, 3

# A line as the product writes it, with a number at its gaps.
LINE = """
    convert_to('{"action":"kpi.recorded","actor":{"account":"' || md5('account' || n % 400)::uuid
    || '","kind":"person","name":"","person":"' || md5('person' || n % 400)::uuid
    || '","surface":"screen"},"after":{"number":' || n % 97 || ',"state":"validated"},"auth":'
    || '{"amr":["pwd","otp"],"roles":[{"delegation":null,"role":"model_validator"}],"session":"",'
    || '"token":null},"before":{"state":"submitted"},"details":'
    || '{"gate":"auc_floor","value":"0.' || n % 9973 || '"},"evidence":[],"id":"'
    || md5('entry' || n)::uuid || '","origin":"bank.example/log","personal":{"actor.name":"'
    || encode(sha256(n::text::bytea), 'hex') || '"},"portfolio":"' || md5('p' || n % 20)::uuid
    || '","subject":{"id":"' || md5('version' || n % 20000)::uuid || '","prev":null,"seq":'
    || n / 20000 + 1 || ',"type":"version"},"ts":"2026-01-05T09:00:00.000000Z","v":1}', 'UTF8')"""


def set_up(entries: int) -> None:
    series = f"FROM generate_series(0, {entries - 1}) AS n"
    fill(
        "governance_auditentry",
        [
            f"""INSERT INTO governance_auditentry (id, line, occurred_at, action, actor_id,
            subject_type, subject_id, subject_seq, portfolio_id)
            SELECT md5('entry' || n)::uuid, {LINE}, now(), 'kpi.recorded',
            md5('person' || n % 400)::uuid, 'version', md5('version' || n % 20000)::uuid,
            n / 20000 + 1, md5('p' || n % 20)::uuid {series}""",
            f"""INSERT INTO governance_auditleaf (idx, entry_id, leaf_hash)
            SELECT n, md5('entry' || n)::uuid, sha256(n::text::bytea) {series}""",
            f"""INSERT INTO governance_auditpersonalvalue (entry_id, path, salt, value)
            SELECT md5('entry' || n)::uuid, 'actor.name', sha256(n::text::bytea),
            'Person ' || n % 400 {series}""",
        ],
    )


COPY = """
    COPY (SELECT leaf.idx, entry.line, named.value FROM governance_auditentry AS entry
          JOIN governance_auditleaf AS leaf ON leaf.entry_id = entry.id
          LEFT JOIN governance_auditpersonalvalue AS named
              ON named.entry_id = entry.id AND named.path = 'actor.name'
          ORDER BY leaf.idx) TO STDOUT (FORMAT csv)"""


def bare(write: Callable[[bytes], object]) -> None:
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for piece in copy:
            write(bytes(piece))


def timed(run: Callable[[Callable[[bytes], object]], None]) -> float:
    with tempfile.TemporaryFile() as file:
        start = time.perf_counter()
        run(file.write)
        return time.perf_counter() - start


def resident_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(entries: int) -> dict[str, object]:
    before = resident_mib()
    pairs = [
        (timed(lambda write: copy_csv(Scope(), entries, write)), timed(bare)) for _ in range(ROUNDS)
    ]
    return {
        "vs_copy": round(median(copied / ours for ours, copied in pairs), 3),
        "mib": round(resident_mib() - before, 1),
        "seconds": round(median(ours for ours, _copied in pairs), 2),
        "entries": entries,
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=ENTRIES)
    asked = parser.parse_args()
    with shipped_database(roomy_folder()):
        set_up(asked.entries)
        line = measured(asked.entries)
    print(json.dumps(line))
