"""What a session remembers: when it began, when its person was last there, what vouches for them.

Pure: it works on anything that keeps values under names.
"""

from collections.abc import MutableMapping
from typing import Any

Session = MutableMapping[str, Any]

BEGAN, SEEN, SECOND_FACTOR = "began_at", "seen_at", "second_factor"
ASKED_AGAIN = "asked_again"
NOTE_EVERY = 60


def begin(session: Session, now: float, *, second_factor: str = "") -> None:
    """Starts anew at a sign-in; `second_factor` names who else saw one, or nothing did."""
    session[BEGAN] = session[SEEN] = now
    session[SECOND_FACTOR] = second_factor


def is_over(session: Session, now: float, *, idle: float, longest: float) -> bool:
    """Whether nobody was there for `idle` seconds, or it lasted `longest` seconds."""
    since_step, since_start = now - session.get(SEEN, now), now - session.get(BEGAN, now)
    return bool(since_step > idle or since_start > longest)


def note_step(session: Session, now: float) -> bool:
    """Somebody is there. Written at most once a minute, so that reading stays reading.

    Returns whether it was written.
    """
    if BEGAN not in session:
        session[BEGAN] = now
    news = bool(now - session.get(SEEN, 0) >= NOTE_EVERY)
    if news:
        session[SEEN] = now
    return news


def note_asked_again(session: Session, purpose: str, at: float) -> None:
    """The identity provider says when it last asked the person: for one purpose, the newest."""
    session[ASKED_AGAIN] = {"purpose": purpose, "at": at}


def asked_again(session: Session, purpose: str) -> float | None:
    """When the provider asked the person for this purpose; read once."""
    noted = session.get(ASKED_AGAIN) or {}
    if noted.get("purpose") != purpose:
        return None
    del session[ASKED_AGAIN]
    return float(noted["at"])
