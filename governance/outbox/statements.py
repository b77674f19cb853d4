"""The two statements of a claim, built once: that takes longer than the database needs for them."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.db.models.sql import UpdateQuery

from governance.outbox.models import OutboxJob
from governance.outbox.queries import claimable, free

if TYPE_CHECKING:
    from collections.abc import Iterable

CANDIDATES = 20
# They stand in the statement where a job's own values come in.
JOB, TOKEN, ATTEMPTS = UUID(int=2**128 - 1), 2**62 + 1, 2**31 - 9


def candidates(queue: str | None) -> Iterable[OutboxJob]:
    """Jobs that somebody may take now, the longest waiting first, CANDIDATES at most."""
    return OutboxJob.objects.raw(*_candidates(connection.vendor, queue))


def take(job: OutboxJob, lease_s: float) -> bool:
    """Take a job as it was read: one UPDATE that changes its row, or none."""
    sql, parameters = _taking(connection.vendor, lease_s)
    own = {_key(JOB): _key(job.pk), TOKEN: job.lease_token, ATTEMPTS: job.attempts}
    with connection.cursor() as cursor:
        cursor.execute(sql, [own.get(value, value) for value in parameters])
        return bool(cursor.rowcount == 1)


def _key(pk: UUID) -> UUID | str:
    """A key as the database takes it."""
    return pk if connection.features.has_native_uuid_field else pk.hex


@cache
def _candidates(_vendor: str, queue: str | None) -> tuple[str, tuple[Any, ...]]:
    return claimable(queue)[:CANDIDATES].query.sql_with_params()


@cache
def _taking(_vendor: str, lease_s: float) -> tuple[str, tuple[Any, ...]]:
    as_read = free().filter(pk=JOB, lease_token=TOKEN, attempts=ATTEMPTS)
    query = cast("UpdateQuery", as_read.query.chain(UpdateQuery))
    query.add_update_values(
        {
            "lease_token": F("lease_token") + 1,
            "lease_until": Now() + timedelta(seconds=lease_s),
            "attempts": F("attempts") + 1,
            "tried_since": Coalesce(F("tried_since"), Now()),
        }
    )
    sql, parameters = query.get_compiler(connection=connection).as_sql()
    return sql, tuple(parameters)
