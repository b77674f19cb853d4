"""What a page says of itself as it is sent: language, headings, names of fields, identifiers."""

from collections import Counter
from html.parser import HTMLParser

FIELDS = {"input", "select", "textarea"}
ARIA = {"aria-label", "aria-labelledby"}


class Outline(HTMLParser):
    """Gathers what assistive technology goes by; `feed` it a page."""

    def __init__(self) -> None:
        """Nothing has been read."""
        super().__init__()
        self.language = ""
        self.headings = 0
        self.ids: Counter[str] = Counter()
        self.named: set[str] = set()
        self.fields: list[dict[str, str]] = []
        self.inside_label = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        found = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = found.get("lang", "")
        if tag == "label":
            self.inside_label = True
            self.named.add(found.get("for", ""))
        self.headings += tag == "h1"
        self.ids.update([found["id"]] if "id" in found else [])
        if tag in FIELDS and found.get("type") != "hidden" and not self.has_name(found):
            self.fields.append(found)

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        self.inside_label = self.inside_label and tag != "label"

    def has_name(self, field: dict[str, str]) -> bool:
        """Whether a field is named where it stands; else a label must name it from elsewhere."""
        return self.inside_label or not ARIA.isdisjoint(field)

    def wrong(self, language: str) -> dict[str, object]:
        """What should be otherwise."""
        found = {
            "language": "" if self.language == language else self.language or "none",
            "headings": "" if self.headings == 1 else self.headings,
            "nameless": [one for one in self.fields if one.get("id") not in self.named],
            "twice": [name for name, times in self.ids.items() if times > 1],
        }
        return {name: value for name, value in found.items() if value}
