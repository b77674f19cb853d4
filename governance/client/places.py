"""Values at their places in a YAML document, for the check of an approval.

Names with dots between them; `list[name=x]` is the one entry that has this name, `list[x]` the one
that is just that. Shares no code with what writes there.
"""

import re
from typing import Any

PLACE = re.compile(r"([^.\[\]]+)(\[(?:([^=\]]+)=)?([^\]]+)\])?\.?")


class Several(ValueError):
    """Several entries of a list answer to one place."""


def value_at(document: Any, place: str) -> Any:  # noqa: ANN401 - whatever stands in a YAML file
    """Return what stands at a place; None where nothing does.

    Raises:
        Several: It is not said of which entry.
    """
    for name, entry, key, value in PLACE.findall(place):
        document = document.get(name) if isinstance(document, dict) else None
        if entry:
            document = _entry(document, key, value)
    return document


def same(one: object, other: object) -> bool:
    """Python takes true for 1; YAML does not."""
    return type(one) is type(other) and one == other


def _entry(entries: Any, key: str, value: str) -> Any:  # noqa: ANN401 - as above
    listed = entries if isinstance(entries, list) else []
    named = [one for one in listed if isinstance(one, dict)] if key else listed
    found = [one for one in named if (one.get(key) if key else one) == value]
    if len(found) > 1:
        raise Several(value)
    return found[0] if found else None
