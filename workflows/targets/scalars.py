"""Words of people as names and scalars of Kubernetes and YAML: none becomes structure. Pure."""

import hashlib
import re

NAME_LIMIT = 40  # KServe adds "-predictor-<revision>"; the whole stays under 63 (RFC 1123)
LABEL_LIMIT = 63


def kubernetes_name(text: str) -> str:
    """Return an RFC 1123 label that starts with a letter; two texts never share one by accident.

    A text that had to change gets eight digits of its own SHA-256 at the end.
    """
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    plain = plain if plain[:1].isalpha() else f"m-{plain}".rstrip("-")
    if plain == text and len(plain) <= NAME_LIMIT:
        return plain
    mark = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{plain[: NAME_LIMIT - 9].rstrip('-')}-{mark}"


def label_value(text: str) -> str:
    """Return a valid Kubernetes label value that is as near to the text as the rules allow."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", text)[:LABEL_LIMIT]
    return plain.strip("-._")


def scalar(text: str) -> str:
    """Return the text as a double-quoted YAML scalar in ASCII (YAML 1.2, section 5.7)."""
    return '"' + "".join(_escaped(letter) for letter in text) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    if " " <= letter <= "~":
        return letter
    code = ord(letter)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the basic plane
