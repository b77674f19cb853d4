"""Secrets at rest: encrypted with Fernet, by the first of the site's keys, readable by all. Pure.

A key is any text of at least 32 characters; what encrypts is derived from it, so that an operator
need not know Fernet's form. To rotate: put a new key first, run `manage.py reseal`, drop the old.
"""

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from governance.errors import Permanent
from governance.sentences import sentence as _

SHORTEST = 32
INFO = b"foureyes forge credentials 1"


def seal(secret: str, keys: Sequence[str]) -> str:
    """Return the secret as it may be stored; an empty one stays empty."""
    return _fernet(keys).encrypt(secret.encode()).decode() if secret else ""


def unseal(sealed: str, keys: Sequence[str]) -> str:
    """Return the secret again.

    Raises:
        Permanent: None of the keys opens it.
    """
    if not sealed:
        return ""
    try:
        return _fernet(keys).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Permanent(
            _("A stored credential cannot be decrypted with the keys of this site."),
            remedy=_(
                "Put the former key behind the new one in FORGE_KEYS, or paste the token anew."
            ),
        ) from error


def reseal(sealed: str, keys: Sequence[str]) -> str:
    """Return the same secret, encrypted by the first key now.

    Raises:
        Permanent: As `unseal`.
    """
    return seal(unseal(sealed, keys), keys)


def hint_of(secret: str) -> str:
    """Return the last four characters, and nothing of a secret that is too short to spare them."""
    return secret[-4:] if len(secret) > 12 else ""  # noqa: PLR2004


def _fernet(keys: Sequence[str]) -> MultiFernet:
    usable = [key for key in keys if len(key) >= SHORTEST]
    if not usable:
        raise Permanent(
            _("There is no key to encrypt credentials with."),
            remedy=_(
                "Set FORGE_KEYS to a random text of at least {shortest} characters.",
                shortest=SHORTEST,
            ),
        )
    return MultiFernet([Fernet(_derived(key)) for key in usable])


def _derived(key: str) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=INFO)
    return base64.urlsafe_b64encode(hkdf.derive(key.encode()))
