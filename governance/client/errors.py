"""What can go wrong between here and the server, in one tree.

ClientError
├── Refused            the server, or this client for it, said no: change something (exit code 1)
├── Unreachable        no usable answer: try again later (exit code 3)
└── ChecksUnfinished   the checks did not end in the time given: look again (exit code 3)
"""


class ClientError(Exception):
    """What is wrong (`detail`), what to do (`remedy`), and the HTTP status if there was one."""

    def __init__(
        self,
        status: int | None,
        detail: str,
        remedy: str = "",
        *,
        code: str = "",
        field: str = "",
    ) -> None:
        super().__init__(f"{detail} {remedy}".strip())
        self.status = status
        self.detail = detail
        self.remedy = remedy
        self.code = code
        self.field = field


class Refused(ClientError):
    """Asking again with the same content gives the same answer."""


class Unreachable(ClientError):
    """No answer, or none that can be read; for a POST it may still have arrived."""


class ChecksUnfinished(ClientError):
    """The version is submitted, its checks still run."""
