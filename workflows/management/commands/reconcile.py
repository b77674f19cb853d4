"""`manage.py reconcile`: bring the site to rest with this one command."""

from django.core.management.base import BaseCommand

from governance.outbox.queries import counts
from workflows.delivery.operations import reconcile


class Command(BaseCommand):
    """For cron, for repairs, and for sites whose broker or worker is away."""

    help = "Run everything that is due until nothing is left. Needs no broker and no worker."

    def handle(self, **_options: object) -> None:
        """Print what ran and what is left."""
        for name, number in sorted(reconcile().items()):
            self.stdout.write(f"{name}: {number}")
        left = ", ".join(f"{number} {state}" for state, number in counts().items())
        self.stdout.write(f"jobs: {left}")
