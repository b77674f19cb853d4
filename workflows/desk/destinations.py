"""Every page that stands by itself, and what can be begun there: for whoever looks for a way. Pure.

Each says who gets in, in the words of the page itself: a permission, and where it must be held.
A test holds this list against the table of all routes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from governance.access.permissions import Permission
from governance.access.reach import Places, Reach

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Held(Enum):
    """Where a permission must be held for a page to open."""

    ANYWHERE = auto()
    IN_A_PORTFOLIO = auto()
    EVERYWHERE = auto()


@dataclass(frozen=True, slots=True)
class Destination:
    """One page: its URL name, what it is called, other words for it, and who gets in.

    `place` is the part of the page that is meant.
    """

    page: str
    title: "_StrPromise"
    icon: str
    also: "_StrPromise | str" = ""
    needs: Permission | None = None
    held: Held = Held.ANYWHERE
    place: str = ""

    def is_open_to(self, reach: Reach) -> bool:
        """Whether somebody who reaches that far gets in."""
        if self.needs is None:
            return True
        where = reach.where(self.needs)
        if self.held is Held.EVERYWHERE:
            return where.everywhere
        if self.held is Held.IN_A_PORTFOLIO:
            return where.everywhere or bool(where.portfolios)
        return where != Places()

    def matches(self, words: list[str]) -> bool:
        """Whether each of the words begins a word of the title or of the other words for it."""
        known = f"{self.title} {self.also}".casefold().replace("-", " ").split()
        return all(any(one.startswith(word.casefold()) for one in known) for word in words)


_P = Permission
PAGES = (
    Destination("inbox", _("Inbox"), "inbox", _("needs me tasks waiting start")),
    Destination("cases", _("Cases"), "file", _("board table open")),
    Destination("inventory", _("Models"), "models", _("inventory versions")),
    Destination("deployments", _("Deployments"), "branch", _("promotions live jobs")),
    Destination("pull_requests", _("Pull requests"), "merge", _("forge repository merge")),
    Destination("targets", _("Targets and forges"), "flag", _("environments connections")),
    Destination("policies", _("Policies"), "shield", _("rules tiers calendars")),
    Destination("freezes", _("Freezes"), "parked", _("stop hold promotions")),
    Destination("notices", _("Notices"), "bell", _("messages unread calendar")),
    Destination("cycle_times", _("Cycle times"), "clock", _("durations statistics"), _P.LOG_VIEW),
    Destination("log", _("Log"), "audit", _("audit trail entries history"), _P.LOG_VIEW),
    Destination("exports", _("Exports"), "download", _("log download files"), _P.LOG_VIEW),
    Destination("checkpoints", _("Checkpoints"), "sign", _("log signed heads"), _P.LOG_VIEW),
    Destination("as_of", _("As of a day"), "clock", _("past state history"), _P.LOG_VIEW),
    Destination("feeds", _("Feeds of the log"), "sync", "SIEM", _P.LOG_VIEW, Held.EVERYWHERE),
    Destination(
        "retention",
        _("Retention"),
        "lock",
        _("periods holds erasure"),
        _P.LOG_VIEW,
        Held.EVERYWHERE,
    ),
    Destination("people", _("People"), "people", _("access accounts persons"), _P.PERSON_VIEW),
    Destination("roles", _("Roles"), "key", _("access permissions rights"), _P.PERSON_VIEW),
    Destination("teams", _("Teams"), "people", _("access groups members"), _P.PERSON_VIEW),
    Destination("matrix", _("Matrix"), "people", _("access who holds which role"), _P.PERSON_VIEW),
    Destination("conflicts", _("Conflicts"), "swap", _("separation of duties"), _P.PERSON_VIEW),
    Destination("history_of_grants", _("History of grants"), "clock", "", _P.PERSON_VIEW),
    Destination("tokens", _("Tokens"), "key", _("API service accounts"), _P.PERSON_VIEW),
    Destination("proposals", _("Proposed grants"), "people", "", _P.ASSIGNMENT_GRANT),
    Destination("group_mappings", _("Sign-on groups"), "people", "SSO OIDC", _P.ASSIGNMENT_GRANT),
    Destination(
        "access_reviews", _("Access reviews"), "check", _("recertification"), _P.ACCESS_REVIEW_OPEN
    ),
    Destination("emergencies", _("Emergencies"), "flag", _("break the glass"), _P.GLASS_REVIEW),
    Destination(
        "channels", _("Channels"), "bell", "Teams webhook", _P.CONNECTION_ADD, Held.EVERYWHERE
    ),
    Destination("preferences", _("Preferences"), "sliders", _("language theme settings")),
    Destination("mail_preferences", _("What reaches you"), "mail", _("mail notices settings")),
    Destination("delegations", _("Deputies"), "delegate", _("delegate holiday absence stand in")),
    Destination("mfa_index", _("Second factor and passkeys"), "shield", "TOTP 2FA MFA WebAuthn"),
    Destination("usersessions_list", _("Where you are signed in"), "system", _("sessions devices")),
)

BEGINNINGS = (
    Destination(
        "register_model",
        _("Register a model"),
        "plus",
        _("new add create"),
        _P.MODEL_REGISTER,
        Held.IN_A_PORTFOLIO,
    ),
    Destination("log", _("Verify the log"), "check", _("check audit proof"), _P.LOG_VIEW),
    Destination("verify", _("Verify a package"), "check", _("export evidence proof")),
    Destination("why", _("Why can somebody do something, or not?"), "help", _("explain rights")),
    Destination(
        "freezes", _("Stop the line"), "parked", _("set a freeze"), _P.FREEZE_SET, place="#stop"
    ),
    Destination("add_policy", _("New policy"), "plus", _("add create rules"), _P.POLICY_DRAFT),
    Destination(
        "add_target", _("Add a target"), "plus", _("new create environment"), _P.TARGET_ADD
    ),
    Destination(
        "add_connection",
        _("Add a forge"),
        "plus",
        "GitHub GitLab Gitea Forgejo",
        _P.CONNECTION_ADD,
        Held.EVERYWHERE,
    ),
    Destination(
        "add_channel",
        _("Add a channel"),
        "plus",
        "Teams webhook",
        _P.CONNECTION_ADD,
        Held.EVERYWHERE,
    ),
    Destination(
        "add_person",
        _("Add a person"),
        "plus",
        _("new create account"),
        _P.PERSON_ADD,
        Held.EVERYWHERE,
    ),
    Destination("add_team", _("Add a team"), "plus", _("new create"), _P.TEAM_ADD, Held.EVERYWHERE),
    Destination("add_role", _("Add a role"), "plus", _("new create"), _P.ROLE_ADD, Held.EVERYWHERE),
    Destination(
        "add_portfolio",
        _("Add a portfolio"),
        "plus",
        _("new create"),
        _P.PORTFOLIO_ADD,
        Held.EVERYWHERE,
    ),
    Destination(
        "preview_import",
        _("Import people and grants"),
        "file",
        _("CSV spreadsheet upload"),
        _P.ASSIGNMENT_GRANT,
    ),
    Destination(
        "open_review",
        _("Open a review"),
        "plus",
        _("access recertification"),
        _P.ACCESS_REVIEW_OPEN,
    ),
    Destination("break_glass", _("Break the glass"), "flag", _("emergency"), _P.GLASS_BREAK),
    Destination("add_feed", _("Add a feed"), "plus", "SIEM", _P.FEED_ADD, Held.EVERYWHERE),
    Destination(
        "set_hold", _("Set a legal hold"), "lock", _("retention log"), _P.HOLD_SET, Held.EVERYWHERE
    ),
    Destination(
        "request_erasure",
        _("Ask for an erasure"),
        "cross",
        _("privacy personal data delete"),
        _P.ERASURE_REQUEST,
        Held.EVERYWHERE,
    ),
    Destination("account_change_password", _("Change password"), "lock", _("account")),
    Destination("account_logout", _("Sign out"), "right", _("log out leave")),
)


def open_to(reach: Reach, words: list[str]) -> Iterator[Destination]:
    """What matches and opens for somebody, the things to begin first when words are given."""
    every = (*BEGINNINGS, *PAGES) if words else (*PAGES, *BEGINNINGS)
    return (one for one in every if one.matches(words) and one.is_open_to(reach))
