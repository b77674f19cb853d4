"""Numbers inside sentences, in the reader's language: 0.804 and 48,212, or 0,804 and 48.212."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

MINUS = "\N{MINUS SIGN}"

Number = Decimal | float | int | str


def decimal(value: Number, digits: int) -> str:
    """Write a number with this many digits after the point."""
    exact = round(Decimal(str(value)), digits)
    text = number_format(abs(exact), decimal_pos=digits, use_l10n=True, force_grouping=True)
    return f"{MINUS}{text}" if exact < 0 else text


def whole(value: int) -> str:
    """Write a count."""
    return decimal(value, 0)


def percent(value: Number, digits: int = 0) -> str:
    """Write a share as per cent."""
    return _("%(number)s%%") % {"number": decimal(Decimal(str(value)) * 100, digits)}


def percent_sign() -> str:
    """Write what follows a number of per cent."""
    return _("%(number)s%%") % {"number": ""}


def short(value: Number) -> str:
    """Write a number of any size with about four digits that matter."""
    size = abs(float(value))
    digits = 0 if size >= 1000 or Decimal(str(value)) % 1 == 0 else 1 if size >= 100 else 3  # noqa: PLR2004
    return decimal(value, digits)


def signed(value: Number, digits: int) -> str:
    """Write a change with its sign."""
    text = decimal(value, digits)
    return f"+{text}" if round(Decimal(str(value)), digits) > 0 else text


# Gates that count files: none may be bad.
ABOUT_FILES = frozenset({"artifact_safe", "documents_present"})


def limit(gate: str, threshold: str) -> str:
    """Write the bar of a gate, a decimal string, with its direction: `≥ 0.7`; nothing for none."""
    if not threshold:
        return ""
    bar = Decimal(threshold)
    if gate == "not_worse_than_champion":
        bar = -abs(bar)
    sign = "≤" if gate.endswith("_at_most") or gate in ABOUT_FILES else "≥"
    return f"{sign} {decimal(bar, max(-int(bar.as_tuple().exponent), 0))}"
