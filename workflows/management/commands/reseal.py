"""`manage.py reseal`: encrypt stored credentials by the newest key."""

from django.core.management.base import BaseCommand

from governance.trail.operations import reseal_feeds
from workflows.gitops.operations import reseal_connections
from workflows.notifications.operations import reseal_channels


class Command(BaseCommand):
    """After a new key was put first in FORGE_KEYS; then the old one may go."""

    help = "Encrypt every stored forge token and feed secret by the first key of FORGE_KEYS."

    def handle(self, **_options: object) -> None:
        """Print how many."""
        found = f"{reseal_connections()} connections, {reseal_feeds()} feeds"
        self.stdout.write(f"{found}, {reseal_channels()} channels")
