"""Pages of HTML as one PDF, where the library that prints is installed. Nothing is ever fetched."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from django.utils.translation import gettext as _

from governance.errors import Unavailable

PRINTER: Final = "weasyprint"


def can_print() -> bool:
    """Whether this site has the library."""
    return find_spec(PRINTER) is not None


class PrintJob:
    """A PDF in the making: texts are laid out one after the other, each begins a new page.

    Raises:
        Unavailable: this site has no library that prints.
    """

    def __init__(self) -> None:
        if not can_print():
            raise Unavailable(
                _("This site cannot write PDF files."),
                remedy=_(
                    "Take another format, or print the page from the browser. An operator can "
                    "install weasyprint where the site and its workers run."
                ),
            )
        self._laid_out: list[Any] = []  # weasyprint's documents; it ships no types
        self.pages = 0

    def add(self, text: str) -> None:
        """Lay out a whole HTML document."""
        page = import_module(PRINTER).HTML(string=text, url_fetcher=_fetch_nothing)
        document = page.render()
        self._laid_out.append(document)
        self.pages += len(document.pages)

    def content(self) -> bytes:
        """The PDF of all that was added, which is at least one document."""
        pages = [page for document in self._laid_out for page in document.pages]
        written: bytes = self._laid_out[0].copy(pages).write_pdf()
        return written


def _fetch_nothing(address: str, *_rest: object, **_more: object) -> dict[str, object]:
    message = f"a report has no address to fetch: {address[:80]}"
    raise ValueError(message)
