"""A report as one HTML file that needs no network, and as PDF where a printer is installed.

Styles, symbols, figures and the library that draws them stand in the file. Its own content
security policy lets nothing be fetched, whatever stands in it.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from governance.printing import PrintJob
from governance.reports.queries import Report

STYLES = ("vendor/bootstrap-5.3.9/bootstrap.min.css", "css/tokens.css", "css/app.css")
PLOTLY_STYLE = "css/plotly.css"
SCRIPTS = ("vendor/plotly.js-basic-dist-min-4.1.1/plotly-basic.min.js", "js/charts.js")
SOURCE_MAP = re.compile(r"/[/*]# sourceMappingURL=.*")
TEMPLATE = "governance/reports/standalone.html"


def as_html(report: Report, *, only_changed: bool = False) -> str:
    """Write the whole report as one file."""
    return alone(TEMPLATE, _context(report, only_changed=only_changed))


def alone(template: str, context: Mapping[str, object]) -> str:
    """Write a page that brings all that it shows and does."""
    text = render_to_string(template, {**_outfit(), **context, "scripts": _scripts()})
    return _with_own_symbols(text)


def as_pdf(report: Report, *, only_changed: bool = False) -> bytes:
    """Print the report; figures are printed as their tables.

    Raises:
        Unavailable: this site has no library that prints.
    """
    return printed(TEMPLATE, _context(report, only_changed=only_changed))


def printed(template: str, context: Mapping[str, object]) -> bytes:
    """Print a page.

    Raises:
        Unavailable: this site has no library that prints.
    """
    job = PrintJob()
    text = render_to_string(template, {**_outfit(), **context, "printed": True})
    job.add(_with_own_symbols(text))
    return job.content()


def _context(report: Report, *, only_changed: bool) -> dict[str, object]:
    return {
        "report": report,
        "content": report.content(only_changed=only_changed),
        "only_changed": only_changed,
    }


def _outfit() -> dict[str, object]:
    return {"policy": _policy(), "styles": _styles(), "symbols": _symbols()}


@cache
def _text(name: str) -> str:
    text = (settings.BASE_DIR / "static" / name).read_text(encoding="utf-8")
    return SOURCE_MAP.sub("", text).replace("</script", "<\\/script")


@cache
def _styles() -> SafeString:
    """Our own files and vendored ones: nothing in them comes from a person."""
    styles = mark_safe("\n".join(_text(name) for name in STYLES))  # noqa: S308
    plotly = mark_safe(_text(PLOTLY_STYLE))  # noqa: S308
    return format_html(
        '<style>{}</style><style id="plotly.js-style-global" class="no-inline-styles">{}</style>',
        styles,
        plotly,
    )


@cache
def _scripts() -> SafeString:
    rows = [(mark_safe(_text(name)),) for name in SCRIPTS]  # noqa: S308 - as for the styles
    first, last = rows
    return format_html_join("", "<script>{}</script>", [first]) + format_html(
        '<script type="module">{}</script>', *last
    )


@cache
def _policy() -> str:
    hashes = " ".join(f"'sha256-{_hash(_text(name))}'" for name in SCRIPTS)
    return (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; "
        f"script-src {hashes}; base-uri 'none'; form-action 'none'"
    )


def _hash(script: str) -> str:
    return b64encode(sha256(script.encode()).digest()).decode()


@cache
def _symbols() -> SafeString:
    return mark_safe(_text("icons.svg"))  # noqa: S308 - as for the styles


def _with_own_symbols(text: str) -> str:
    return text.replace(f'href="{static("icons.svg")}#', 'href="#')
