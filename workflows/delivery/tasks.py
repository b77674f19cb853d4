"""What Celery may start: nothing but the functions that tick and reconcile call too."""

from celery import shared_task
from django.db import close_old_connections

from workflows.delivery import operations

# A hung handler frees its process in the end; its lease has run out long before.
HARD_LIMIT_S = 2 * 3600


@shared_task(name="workflows.delivery.tasks.deliver", time_limit=HARD_LIMIT_S)  # type: ignore[untyped-decorator,unused-ignore]
def deliver(queue: str) -> None:
    """Somebody committed a job: run what is due in that queue."""
    close_old_connections()
    operations.run_due(queue)
    operations.seal_log()


@shared_task(name="workflows.delivery.tasks.tick", time_limit=HARD_LIMIT_S)  # type: ignore[untyped-decorator,unused-ignore]
def tick() -> None:
    """The one entry of beat."""
    close_old_connections()
    operations.tick()
