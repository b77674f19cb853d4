"""Forge connections: who may add one, what is stored, and what is never shown."""

from typing import Any

import pytest

from governance.audit.models import AuditEntry
from governance.errors import Duplicate, Invalid, NotAllowed, Permanent
from governance.sealing import hint_of, seal, unseal
from workflows.gitops.connections import forge_of
from workflows.gitops.operations import (
    add_connection,
    add_forge_login,
    renew_token,
    reseal_connections,
    switch_connection,
)
from workflows.targets.models import ForgeConnection

TOKEN = "ghp_0123456789abcdefCANARY"
KEYS = ["k" * 40]


@pytest.fixture
def admin(bank: Any, settings: Any) -> Any:
    """An administrator of the whole site."""
    from governance.access.models import Person, User  # noqa: PLC0415
    from governance.access.operations import Holder  # noqa: PLC0415
    from governance.access.operations.assigning import Grant, Place, write  # noqa: PLC0415
    from governance.access.queries import person_actor  # noqa: PLC0415

    settings.FORGE_KEYS = KEYS
    person = Person.objects.create(full_name="Alma Admin", email="alma@x.test")
    account = User.objects.create(username="alma", person=person)
    write(Grant("administrator", Holder(person=person), Place(None), "test"), None)
    return person_actor(account)


def added(admin: Any, **more: Any) -> ForgeConnection:
    facts = {
        "name": "github-risk",
        "kind": "github",
        "base_url": "https://github.com",
        "token": TOKEN,
        "webhook_secret": "a-secret-of-sixteen",
    }
    return add_connection(**facts | more, actor=admin)


def test_a_token_is_stored_encrypted_and_told_to_nobody(admin: Any) -> None:
    """Not in the row, not in the log, not in a representation; only its last four characters."""
    row = added(admin)
    stored = str(ForgeConnection.objects.values().get())
    entries = " ".join(str(entry) for entry in AuditEntry.objects.values_list())
    assert "CANARY" not in stored + entries + repr(row) + repr(forge_of("github-risk").__dict__)
    assert row.token_hint == "NARY"
    assert unseal(row.sealed_token, KEYS) == TOKEN


def test_keys_rotate_without_losing_a_token(admin: Any, settings: Any) -> None:
    """New key first, resealed, old key gone."""
    added(admin)
    settings.FORGE_KEYS = ["n" * 40, *KEYS]
    assert reseal_connections() == 1
    settings.FORGE_KEYS = ["n" * 40]
    assert unseal(ForgeConnection.objects.get().sealed_token, settings.FORGE_KEYS) == TOKEN
    settings.FORGE_KEYS = KEYS
    with pytest.raises(Permanent, match="cannot be decrypted") as refusal:
        forge_of("github-risk")
    assert "FORGE_KEYS" in refusal.value.remedy


def test_a_short_key_is_no_key() -> None:
    """It could be guessed."""
    with pytest.raises(Permanent, match="no key"):
        seal("x", ["short"])
    assert hint_of("short") == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Git Hub"),
        ("name", "local"),
        ("kind", "sourceforge"),
        ("base_url", "ftp://github.com"),
        ("token", ""),
        ("token", "two words"),
        ("webhook_secret", "short"),
        ("ca_certificate", "no certificate"),
        ("ca_certificate", "-----BEGIN CERTIFICATE-----\nä\n-----END CERTIFICATE-----"),
    ],
)
def test_what_cannot_work_is_refused_by_name(admin: Any, field: str, value: str) -> None:
    """Nothing half-written."""
    with pytest.raises(Invalid) as refusal:
        added(admin, **{field: value})
    assert refusal.value.field == field
    assert not ForgeConnection.objects.exists()


def test_only_administrators_add_and_change(bank: Any, admin: Any) -> None:
    """MLOps looks at them."""
    row = added(admin)
    mo = bank.people["mo"]
    with pytest.raises(NotAllowed):
        added(mo, name="other")
    with pytest.raises(NotAllowed):
        renew_token(row.pk, token="x" * 20, actor=mo)
    with pytest.raises(NotAllowed):
        switch_connection(row.pk, active=False, actor=mo)
    with pytest.raises(Duplicate):
        added(admin)


def test_a_switched_off_connection_reaches_nothing(admin: Any) -> None:
    """The words name the setting."""
    row = added(admin)
    switch_connection(row.pk, active=False, actor=admin)
    with pytest.raises(Permanent, match="no active forge connection") as refusal:
        forge_of("github-risk")
    assert "forge" in refusal.value.remedy


def test_one_name_at_a_forge_is_one_person(bank: Any, admin: Any) -> None:
    """Else nobody could say who merged."""
    person = bank.model.owner
    add_forge_login(person=person, forge="github-risk", login="olga", actor=admin)
    with pytest.raises(Duplicate):
        add_forge_login(person=person, forge="github-risk", login="Olga", actor=admin)
