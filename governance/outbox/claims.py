"""A claim: the right to work on one job until the lease ends, and the fence around its writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models.functions import Now

from governance.errors import JobError
from governance.outbox.models import OutboxJob

if TYPE_CHECKING:
    from uuid import UUID

LEASE_S = 45.0  # with a tick every few seconds a dead worker costs less than a minute


class LeaseLost(JobError):
    """Another worker holds the job by now: stop, and write nothing more."""


class Cancelled(JobError):
    """A person asked for this job to stop, and the handler did so."""


@dataclass(frozen=True, slots=True)
class Again:
    """What a handler returns to be called again, not before `seconds`: it waits for the world.

    It is no failure: attempts start from zero.
    """

    seconds: float


@dataclass(frozen=True, slots=True)
class Claim:
    """One worker's hold on one job. Every write asks for the same token and raises LeaseLost.

    Call `heartbeat()` first inside a transaction to fence everything else in it: the row stays
    locked until the commit, so that no other worker can take the job in between.
    """

    job_id: UUID
    topic: str
    key: str
    payload: dict[str, Any]
    queue: str
    host: str
    token: int
    attempts: int
    lease_s: float = LEASE_S
    stopped: bool = False  # somebody asked for that before it was taken

    def heartbeat(self) -> None:
        """Start the lease anew at the database's time."""
        self.write(lease_until=Now() + timedelta(seconds=self.lease_s))

    def progress(self, text: str, done: int = 0, total: int = 0) -> None:
        """Say how far the work is; screens show it. Renews the lease as well."""
        self.write(
            lease_until=Now() + timedelta(seconds=self.lease_s),
            progress_text=text[:200],
            progress_done=done,
            progress_total=total,
        )

    def cancelled(self) -> bool:
        """Whether a person asked for this job to stop. A long handler looks now and then."""
        return OutboxJob.objects.filter(pk=self.job_id, cancel_requested_at__isnull=False).exists()

    def finished(self) -> bool:
        """Whether the job is complete, for example because the handler itself completed it."""
        return OutboxJob.objects.filter(pk=self.job_id, done_at__isnull=False).exists()

    def write(self, **changes: Any) -> None:  # noqa: ANN401 - column values and expressions
        """Change columns of the job row, if it is still ours.

        Raises:
            LeaseLost: the token has moved on, or the job has ended.
        """
        mine = OutboxJob.objects.filter(
            pk=self.job_id, lease_token=self.token, done_at__isnull=True, parked_at__isnull=True
        )
        if not mine.update(**changes):
            message = f"The lease on {self.topic} {self.key} is lost."
            raise LeaseLost(message, remedy="Nothing: whoever holds it now goes on.")
