"""One byte string for one value: JSON in the canonical form of RFC 8785, without floats.

What is hashed must never depend on how a database or a library prints it. Floats are refused,
because programs differ in printing them: decimals travel as strings.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, NoReturn
from uuid import UUID

import rfc8785

LARGEST_INTEGER: Final = 2**53 - 1
# Lists and objects within each other: programs differ in how many they can read.
DEEPEST: Final = 64

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


class NotCanonical(ValueError):
    """The value has no canonical form, or the bytes are not in it."""


def canonical(value: object) -> bytes:
    """The RFC 8785 bytes of a value made of mappings, sequences, text, whole numbers and None.

    UUIDs, moments, dates and decimals become text first (see `plain`).

    Raises:
        NotCanonical: for floats, numbers beyond 2^53-1, keys that are no text, lone surrogates,
            and what is nested deeper than 64 levels.
    """
    return encode(plain(value))


def encode(value: Json) -> bytes:
    """As `canonical`, for what `plain` gave: nothing is checked again."""
    text = _ENCODER.encode(value)
    if text.isascii():  # then Python's order of keys is that of UTF-16, and its escapes are those
        return text.encode()
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as error:
        raise NotCanonical(str(error)) from error


_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False
)


def plain(value: object, *, room: int = DEEPEST) -> Json:
    """The value in JSON's own types; the same value always gives the same text."""
    match value:
        case None | bool():
            return value
        case str():
            return str.__str__(value)  # an enum member becomes its value
        case int():
            return _whole_number(value)
        case UUID() | date() | Decimal():
            return _text(value)
        case Mapping() | Sequence() if not room:
            message = f"it is nested deeper than {DEEPEST} levels"
            raise NotCanonical(message)
        case Mapping():
            return {_key(key): plain(one, room=room - 1) for key, one in value.items()}
        case Sequence() if not isinstance(value, bytes | bytearray | memoryview):
            return [plain(one, room=room - 1) for one in value]
    message = f"{type(value).__name__} has no canonical form; write decimals and bytes as text"
    raise NotCanonical(message)


def moment(value: datetime) -> str:
    """A moment as RFC 3339 text in UTC, always with microseconds.

    Raises:
        NotCanonical: when it has no time zone.
    """
    if value.tzinfo is None:
        message = f"{value} has no time zone"
        raise NotCanonical(message)
    return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def decode(text: bytes) -> Json:
    """The value of canonical bytes.

    Raises:
        NotCanonical: unless `canonical` would give back exactly these bytes. So duplicate keys,
            white space, other number forms and byte order marks are all refused.
    """
    try:
        value: Json = json.loads(
            text.decode("utf-8"),
            object_pairs_hook=_members,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError) as error:
        raise NotCanonical(str(error)) from error
    if canonical(value) != text:
        message = "these bytes say the same as a canonical form but are not it"
        raise NotCanonical(message)
    return value


def _whole_number(value: int) -> int:
    if abs(value) > LARGEST_INTEGER:
        message = f"{value} is beyond 2^53-1; write it as text"
        raise NotCanonical(message)
    return int(value)


def _text(value: UUID | date | Decimal) -> str:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _key(key: object) -> str:
    if not isinstance(key, str):
        message = f"the key {key!r} is not text"
        raise NotCanonical(message)
    return str.__str__(key)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        message = "a key occurs twice"
        raise NotCanonical(message)
    return members


def _refuse(text: str) -> NoReturn:
    message = f"{text} is not a whole number"
    raise NotCanonical(message)
