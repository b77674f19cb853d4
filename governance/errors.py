"""Everything that can be refused, in one tree.

FoureyesError
├── NotAllowed      403  a right or a rule is missing
├── NotFound        404  it does not exist, or not for you
├── Invalid         422  the input is wrong
├── TooLarge        413  the input is over a limit
├── Conflict        409
│   ├── WrongState       the move does not start here
│   ├── Stale            the page is out of date: look again
│   └── Duplicate        it is there already
├── Unavailable     503  something we need is away: try again
└── JobError             inside a worker only
    ├── Temporary        try again, after `retry_after` seconds if given
    └── Permanent        trying again cannot help: park it

Each message says what is wrong; `remedy` says what to do. Both are words, or a sentence that is
translated when it is read (`governance.sentences`), which is what pure modules raise. API and
screens map the tree to statuses in one place each.
"""

from typing import ClassVar

from governance.sentences import Sentence, Words


class FoureyesError(Exception):
    """A refusal in words: `message` for what is wrong, `remedy` for what to do about it."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"

    def __init__(self, message: Words, *, remedy: Words = "", field: str = "") -> None:
        self.said = _now(message)
        self.advice = _now(remedy)
        self.field = field
        super().__init__(self.said)

    @property
    def message(self) -> str:
        """What is wrong, in the reader's language."""
        return str(self.said)

    @property
    def remedy(self) -> str:
        """What to do about it, in the reader's language."""
        return str(self.advice)


def _now(words: Words) -> Words:
    """What is lazy outside our sentences is said at once, in the language of the moment."""
    return words if isinstance(words, Sentence) else str(words)


class NotAllowed(FoureyesError):
    """The actor lacks a permission, or a rule on separation of duties forbids it."""

    status = 403
    code = "not_allowed"


class NotFound(FoureyesError):
    """No such thing, or not one that this actor may know of."""

    status = 404
    code = "not_found"


class Invalid(FoureyesError):
    """The input is wrong; `field` names the place."""

    status = 422
    code = "invalid"


class TooLarge(FoureyesError):
    """The input is over a limit that the message names."""

    status = 413
    code = "too_large"


class Conflict(FoureyesError):
    """The input may be right, but the world is not as it assumes."""

    status = 409
    code = "conflict"


class WrongState(Conflict):
    """The move does not start from the state that the version is in."""

    code = "wrong_state"


class Stale(Conflict):
    """What was decided on is no longer what is there."""

    code = "stale"


class Duplicate(Conflict):
    """The thing, or the act, is there already."""

    code = "duplicate"


class Unavailable(FoureyesError):
    """Something that we need is away for the moment."""

    status = 503
    code = "unavailable"


class JobError(FoureyesError):
    """A job did not reach its end."""

    status = 500
    code = "job_failed"


class Temporary(JobError):
    """Trying again may help, not before `retry_after` seconds if given."""

    def __init__(
        self, message: Words, *, retry_after: float | None = None, remedy: Words = ""
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after = retry_after


class Permanent(JobError):
    """Trying again cannot help; a person must look."""
