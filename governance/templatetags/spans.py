"""How long, how long until and how long over, in the one unit that matters. Pure."""

from django.utils.translation import ngettext_lazy

DAY, HOUR, MINUTE = 86400, 3600, 60

# Whole phrases, because German puts "in" before a dative.
_PHRASES = {
    "for": {
        DAY: ngettext_lazy("%(n)d day", "%(n)d days", "n"),
        HOUR: ngettext_lazy("%(n)d hour", "%(n)d hours", "n"),
        MINUTE: ngettext_lazy("%(n)d minute", "%(n)d minutes", "n"),
    },
    "due": {
        DAY: ngettext_lazy("Due in %(n)d day", "Due in %(n)d days", "n"),
        HOUR: ngettext_lazy("Due in %(n)d hour", "Due in %(n)d hours", "n"),
        MINUTE: ngettext_lazy("Due in %(n)d minute", "Due in %(n)d minutes", "n"),
    },
    "over": {
        DAY: ngettext_lazy("Overdue %(n)d day", "Overdue %(n)d days", "n"),
        HOUR: ngettext_lazy("Overdue %(n)d hour", "Overdue %(n)d hours", "n"),
        MINUTE: ngettext_lazy("Overdue %(n)d minute", "Overdue %(n)d minutes", "n"),
    },
}


def span(seconds: float, phrase: str = "for") -> str:
    """`11 days`, `Due in 2 hours`, `Overdue 4 minutes`; the sign of `seconds` does not matter."""
    whole = abs(int(seconds))
    unit = DAY if whole >= DAY else HOUR if whole >= HOUR else MINUTE
    return str(_PHRASES[phrase][unit] % {"n": max(whole // unit, 1)})
