"""What the kinds of notices mean, and their icons. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class KindWords:
    """A kind on a screen."""

    title: Promise
    about: Promise
    icon: str


KINDS: Mapping[str, KindWords] = {
    "task": KindWords(_("You are asked"), _("a case waits for you or your role"), "inbox"),
    "reminder": KindWords(
        _("A deadline comes near"), _("as the policy says, in business days"), "clock"
    ),
    "overdue": KindWords(_("A deadline passed"), _("of something that you are asked"), "overdue"),
    "escalated": KindWords(_("A task was escalated"), _("to you, or from you"), "arrow-up"),
    "moved": KindWords(
        _("A version of yours moved"), _("validated, approved, rejected, live"), "right"
    ),
    "expired": KindWords(
        _("An approval no longer holds"), _("and is asked for again before it is live"), "withdrawn"
    ),
    "alert": KindWords(_("A model left its bounds"), _("and you are asked to look"), "monitor"),
    "review": KindWords(
        _("An access review waits"), _("roles for you to keep or remove"), "people"
    ),
    "emergency": KindWords(_("Emergency access was used"), _("where you may review it"), "key"),
    "mention": KindWords(_("Somebody mentions you"), _("in a comment on a version"), "comment"),
}
