"""Connections to forges: add one, test it, renew its token, switch it off and on."""

import re
from datetime import date
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.models import Person
from governance.access.permissions import Permission
from governance.access.queries import require
from governance.actors import Actor
from governance.addresses import check_authority, check_url, networks
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Duplicate, Invalid, NotFound
from governance.sealing import hint_of, reseal, seal
from workflows.gitops.connections import KINDS, connected
from workflows.gitops.models import ForgeLogin
from workflows.targets.models import ForgeConnection

NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?\Z")
LONGEST_SECRET = 4096
PLAIN = re.compile(r"[!-~]*\Z")
SHORTEST_HOOK = 16


@transaction.atomic
def add_connection(  # noqa: PLR0913 - a connection has these settings
    *,
    name: str,
    kind: str,
    base_url: str,
    token: str,
    actor: Actor,
    username: str = "",
    token_ends_on: date | None = None,
    webhook_secret: str = "",
    ca_certificate: str = "",
) -> ForgeConnection:
    """Add a way to a forge. Name, kind and address stay for ever: approvals name them.

    Raises:
        NotAllowed: The actor may not add connections.
        Invalid: A setting cannot work; `field` names it.
        Duplicate: The name is taken.
    """
    require(actor, Permission.CONNECTION_ADD)
    _check(name, kind, base_url)
    check_authority(ca_certificate)
    _check_secrets(token, webhook_secret)
    if ForgeConnection.objects.filter(name=name).exists():
        raise Duplicate(_("There is a connection {name} already.").format(name=name))
    row = ForgeConnection.objects.create(
        name=name,
        kind=kind,
        base_url=base_url.rstrip("/"),
        username=username,
        sealed_token=seal(token, settings.FORGE_KEYS),
        token_hint=hint_of(token),
        token_ends_on=token_ends_on,
        sealed_secret=seal(webhook_secret, settings.FORGE_KEYS),
        ca_certificate=ca_certificate,
    )
    _record(Action.CONNECTION_ADDED, row, actor)
    return row


@transaction.atomic
def renew_token(
    connection_id: UUID,
    *,
    token: str,
    actor: Actor,
    token_ends_on: date | None = None,
    webhook_secret: str | None = None,
) -> ForgeConnection:
    """Put another token in the old one's place; a webhook secret too, if one is given.

    Raises:
        NotAllowed, NotFound, Invalid: As `add_connection`.
    """
    row = _locked(connection_id, actor)
    _check_secrets(token, webhook_secret or "")
    row.sealed_token, row.token_hint = seal(token, settings.FORGE_KEYS), hint_of(token)
    row.token_ends_on, row.renewed_at = token_ends_on, timezone.now()
    if webhook_secret is not None:
        row.sealed_secret = seal(webhook_secret, settings.FORGE_KEYS)
    row.save()
    _record(Action.CONNECTION_RENEWED, row, actor)
    return row


@transaction.atomic
def switch_connection(connection_id: UUID, *, active: bool, actor: Actor) -> ForgeConnection:
    """Switch a connection off, so that nothing of ours reaches the forge any more, or on again."""
    row = _locked(connection_id, actor)
    row.active = active
    row.save(update_fields=["active"])
    _record(Action.CONNECTION_SWITCHED, row, actor)
    return row


def test_connection(
    connection_id: UUID, *, repository: str, base_branch: str, actor: Actor
) -> ForgeConnection:
    """Try the way to one repository and keep what was found. Changes nothing in the forge."""
    row = connection_by_id(connection_id, actor)
    found = connected(row).checks(repository, base_branch)
    with transaction.atomic():
        row = ForgeConnection.objects.select_for_update().get(pk=row.pk)
        row.checks = [{"check": one.check, "ok": one.ok, "text": one.text} for one in found]
        row.tested_at = timezone.now()
        row.save(update_fields=["checks", "tested_at"])
        passed = all(one.ok for one in found)
        _record(Action.CONNECTION_TESTED, row, actor, passed="yes" if passed else "no")
    return row


