"""Files by their SHA-256: written once, never changed, shared by whoever uploads the same bytes."""

import errno
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from governance.errors import FoureyesError, Invalid, TooLarge, Unavailable

CHUNK = 1024 * 1024
SHA256_LENGTH = 64
BATCH = 500
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}

# Those of some digests that rows name: files that must stay.
Named = Callable[[Collection[str]], Collection[str]]


class Readable(Protocol):
    """A stream of bytes, as a request body or an open file."""

    def read(self, size: int = ..., /) -> bytes:
        """Up to `size` bytes; none at the end."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What was written: its SHA-256 as hex, its size in bytes.

    `inode` is that of the file where nobody had laid down the same bytes before, else 0.
    """

    sha256: str
    size: int
    inode: int = 0


def path_of(sha256: str) -> Path:
    """Where the bytes of a digest lie."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256[2:4] / sha256


def store(stream: Readable, expected_sha256: str) -> Stored:
    """Writes a stream under its digest, in constant memory.

    Raises:
        Invalid: no digest, another digest than the sender's, or an empty file.
        TooLarge: more than `settings.UPLOAD_LIMIT` bytes.
        Unavailable: the disk is full.
    """
    expected = _checked(expected_sha256)
    with _room_enough():
        return _laid_down(stream, expected)


def _laid_down(stream: Readable, expected: str) -> Stored:
    incoming = _incoming()
    incoming.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=incoming, delete=False) as file:
        temporary = Path(file.name)
        try:
            stored = _copy(stream, file)
            _refuse_other(stored, expected)
            file.flush()
            os.fsync(file.fileno())
            target = path_of(stored.sha256)
            with _alone():
                target.parent.mkdir(parents=True, exist_ok=True)
                inode = 0 if target.exists() else temporary.stat().st_ino
                temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    return replace(stored, inode=inode)


@contextmanager
def _room_enough() -> Iterator[None]:
    """A disk that takes no more is no fault: it is said to whom it keeps waiting."""
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise Unavailable(
            _("There is no room for the file on the server, and nothing of it was kept."),
            remedy=_("Tell an administrator, and send it again when there is room."),
        ) from error


@contextmanager
def kept_if_named(stored: Stored, named: Named) -> Iterator[None]:
    """Where what is done with a file is refused, its bytes go at once, not with the next sweep."""
    try:
        yield
    except FoureyesError:
        take_back(stored, named)
        raise


def take_back(stored: Stored, named: Named) -> bool:
    """Removes what `store` laid down for nothing; whether it did.

    What somebody else laid down before, or has laid down since, is theirs and stays.
    """
    path = path_of(stored.sha256)
    with _alone():
        ours = stored.inode and path.exists() and path.stat().st_ino == stored.inode
        if not ours or named([stored.sha256]):
            return False
        path.unlink()
    return True


def old_files(before: float) -> Iterator[list[str]]:
    """The digests of files last written before this moment (seconds of the epoch), in batches."""
    paths = Path(settings.MEDIA_ROOT).glob("??/??/*")
    old = (path.name for path in paths if _is_older(path, before))
    while batch := list(islice(old, BATCH)):
        yield batch


def remove_unless(sha256: str, named: Named, before: float) -> bool:
    """Removes a file that no row names and that nobody sent again meanwhile; whether it did.

    Nobody can lay the same bytes down between the question and the removal, and who lays them
    down makes them young: their row may follow at its leisure.
    """
    path = path_of(sha256)
    with _alone():
        if not _is_older(path, before) or named([sha256]):
            return False
        path.unlink()
    return True


def remove_broken_off(before: float) -> int:
    """Removes what a killed process left of an upload; returns how many files."""
    left = [path for path in _incoming().glob("*") if _is_older(path, before)]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _is_older(path: Path, before: float) -> bool:
    """Whether it is there, and old: another sweep may have been quicker."""
    try:
        return path.stat().st_mtime < before
    except FileNotFoundError:
        return False


def _incoming() -> Path:
    return Path(settings.MEDIA_ROOT) / "incoming"


@contextmanager
def _alone() -> Iterator[None]:
    """Laying down and sweeping take turns, in every process that shares the folder."""
    with (Path(settings.MEDIA_ROOT) / ".turn").open("ab") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def _checked(digest: str) -> str:
    text = digest.strip().lower().removeprefix("sha256:")
    if len(text) != SHA256_LENGTH or not set(text) <= set("0123456789abcdef"):
        raise Invalid(
            _("The file came without its SHA-256 digest."),
            remedy=_("Send it as 64 hex digits in the header X-Content-SHA256."),
            field="X-Content-SHA256",
        )
    return text


def _copy(stream: Readable, file: "tempfile._TemporaryFileWrapper[bytes]") -> Stored:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(stream):
        size += len(chunk)
        if size > settings.UPLOAD_LIMIT:
            raise TooLarge(
                _("The file is larger than {limit} MB.").format(
                    limit=settings.UPLOAD_LIMIT // (1024 * 1024)
                ),
                remedy=_("Send a smaller one, or ask the operator to raise UPLOAD_LIMIT_MB."),
            )
        digest.update(chunk)
        file.write(chunk)
    return Stored(digest.hexdigest(), size)


def _chunks(stream: Readable) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _refuse_other(stored: Stored, expected: str) -> None:
    if stored.size == 0:
        raise Invalid(_("The file is empty."), remedy=_("Send the file again."))
    if stored.sha256 != expected:
        raise Invalid(
            _("The file that arrived has SHA-256 {got}, the sender said {said}.").format(
                got=stored.sha256, said=expected
            ),
            remedy=_("Hash the file you send and send it again."),
            field="X-Content-SHA256",
        )
