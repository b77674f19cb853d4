"""The server's signed list of what has fallen: stale and revoked without asking it.

It proves what the log's key signed at one moment, no more. Nothing in it shows that there is no
newer one: that takes a checkpoint from elsewhere that it must cover, or an age that it must not
exceed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from governance.client.signed import Key, NotApproved, checkpoint, opened

STANDINGS_TYPE = "urn:foureyes:standings:v1"
FALLEN = {"stale", "revoked"}
Log = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which approval the list must speak of, and how recent it must be.

    `approved`, `recent`: size and root of the checkpoints beside the approval and from elsewhere.
    """

    promotion: str
    approved: Log
    recent: Log | None
    max_age: timedelta


def told_by(text: str, keys: list[Key], wanted: Wanted, now: datetime) -> tuple[str, str]:
    """Stale or revoked and why; an empty standing where the list does not know it as fallen.

    Raises:
        NotApproved: no key that was given signed it, or it tells of another log.
    """
    predicate = opened(text, keys, STANDINGS_TYPE)["predicate"]
    log = checkpoint(predicate["checkpoint"], keys)
    _refuse_other_log(log, wanted)
    as_of = datetime.fromisoformat(predicate["as_of"])
    row = predicate["fallen"].get(wanted.promotion)
    if row is not None:
        return _fallen(row, as_of)
    return _outdated(log, as_of, wanted, now) or ("", f"not fallen as of {as_of.isoformat()}")


def _fallen(row: dict[str, Any], as_of: datetime) -> tuple[str, str]:
    standing = row["standing"]
    if standing not in FALLEN:
        message = "the list of standings cannot be read"
        raise NotApproved(message)
    states = f"the promotion is {row['state']}, the version {row['version_state']}"
    return standing, f"listed as {standing} on {as_of.isoformat()}: {states}"


def _outdated(log: Log, as_of: datetime, wanted: Wanted, now: datetime) -> tuple[str, str] | None:
    """Why what the list does not name may have fallen all the same."""
    size, _root = log
    if size < wanted.approved[0]:
        return "stale", "the list of standings is older than the approval and cannot speak of it"
    if wanted.recent and size < wanted.recent[0]:
        return "stale", "the list of standings ends before the recent checkpoint"
    if wanted.max_age and as_of + wanted.max_age < now:
        return "stale", f"the list of standings is of {as_of.isoformat()}: too long ago"
    return None


def _refuse_other_log(log: Log, wanted: Wanted) -> None:
    """Of one length there is one log: two roots for it are two stories."""
    for size, root in filter(None, (wanted.approved, wanted.recent)):
        if log[0] == size and log[1] != root:
            message = "the list of standings tells of another log of the same length"
            raise NotApproved(message)
