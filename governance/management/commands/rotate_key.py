"""`manage.py rotate_key`: go on signing the log with a new key, endorsed by the present one."""

from django.core.management.base import BaseCommand

from governance.actors import Actor, Surface
from governance.audit.rotation import rotate_key


class Command(BaseCommand):
    """Prints the new public key, to be handed to whoever checks the log."""

    help = "Replace the log's signing key. Run it where the key file is; workers may go on."

    def handle(self, **_options: object) -> None:
        """Exchange the keys."""
        key = rotate_key(actor=Actor.system("rotate_key", Surface.COMMAND))
        self.stdout.write(f"The log is signed with this key from now on:\n{key.vkey}")
