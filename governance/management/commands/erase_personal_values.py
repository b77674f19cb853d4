"""`manage.py erase_personal_values`: an erasure that two people agree on, at the server."""

from argparse import ArgumentParser
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from governance.access.queries import account_actor
from governance.actors import Surface
from governance.errors import FoureyesError
from governance.trail.models import Erasure
from governance.trail.operations import confirm_erasure, request_erasure


class Command(BaseCommand):
    """Both must hold the permission; what floors and legal holds keep stays."""

    help = "Erase a person's name in the log, or the personal values of one entry, for good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What, why, and the two accounts."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--person", type=UUID, help="id of the person")
        what.add_argument("--entry", type=UUID, help="id of the entry")
        parser.add_argument("--reason", required=True, help="why; it stands in the log")
        parser.add_argument("--by", required=True, help="account of who asks")
        parser.add_argument("--confirmed-by", required=True, help="account of who confirms")

    def handle(self, *, by: str, confirmed_by: str, **options: object) -> None:
        """Both operations or neither."""
        try:
            with transaction.atomic():
                done = self._erase(by, confirmed_by, options)
        except FoureyesError as error:
            raise CommandError(f"{error.message} {error.remedy}".strip()) from error
        self.stdout.write(f"{done.erased} personal values are erased, {done.kept} had to stay.")

    def _erase(self, by: str, confirmed_by: str, options: dict[str, object]) -> Erasure:
        asker, second = (account_actor(one, surface=Surface.COMMAND) for one in (by, confirmed_by))
        person, entry = options["person"], options["entry"]
        assert person is None or isinstance(person, UUID)
        assert entry is None or isinstance(entry, UUID)
        erasure = request_erasure(
            reason=str(options["reason"]), person_id=person, entry_id=entry, actor=asker
        )
        return confirm_erasure(erasure.pk, actor=second)
