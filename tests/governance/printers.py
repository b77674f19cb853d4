"""A stand-in for the library that prints, which no test environment has: it keeps what it gets."""

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

PDF = b"%PDF-1.7"


class Printed:
    """What was laid out, as texts, and the last function that would fetch addresses."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.fetch: Any = None


def printer_installed(patch: pytest.MonkeyPatch) -> Printed:
    """From now on this site prints; a document has one page."""
    printed = Printed()

    class Document:
        def __init__(self, pages: list[str]) -> None:
            self.pages = pages

        def copy(self, pages: list[str]) -> "Document":
            return Document(pages)

        def write_pdf(self) -> bytes:
            return b"\n".join([PDF, *(page.encode() for page in self.pages)])

    class Html:
        def __init__(self, *, string: str, url_fetcher: Any) -> None:
            printed.texts.append(string)
            printed.fetch = url_fetcher

        def render(self) -> Document:
            return Document([printed.texts[-1]])

    module: Any = ModuleType("weasyprint")
    module.HTML = Html
    module.__spec__ = SimpleNamespace(name="weasyprint")
    patch.setitem(sys.modules, "weasyprint", module)
    return printed


def no_printer(patch: pytest.MonkeyPatch) -> None:
    """This site does not print, whatever is installed where the tests run."""
    patch.setattr("governance.printing.find_spec", lambda _name: None)
