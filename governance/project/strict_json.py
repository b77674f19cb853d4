"""JSON bodies, read strictly: what two programs could read differently, or keep differently."""

import json
from collections.abc import Sequence
from typing import Any, NoReturn, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser

from governance.errors import Invalid

NUL = "\x00"


class StrictParser(Parser):
    """Reads an object in which each name stands once and all text and numbers can be kept."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The object of a request's body.

        Raises:
            Invalid: it is not one, or a part of it has no one reading.
        """
        return read_object(request.body)


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object in UTF-8 bytes.

    Raises:
        Invalid: no object, a doubled name, NaN or infinity, NUL or half a character.
    """
    try:
        text = body.decode()
        found = json.loads(text, object_pairs_hook=_each_once, parse_constant=_refuse_constant)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise _invalid(_("The body cannot be read as JSON in UTF-8.")) from error
    if not isinstance(found, dict):
        raise _invalid(_("The body is not a JSON object."))
    return cast("dict[str, Any]", found)


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _invalid(_("The name “{name}” stands there twice.").format(name=name))
        found[name] = value
        if NUL in name or (isinstance(value, str) and NUL in value) or _nul_in_list(value):
            raise _invalid(_("The text of “{name}” holds a NUL character.").format(name=name))
    return found


def _nul_in_list(value: object) -> bool:
    if not isinstance(value, list):
        return False
    return any((isinstance(one, str) and NUL in one) or _nul_in_list(one) for one in value)


def _refuse_constant(name: str) -> NoReturn:
    raise _invalid(_("{name} is not a number in JSON.").format(name=name))


def _invalid(message: str) -> Invalid:
    return Invalid(message, remedy=_("See the description at /api/v1/docs."))
