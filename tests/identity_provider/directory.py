"""What the provider says of people: a JSON file that a test changes while the provider runs."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from django.conf import settings

FILE = "directory.json"


def read(folder: Path) -> dict[str, Any]:
    """Account name to claims."""
    found: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    return found


class Directory(DefaultOIDCAdapter):  # type: ignore[misc]  # allauth ships no types
    """Claims come from the file, whatever they are."""

    def get_issuer(self) -> str:
        """Where it runs."""
        return str(settings.ISSUER)

    def get_claims(
        self, purpose: str, user: Any, client: Any, scopes: Iterable[str], **more: Any
    ) -> dict[str, Any]:
        """Its own, and what the file says of this person."""
        claims: dict[str, Any] = super().get_claims(purpose, user, client, scopes, **more)
        said = read(settings.FOLDER)[user.get_username()]
        return claims | said["claims"] | said.get(purpose, {})
