"""What a browser would fetch for a file that should stand alone."""

import re
from html.parser import HTMLParser


def external_references(html: str) -> list[str]:
    """Give every address in a file that a browser would fetch something from."""
    finder = _References()
    finder.feed(html)
    return finder.found


class _References(HTMLParser):
    """Collects what a browser would fetch."""

    FETCHING = frozenset({"src", "href", "xlink:href", "srcset", "data", "poster", "action"})
    IN_STYLES = re.compile(r"url\(\s*['\"]?(?!data:|#)([^'\")]+)|@import\s+([^;]+)")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the addresses and the inline style of an element."""
        self._in_style = tag == "style"
        for name, value in attrs:
            address = (value or "").strip()
            if name in self.FETCHING and not address.startswith(("#", "data:")):
                self.found.append(f"{tag} {name}={address}")
            if name == "style":
                self._look_into(address)

    def handle_endtag(self, tag: str) -> None:
        """Leave a style sheet."""
        if tag == "style":
            self._in_style = False

    def handle_data(self, data: str) -> None:
        """Look into a style sheet."""
        if self._in_style:
            self._look_into(data)

    def _look_into(self, style: str) -> None:
        self.found += [hit.group() for hit in self.IN_STYLES.finditer(style)]
