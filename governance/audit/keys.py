"""The signing key, a file that only the sequencing worker can read. The web never opens it."""

import os
from pathlib import Path
from secrets import token_hex

from governance.audit.notes import BadNote, Signer, parse_signer
from governance.errors import Unavailable
from governance.sentences import sentence as _

FOR_OTHERS = 0o007


def read_signer(path: Path) -> Signer:
    """The key in this file.

    Raises:
        Unavailable: when there is none, when it is no key, or when everybody may read it.
    """
    try:
        open_to_others = path.stat().st_mode & FOR_OTHERS
        text = path.read_text(encoding="ascii")
        signer = parse_signer(text)
    except (OSError, UnicodeDecodeError, BadNote) as error:
        raise Unavailable(
            _("The log's signing key cannot be read from {path}.", path=str(path)),
            remedy=_("Put the key file back from its safe copy."),
        ) from error
    if open_to_others:
        raise Unavailable(
            _("Everybody on this machine may read the log's signing key {path}.", path=str(path)),
            remedy=_("Take the rights of others away: chmod 600."),
        )
    return signer


def next_path(path: Path) -> Path:
    """Where the next key lies until it takes the present one's place."""
    return path.with_name(f"{path.name}.next")


def create_signer(path: Path, origin: str) -> Signer:
    """Make the key of a new log; when another worker was first, its key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(Signer.generate(origin).to_text() + "\n")
            file.flush()
            os.fsync(file.fileno())
        # A link appears whole or not at all, and never replaces a key that is there.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return read_signer(path)
