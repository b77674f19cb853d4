"""Words of a forge that people may read: without the token that it was asked with. Pure."""

import json

HIDDEN = "(removed)"


def without(text: str, token: str) -> str:
    """Return a text without a token in it, as it is or as JSON writes it."""
    if not token:
        return text
    return text.replace(json.dumps(token)[1:-1], HIDDEN).replace(token, HIDDEN)
