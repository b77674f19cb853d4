"""kombu's filesystem transport with whole messages only.

kombu makes a message's file before it writes it, so a worker that looks in between takes an empty
file and ends with a JSON error. Here the file gets its name once all of it is there (a rename is
one step in POSIX).
"""

import os
import uuid
from time import monotonic_ns
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps

NAME = "governance.outbox.transport:Transport"


class Channel(filesystem.Channel):
    """Puts messages as the parent does, but never half of one."""

    # kombu's two parents of this method do not agree on the name of the message.
    def _put(  # type: ignore[override]
        self, queue: str, payload: dict[str, Any], **_kwargs: object
    ) -> None:
        name = f"{monotonic_ns() // 1_000_000}_{uuid.uuid4()}"
        unfinished = os.path.join(self.data_folder_out, name)  # noqa: PTH118 - kombu keeps text
        try:
            with open(unfinished, "w", encoding="utf-8") as file:  # noqa: PTH123
                file.write(dumps(payload))
            os.replace(unfinished, f"{unfinished}.{queue}.msg")  # noqa: PTH105
        except OSError as error:
            message = f"Cannot add {unfinished} to the broker's folder"
            raise ChannelError(message) from error


class Transport(filesystem.Transport):
    """The transport that Celery is told of."""

    Channel = Channel