@transaction.atomic
def add_forge_login(*, person: Person, forge: str, login: str, actor: Actor) -> ForgeLogin:
    """Write down what a person is called at a forge, so that a merge there has somebody behind it.

    Raises:
        NotAllowed: The actor may not.
        Duplicate: Somebody is called so there already.
    """
    require(actor, Permission.CONNECTION_CHANGE)
    if not login.strip():
        raise Invalid(_("Write the name that the person has there."), field="login")
    if ForgeLogin.objects.filter(forge=forge, login__iexact=login.strip()).exists():
        raise Duplicate(_("Somebody is called {login} there already.").format(login=login))
    row = ForgeLogin.objects.create(person=person, forge=forge, login=login.strip())
    record(
        Action.FORGE_LOGIN_ADDED,
        actor=actor,
        subject=("person", person.pk),
        details={"forge": forge},
        personal={"login": row.login},
    )
    return row


def reseal_connections() -> int:
    """Encrypt every stored credential by the first key now; returns how many connections."""
    with transaction.atomic():
        rows = list(ForgeConnection.objects.select_for_update().order_by("pk"))
        for row in rows:
            row.sealed_token = reseal(row.sealed_token, settings.FORGE_KEYS)
            row.sealed_secret = reseal(row.sealed_secret, settings.FORGE_KEYS)
            row.save(update_fields=["sealed_token", "sealed_secret"])
    return len(rows)


def connection_by_id(connection_id: UUID, actor: Actor) -> ForgeConnection:
    """Return a connection that the actor may change.

    Raises:
        NotAllowed, NotFound: May not, or there is none.
    """
    require(actor, Permission.CONNECTION_CHANGE)
    row = ForgeConnection.objects.filter(pk=connection_id).first()
    if row is None:
        raise NotFound(_("There is no such forge connection."))
    return row


def _locked(connection_id: UUID, actor: Actor) -> ForgeConnection:
    connection_by_id(connection_id, actor)
    return ForgeConnection.objects.select_for_update().get(pk=connection_id)


def _check(name: str, kind: str, base_url: str) -> None:
    if not NAME.match(name) or name == "local":
        raise Invalid(
            _("“{name}” cannot be the name of a connection.").format(name=name),
            remedy=_("Use at most 40 small letters, digits and dashes: github-risk."),
            field="name",
        )
    if kind not in KINDS:
        raise Invalid(
            _("“{value}” is not known here.").format(value=kind),
            remedy=_("Choose one of: {known}.").format(known=", ".join(KINDS)),
            field="kind",
        )
    check_url(base_url, networks(settings.FORGE_NETWORKS))


def _check_secrets(token: str, webhook_secret: str) -> None:
    for field, secret in (("token", token), ("webhook_secret", webhook_secret)):
        if (
            len(secret) > LONGEST_SECRET
            or not secret.isascii()
            or any(letter.isspace() for letter in secret)
        ):
            raise Invalid(
                _("This cannot be a token: it has spaces, is too long, or is not plain text."),
                remedy=_("Copy it once more from the forge."),
                field=field,
            )
    if not token:
        raise Invalid(_("A token is needed."), field="token")
    if webhook_secret and len(webhook_secret) < SHORTEST_HOOK:
        raise Invalid(
            _("The webhook secret is too short to be safe."),
            remedy=_("Use at least {n} random characters.").format(n=SHORTEST_HOOK),
            field="webhook_secret",
        )


def _record(action: Action, row: ForgeConnection, actor: Actor, **details: str) -> None:
    """Never the token, not even its last characters: entries are for ever."""
    record(
        action,
        actor=actor,
        subject=("forge_connection", row.pk),
        after={"name": row.name, "kind": row.kind, "active": row.active},
        details={"host": urlsplit(row.base_url).hostname or "", **details},
    )
