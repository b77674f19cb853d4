"""Who acts in these stories, the worker's part, and a forger with the database file in hand."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import UUID, uuid4

from django.db import connection, transaction

from governance.actors import Actor, ActorKind, Surface
from governance.audit import triggers
from governance.audit.actions import Action
from governance.audit.models import AuditEntry
from governance.audit.operations import publish_checkpoint, record, sequence_pending
from governance.audit.verify import Verification, verify_log
from governance.audit.writing import Recorded
from tests.databases import Database, using

DANA = Actor(
    name="Dana Developer",
    kind=ActorKind.PERSON,
    surface=Surface.SCREEN,
    person_id=UUID(int=1),
    account_id=UUID(int=2),
    amr=("pwd", "otp"),
    session="a-session-key",
)


def write(subject_id: UUID | None = None) -> AuditEntry:
    """Record one submission by Dana, of a fresh version unless told."""
    with transaction.atomic():
        told = submit(subject_id or uuid4())
    return AuditEntry.objects.get(pk=told.id)


def submit(subject_id: UUID) -> Recorded:
    """The same in a transaction that is open."""
    return record(
        Action.VERSION_SUBMITTED,
        actor=DANA,
        subject=("version", subject_id),
        after={"state": "submitted"},
        personal={"comment": "please look"},
    )


def seal() -> None:
    """Do what the worker does: give all waiting entries their leaves and sign."""
    while sequence_pending():
        pass
    publish_checkpoint()


def verified_forgery(database: Database, folder: Path, *statements: str) -> Verification:
    """What the verification says to a forged copy."""
    with forgery(database, folder, *statements):
        return verify_log()


@contextmanager
def forgery(database: Database, folder: Path, *statements: str) -> Iterator[None]:
    """Forge a copy of the SQLite file, outside of Django and its triggers, and read the copy."""
    connection.close()
    path = folder / "forged.sqlite3"
    honest_path = database.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(honest_path)) as honest, closing(sqlite3.connect(path)) as copy:
        honest.backup(copy)
        for statement in (
            *triggers.drop_sql("sqlite"),
            *statements,
            *triggers.create_sql("sqlite"),
        ):
            copy.execute(statement)
        copy.commit()
    with using(f"sqlite:///{path}"):
        yield
