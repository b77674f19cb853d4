"""How a command says what keeps it from its work."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import OperationalError

from governance.errors import FoureyesError


@contextmanager
def told_in_words() -> Iterator[None]:
    """What keeps a command from its work is one line: a refusal, the disk, the database.

    Raises:
        CommandError: with that line.
    """
    try:
        yield
    except FoureyesError as error:
        raise CommandError(f"{error.message} {error.remedy}".strip()) from error
    except (OSError, OperationalError) as error:
        raise CommandError(f"{error}. Put that right and start again.") from error
