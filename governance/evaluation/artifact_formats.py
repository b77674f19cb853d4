"""Which model files can be loaded without running code that came with them.

A file is safe when its name says a format that holds data only and its first bytes agree.
Everything else is refused, pickles under any name above all: loading one runs its author's code.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

HEAD_BYTES = 64

_PICKLED_TEXT = re.compile(
    rb"\A[(\]}lid]*c(?:__builtin__|builtins|copy_reg|copyreg|joblib|nt|numpy|os|posix|sklearn|"
    rb"subprocess)[\w.]*\n"
)
_PICKLED_BINARY = tuple(bytes((0x80, protocol)) for protocol in range(2, 6))
_PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x78\x01", b"\x78\x9c", b"\x78\xda")
_TEXT_STARTS = {
    ".json": (b"{", b"["),
    ".pmml": (b"<",),
    ".xml": (b"<",),
}
_BINARY_STARTS = {
    ".onnx": (b"\x08",),  # ir_version, the first field of the ModelProto
    ".ubj": (b"{",),
}
_PLAIN_TEXT = {".csv", ".md", ".toml", ".txt", ".yaml", ".yml"}


@dataclass(frozen=True, slots=True)
class ArtifactFact:
    """A file's name and its first HEAD_BYTES bytes."""

    name: str
    head: bytes


def unsafe_names(artifacts: Iterable[ArtifactFact]) -> list[str]:
    """Name the files that are not known to be data only, in the order given."""
    return [fact.name for fact in artifacts if not is_safe(fact)]


def is_safe(fact: ArtifactFact) -> bool:
    """Say whether name and first bytes agree on a format that holds data only."""
    suffix = PurePath(fact.name).suffix.lower()
    if _looks_pickled(fact.head) or fact.head.startswith(_PACKED):
        return False
    if suffix == ".safetensors":
        return fact.head[8:9] == b"{"  # after the header's length, eight bytes
    if suffix in _BINARY_STARTS:
        return fact.head.startswith(_BINARY_STARTS[suffix])
    text = fact.head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if suffix in _TEXT_STARTS:
        return text.startswith(_TEXT_STARTS[suffix])
    return suffix in _PLAIN_TEXT and b"\0" not in fact.head


def _looks_pickled(head: bytes) -> bool:
    return head.startswith(_PICKLED_BINARY) or _PICKLED_TEXT.match(head) is not None
