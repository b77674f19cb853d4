"""The door for web servers: waitress in the embedded site, gunicorn in production."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.project.settings")
site = get_wsgi_application()


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """The site; a content type that it does not read is none.

    Django reads it, and the address by its charset, before any of its handlers could answer what
    goes wrong there.
    """
    if not _is_read(environ.get("CONTENT_TYPE", "")):
        del environ["CONTENT_TYPE"]
    return site(environ, start_response)


def _is_read(content_type: str) -> bool:
    """Whether it can be read, and says UTF-8 where it names a charset.

    Python knows charsets that are none of text, and some write NUL or half a character in ways that
    no check looks for. Files and JSON are bytes here, whatever is said of them.
    """
    try:
        _kind, said = parse_header_parameters(content_type)
    except ValueError:
        return False
    return said.get("charset", "utf-8").lower() == "utf-8"
