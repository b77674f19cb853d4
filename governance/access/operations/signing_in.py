"""Coming and going, as the log tells it, and how a person wants the site to look."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from governance.access.models import User
from governance.actors import Actor, Surface
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Invalid

THEMES = ("", "light", "dark")
NOBODY = ("site", UUID(int=0))


@transaction.atomic
def sign_in(*, actor: Actor) -> None:
    """Notes that somebody came in; how they proved who they are stands in the actor."""
    record(Action.ACCOUNT_SIGNED_IN, actor=actor, subject=_account(actor))


@transaction.atomic
def sign_out(*, actor: Actor) -> None:
    """Notes that somebody left on their own account."""
    record(Action.ACCOUNT_SIGNED_OUT, actor=actor, subject=_account(actor))


@transaction.atomic
def refuse_sign_in(name: str, *, confirming: bool, actor: Actor) -> None:
    """Notes a wrong password; `confirming` when somebody inside was asked to show it again.

    A name that nobody has is not kept: people type passwords into the wrong field.
    """
    accounts = User.objects.filter(username__iexact=name) | User.objects.filter(email__iexact=name)
    account = accounts.first() if name else None
    record(
        Action.ACCOUNT_SIGN_IN_FAILED,
        actor=actor,
        subject=("account", account.pk) if account else NOBODY,
        details={"known": account is not None, "confirming": confirming},
    )


def lock_account(account: User) -> None:
    """Until commit nobody else changes the ways into an account; allauth takes the same lock."""
    User.objects.select_for_update().get(pk=account.pk)


@transaction.atomic
def note_account_change(action: Action, what: str, *, account: User, actor: Actor) -> None:
    """Notes a change of the ways into an account: its password, a factor, its sessions."""
    record(action, actor=actor, subject=("account", account.pk), details={"what": what})


@transaction.atomic
def note_factor_removed(what: str, *, codes: bool, account: User, actor: Actor) -> None:
    """Notes that a second factor went; `codes`: the last one, and the recovery codes with it."""
    record(
        Action.ACCOUNT_FACTOR_REMOVED,
        actor=actor,
        subject=("account", account.pk),
        details={"what": what} | ({"also": ["recovery codes"]} if codes else {}),
    )


def _account(actor: Actor) -> tuple[str, UUID]:
    return ("account", actor.account_id) if actor.account_id else NOBODY


@transaction.atomic
def set_preferences(*, theme: str, language: str, single_keys: bool, actor: Actor) -> None:
    """Keeps theme, language and keys of the actor's own account.

    An empty theme or language follows the browser; `single_keys`: whether keys of one letter act.

    Raises:
        Invalid: there is no such theme or language.
    """
    if theme not in THEMES:
        raise Invalid(_("There is no such appearance."), field="theme")
    if language and language not in dict(settings.LANGUAGES):
        raise Invalid(_("The site does not speak this language."), field="language")
    if actor.account_id is None:
        raise Invalid(_("Only an account has preferences."))
    User.objects.filter(pk=actor.account_id).update(
        theme=theme, language=language, single_keys=single_keys
    )


def stranger() -> Actor:
    """Who acts when nobody is signed in yet: the door itself."""
    return Actor.system("sign-in", Surface.SCREEN)
