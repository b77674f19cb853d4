"""How many queries a page takes, pinned by name in query_counts.json.

    with pinned("inventory"):
        client.get("/models/")

A page that takes more or fewer fails. When that is meant, `QUERY_COUNTS=refresh` on the same tests
writes what they take now, and the difference is reviewed with the change.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

COUNTS = Path(__file__).with_suffix(".json")
VARIABLE = "QUERY_COUNTS"


@contextmanager
def pinned(page: str, file: Path = COUNTS) -> Iterator[None]:
    """Compares the queries of the block with the pinned number, or pins it when refreshing.

    Raises:
        AssertionError: another number; the message lists the queries.
    """
    with CaptureQueriesContext(connection) as asked:
        yield
    if os.environ.get(VARIABLE) == "refresh":
        pin(page, len(asked), file)
    expected = json.loads(file.read_text()).get(page)
    if len(asked) != expected:
        queries = "\n".join(query["sql"][:300] for query in asked)
        message = (
            f"{page}: {len(asked)} queries, pinned are {expected}. "
            f"If that is meant: {VARIABLE}=refresh.\n{queries}"
        )
        raise AssertionError(message)


def pin(page: str, number: int, file: Path = COUNTS) -> None:
    """Writes one number; workers that run beside each other take turns."""
    with file.open("a+") as pins:
        fcntl.flock(pins, fcntl.LOCK_EX)
        pins.seek(0)
        numbers = json.loads(pins.read() or "{}") | {page: number}
        pins.truncate(0)
        pins.write(json.dumps(numbers, indent=2, sort_keys=True) + "\n")
