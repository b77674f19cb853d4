"""The body of a comparison's page, made once for each language: to everybody it says the same.

It follows from the payload alone, which its digest names, and from what the two versions are
called. Nothing in it depends on who reads.
"""

from collections import OrderedDict
from threading import Lock

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from governance.reports.queries import Report

TEMPLATE = "governance/reports/comparison_body.html"
MOST = 32  # a few megabytes for each process of the site

Key = tuple[str, str, str, str, bool, str | None]


class Bodies:
    """The bodies that were read last; safe to be asked by several threads at once."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, SafeString] = OrderedDict()
        self._turn = Lock()

    def of(self, report: Report, *, only_changed: bool = False) -> SafeString:
        """Give the body of a report in the reader's language."""
        names = report.champion, report.challenger, report.original
        key = (report.comparison.digest, *names, only_changed, get_language())
        with self._turn:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        body = render_to_string(TEMPLATE, {"content": report.content(only_changed=only_changed)})
        with self._turn:
            self._kept[key] = body
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return body


bodies = Bodies()
