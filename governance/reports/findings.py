"""What a figure shows, in words: the rest of the sentence that its finding starts."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from governance.reports.numbers import decimal, percent

Lines = Sequence[Mapping[str, Any]]

SMALL_SHIFT, LARGE_SHIFT = 0.1, 0.25  # Siddiqi (2006): no change, some change, a large change


def found(shares: Sequence[str]) -> str:
    """Say what share of events is found: the challenger's, and the champion's if given."""
    if len(shares) == 1:
        return _("the model finds %(challenger)s of events.") % {"challenger": shares[0]}
    return _("the challenger finds %(challenger)s of events, the champion %(champion)s.") % {
        "challenger": shares[0],
        "champion": shares[1],
    }


def at_score(cutoff: str, champion: Sequence[str]) -> str:
    """Say where the widest gap lies, and how wide the champion's is if given."""
    if not champion:
        return _("at a score of %(score)s.") % {"score": cutoff}
    return _("at a score of %(score)s; the champion's is %(gap)s points.") % {
        "score": cutoff,
        "gap": champion[0],
    }


def calibration(ours: Lines, theirs: Lines | None) -> str:
    """Say what was predicted for the riskiest tenth, and what happened."""
    values = {
        "predicted": percent(ours[0]["predicted"], 1),
        "seen": percent(ours[0]["observed"], 1),
    }
    if not theirs:
        return _("%(predicted)s were predicted and %(seen)s observed.") % values
    return _(
        "%(predicted)s were predicted and %(seen)s observed; for the champion %(its_predicted)s "
        "and %(its_seen)s."
    ) % {
        **values,
        "its_predicted": percent(theirs[0]["predicted"], 1),
        "its_seen": percent(theirs[0]["observed"], 1),
    }


def lift(times: Sequence[str]) -> str:
    """Say how many times the average the riskiest tenth holds."""
    if len(times) == 1:
        return _("holds %(lift)s times the average of events.") % {"lift": times[0]}
    return _("holds %(lift)s times the average of events; the champion's %(champion)s times.") % {
        "lift": times[0],
        "champion": times[1],
    }


def shift(index: Mapping[str, str] | None) -> str:
    """Say how far the scores moved, by the usual bounds of the stability index."""
    if index is None:
        return _("The scores of the first version.")
    psi = float(index["psi"])
    if psi < SMALL_SHIFT:
        return _("The scores lie where the champion's lie:")
    if psi < LARGE_SHIFT:
        return _("The scores moved somewhat against the champion's:")
    return _("The scores moved far against the champion's:")


def stability(index: Mapping[str, str] | None) -> str:
    """Give the stability index."""
    if index is None:
        return ""
    return _("stability index (PSI) %(psi)s.") % {"psi": decimal(index["psi"], 3)}


def at_cutoff(found: Mapping[str, Any]) -> str:
    """Say what the cut-off in use does."""
    return _("%(approved)s are approved; accuracy is %(accuracy)s, F1 %(f1)s.") % {
        "approved": percent(found["approval_rate"], 1),
        "accuracy": percent(found["accuracy"], 1),
        "f1": decimal(found["f1"], 3),
    }
