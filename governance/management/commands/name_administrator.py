"""`manage.py name_administrator`: the way out when no administrator can help any more."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from governance.access.operations import name_administrator
from governance.actors import Actor, Surface
from governance.errors import FoureyesError


class Command(BaseCommand):
    """In the log under an action of its own."""

    help = "Make somebody who has an account administrator, and say in the log why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who and why."""
        parser.add_argument("account", help="The name that the person signs in with")
        parser.add_argument("--reason", required=True, help="Why; it stands in the log")

    def handle(self, *, account: str, reason: str, **_options: object) -> None:
        """One operation."""
        actor = Actor.system("server", Surface.COMMAND)
        try:
            name_administrator(account, reason=reason, actor=actor)
        except FoureyesError as error:
            raise CommandError(f"{error.message} {error.remedy}".strip()) from error
        self.stdout.write(f"{account} is administrator now.")
