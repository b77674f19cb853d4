"""Signing by hand, a step at a time."""

from typing import Any

from governance.actors import Actor
from governance.inventory.models import ModelVersion
from governance.inventory.operations import raise_finding
from tests import stories
from tests.memory import remembered
from workflows.lifecycle.models import Decision, SigningNonce
from workflows.lifecycle.operations import (
    Proof,
    approve_version,
    begin_signature,
)
from workflows.management.cast import PASSWORD, actor_named
from workflows.policies.definition import Move


def begin(version: ModelVersion, officer: Actor, digest: str = "") -> SigningNonce:
    """An officer opens the signature over what stands there now."""
    seen = digest or stories.digest(version, Move.APPROVE)
    return begin_signature(version.pk, move=Move.APPROVE, digest=seen, actor=officer)


def sign(version: ModelVersion, officer: Actor, nonce: SigningNonce, **parts: Any) -> None:
    """An officer signs with a nonce."""
    proof = Proof(nonce=nonce.pk, password=parts.pop("password", PASSWORD))
    digest = parts.pop("digest", nonce.digest)
    approve_version(version.pk, digest=digest, proof=proof, actor=officer, **parts)


def nothing_signed(version: ModelVersion) -> bool:
    """Whether the version stands where it stood, with no decision on its approval."""
    decided = Decision.objects.filter(round__version=version, round__move="approve").exists()
    return not decided and stories.again(version).state == "validated"


@remembered
def change_finding(version: ModelVersion) -> None:
    """A finding that is not required: the case is another one."""
    raise_finding(
        version.pk, severity="low", title="Late", required=False, actor=actor_named("victor")
    )
