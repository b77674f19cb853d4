"""The words of monitoring: key figures and bounds in the reader's language. Pure."""

from datetime import date
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from governance.evaluation.labels import METRICS

SIGNS = {"at_least": "≥", "at_most": "≤"}
KNOWN = {"psi": "PSI"}
# How a day is written, and how Plotly writes one on an axis.
DAYS = {"en": ("j M Y", "%-d %b"), "de": ("d.m.Y", "%d.%m.")}


def kpi_title(kpi: str) -> str:
    """A key figure as people read it: its known name, else its own letters."""
    known = METRICS.get(kpi) or KNOWN.get(kpi)
    return str(known) if known else kpi.replace("_", " ").replace("-", " ").capitalize()


def written(value: Decimal) -> str:
    """A key figure in the reader's language, without idle zeros."""
    text = f"{value:f}"
    return number_format(text.rstrip("0").rstrip(".") if "." in text else text)


def day_words(day: date) -> str:
    """`23 Nov 2026`, in German `23.11.2026`."""
    return date_format(day, _days()[0])


def day_axis() -> str:
    """The same for the ticks of a figure."""
    return _days()[1]


def _days() -> tuple[str, str]:
    return DAYS.get((get_language() or "en")[:2], DAYS["en"])


def bound_words(bound: str, value: Decimal) -> str:
    """A threshold as people say it: `at least 0.74`."""
    sentence = _("at least {value}") if bound == "at_least" else _("at most {value}")
    return sentence.format(value=written(value))


def broken_words(kpi: str, value: Decimal, bound: str, threshold: Decimal) -> str:
    """What an alert says: `AUC is 0.71, below the threshold 0.74`."""
    sentence = (
        _("{kpi} is {value}, below the threshold {threshold}")
        if bound == "at_least"
        else _("{kpi} is {value}, above the threshold {threshold}")
    )
    return sentence.format(kpi=kpi_title(kpi), value=written(value), threshold=written(threshold))
